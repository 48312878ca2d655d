import {PassThrough} from 'node:stream';
import {Text} from 'ink';
import {describe, expect, it, vi} from 'vitest';
import {createKeyReader} from '../../src/ui/keys/createKeyReader.ts';
import {
  type FullScreen,
  type FullScreenHost,
  type FullScreenSettings,
  showFullScreen,
} from '../../src/ui/showFullScreen.tsx';

/** A terminal of streams; what was written to it, and whether input is raw. */
function prepared(
  open: (host: FullScreenHost) => Partial<FullScreen>,
  settings: Partial<FullScreenSettings> = {},
) {
  const stdout = Object.assign(new PassThrough(), {columns: 40, rows: 10, isTTY: true});
  let isRaw = false;
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode(mode: boolean) {
      isRaw = mode;
    },
    ref() {},
    unref() {},
  });
  let written = '';
  stdout.setEncoding('utf8').on('data', (chunk: string) => {
    written += chunk;
  });
  const keys = createKeyReader(stdin as unknown as NodeJS.ReadStream, text => stdout.write(text));
  const ended = vi.fn();
  keys.start();
  const shown = showFullScreen({
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    keys,
    signal: new AbortController().signal,
    open: host => ({
      element: <Text>shown</Text>,
      press() {},
      resize() {},
      restyle() {},
      end: ended,
      ...open(host),
    }),
    ...settings,
  });
  // It is looked at below.
  shown.catch(() => {});
  return {shown, stdout, stdin, keys, ended, written: () => written, isRaw: () => isRaw};
}

/** Left once, with lines wrapped and the cursor shown again. */
function expectLeft(written: string): void {
  expect(written.match(/\u001b\[\?1049h/g)).toHaveLength(1);
  expect(written.match(/\u001b\[\?1049l/g)).toHaveLength(1);
  expect(written.lastIndexOf('\u001b[?7h')).toBeGreaterThan(written.lastIndexOf('\u001b[?7l'));
  expect(written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(written.lastIndexOf('\u001b[?25l'));
}

describe('showFullScreen', () => {
  it('has the alternate screen until it is closed', async () => {
    const {shown, stdin, ended, written} = prepared(host => ({press: () => host.close()}));
    await vi.waitFor(() => expect(written()).toContain('shown'));
    stdin.write('q');
    await shown;
    expectLeft(written());
    expect(ended).toHaveBeenCalledOnce();
  });

  it.each(['press', 'resize'] as const)('gives the terminal back where %s throws', async what => {
    const crash = (): never => {
      throw new Error('a fault');
    };
    const {shown, stdin, stdout, keys, ended, written, isRaw} = prepared(() => ({[what]: crash}));
    await vi.waitFor(() => expect(written()).toContain('shown'));
    if (what === 'press') stdin.write('x');
    else stdout.emit('resize');
    await expect(shown).rejects.toThrow('a fault');
    expectLeft(written());
    expect(ended).toHaveBeenCalledOnce();
    // The keyboard belongs to whoever had it before, which is still reading.
    expect(isRaw()).toBe(true);
    keys.stop();
    expect(isRaw()).toBe(false);
    expect(written()).toMatch(/\u001b\[\?2004l$/);
  });

  it('gives the terminal back where drawing throws', async () => {
    const Broken = (): never => {
      throw new Error('cannot be drawn');
    };
    const {shown, written, ended} = prepared(() => ({element: <Broken />}));
    await expect(shown).rejects.toThrow('cannot be drawn');
    expectLeft(written());
    expect(ended).toHaveBeenCalledOnce();
  });

  it('gives the terminal back where it cannot even begin', async () => {
    const {shown, written, ended} = prepared(() => ({}), {
      onRestyle() {
        throw new Error('no theme');
      },
    });
    await expect(shown).rejects.toThrow('no theme');
    expectLeft(written());
    expect(ended).toHaveBeenCalledOnce();
  });
});
