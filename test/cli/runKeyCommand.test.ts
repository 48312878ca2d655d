import {describe, expect, it} from 'vitest';
import {runKeyCommand} from '../../src/cli/runKeyCommand.ts';

/** A command line that runs a piece of JavaScript, in any shell. */
const script = (code: string) => `"${process.execPath}" -e "${code}"`;

describe('runKeyCommand', () => {
  it('returns what the command prints', async () => {
    expect(await runKeyCommand(script("console.log('sk-' + 1)"), 'mine')).toBe('sk-1\n');
  });

  it('tells how it failed, and nothing of what it printed', async () => {
    const command = script("console.log('sk-canary'); console.error('sk-canary'); process.exit(7)");
    const error = await runKeyCommand(command, 'mine').catch(thrown => thrown);
    expect(error).toMatchObject({
      kind: 'auth',
      message: 'the keyCommand of the backend mine failed (status 7)',
      hint: expect.stringContaining('llm config get backends.mine.keyCommand'),
    });
    expect([error.message, error.detail, error.cause, error.stack].join()).not.toContain('canary');
  });

  it('ends a command that does not answer', async () => {
    await expect(
      runKeyCommand(script('setInterval(() => {}, 1e6)'), 'mine', {timeoutMs: 50}),
    ).rejects.toMatchObject({
      kind: 'auth',
      message: 'the keyCommand of the backend mine failed (no answer within 0.05 s)',
    });
  });

  it('ends a command that prints without end', async () => {
    const command = script(
      "process.stdout.on('error', () => {}); setInterval(() => console.log('x'.repeat(1e5)), 0)",
    );
    await expect(runKeyCommand(command, 'mine')).rejects.toMatchObject({
      message: 'the keyCommand of the backend mine failed (ERR_CHILD_PROCESS_STDIO_MAXBUFFER)',
    });
  });

  it('ends at an abort', async () => {
    const controller = new AbortController();
    const running = runKeyCommand(script('setInterval(() => {}, 1e6)'), 'mine', {signal: controller.signal});
    controller.abort();
    await expect(running).rejects.toMatchObject({kind: 'cancelled'});
  });
});
