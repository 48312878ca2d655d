import {PassThrough} from 'node:stream';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {joinPrompt, readAll} from '../../src/cli/readPrompt.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('joining the prompt', () => {
  it.each([
    ['from stdin\n', 'an argument', 'from stdin\n\nan argument'],
    ['', 'an argument', 'an argument'],
    ['from stdin\n\n', '', 'from stdin'],
    ['  indented\n  code\n', 'explain', '  indented\n  code\n\nexplain'],
    [' \n', 'x', 'x'],
    ['x', '  ', 'x'],
  ])('makes of %j and %j %j', (stdin, argument, prompt) => {
    expect(joinPrompt(stdin, argument)).toBe(prompt);
  });

  it('refuses to send nothing', () => {
    for (const stdin of ['', '\n \t']) {
      expect(() => joinPrompt(stdin, '')).toThrowError(expect.objectContaining({kind: 'usage'}));
    }
  });
});

describe('reading a stream to its end', () => {
  const stdinOf = (stream: PassThrough): NodeJS.ReadStream => stream as unknown as NodeJS.ReadStream;

  it('puts characters together that came in two pieces', async () => {
    const stream = new PassThrough();
    const bytes = Buffer.from('é世界');
    const read = readAll(stdinOf(stream), () => {});
    for (const byte of bytes) stream.write(Buffer.of(byte));
    stream.end();
    expect((await read).toString()).toBe('é世界');
  });

  it('tells once that nothing comes, and not once something has', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
    let told = 0;
    const stream = new PassThrough();
    const read = readAll(stdinOf(stream), () => {
      told += 1;
    });
    vi.advanceTimersByTime(10_000);
    expect(told).toBe(1);
    stream.end('late');
    expect((await read).toString()).toBe('late');

    const quick = new PassThrough();
    quick.write('x');
    const second = readAll(stdinOf(quick), () => {
      told += 1;
    });
    await new Promise(setImmediate);
    vi.advanceTimersByTime(10_000);
    quick.end();
    await second;
    expect(told).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails when the stream fails, and leaves no timer behind', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
    const stream = new PassThrough();
    const read = readAll(stdinOf(stream), () => {});
    stream.destroy(new Error('gone'));
    await expect(read).rejects.toThrow('gone');
    expect(vi.getTimerCount()).toBe(0);
  });
});
