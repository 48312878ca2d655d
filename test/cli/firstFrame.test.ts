import {PassThrough} from 'node:stream';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {describe, expect, it, vi} from 'vitest';
import {paintFirstFrame} from '../../src/cli/firstFrame.ts';

/** A terminal in which keys were pressed already. */
function painted(typed: string) {
  const stdin = Object.assign(new PassThrough(), {setRawMode: vi.fn()});
  const stdout = Object.assign(new PassThrough(), {columns: 80});
  stdin.write(typed);
  const frame = paintFirstFrame(
    stdin as unknown as NodeJS.ReadStream,
    stdout as unknown as NodeJS.WriteStream,
  );
  return {stdin, frame};
}

describe('the keys typed before the screen stands', () => {
  it('have Enter as such also where the terminal made a line feed of it, before raw mode', async () => {
    const {stdin, frame} = painted('hi\n');
    await nextTurn();
    stdin.write('a\nb\r');
    await nextTurn();
    expect(frame.finish().input).toBe('hi\ra\nb\r');
    expect(stdin.setRawMode).toHaveBeenCalledWith(true);
  });
});
