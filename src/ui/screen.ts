import {Writable} from 'node:stream';

/** A terminal as Ink sees it, with one addition: what is written while it is held reaches the terminal in one piece. */
export type Screen = {
  readonly stdout: NodeJS.WriteStream;
  /** Holds back output until the matching release, so that several updates become one frame. */
  hold(): void;
  release(): void;
  /** Writes nothing any more, whatever Ink still draws. */
  silence(): void;
  /** Lets go of the terminal; anything held is written. */
  close(): void;
};

/**
 * "Erase below" from the top left corner makes tmux (and some others) push the erased screen into the scrollback,
 * where the live region would stay for ever. The same in two steps, the second of which never starts at the corner.
 */
const eraseBelow = '\u001b[J';
const gentleEraseBelow = '\u001b7\u001b[K\u001b[1B\u001b[J\u001b8';

const beginSynchronized = '\u001b[?2026h';
const endSynchronized = '\u001b[?2026l';

/**
 * Wraps the terminal for Ink. Printing finished text above the live region takes Ink several writes (erase, text,
 * old frame, new frame); held together, inside one synchronised update, they never show a half-drawn state.
 * `beforeNarrowing` says what to write when the terminal has become narrower, before Ink hears of it.
 */
export function createScreen(
  terminal: NodeJS.WriteStream,
  beforeNarrowing: (columns: number) => string,
): Screen {
  let columns = terminal.columns;
  let held = 0;
  let pending = '';
  let isSilent = false;

  const flush = (): void => {
    if (pending === '') return;
    const text = pending;
    pending = '';
    terminal.write(`${beginSynchronized}${text}${endSynchronized}`);
  };

  const stdout = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, callback) {
      const text = straighten(chunk.toString()).replaceAll(eraseBelow, gentleEraseBelow);
      if (isSilent) pending = '';
      else if (held === 0) terminal.write(text);
      else if (text !== beginSynchronized && text !== endSynchronized) pending += text;
      callback();
    },
  });
  Object.defineProperties(stdout, {
    columns: {get: () => terminal.columns},
    rows: {get: () => terminal.rows},
    isTTY: {value: true},
  });
  const onResize = (): void => {
    if (terminal.columns < columns) stdout.write(beforeNarrowing(terminal.columns));
    columns = terminal.columns;
    stdout.emit('resize');
  };
  terminal.on('resize', onResize);

  return {
    // Ink needs the stream's size, its resize events and write; the rest of WriteStream it never touches.
    stdout: stdout as unknown as NodeJS.WriteStream,
    hold() {
      held += 1;
    },
    release() {
      held = Math.max(0, held - 1);
      if (held === 0) flush();
    },
    silence() {
      isSilent = true;
      pending = '';
    },
    close() {
      held = 0;
      flush();
      terminal.off('resize', onResize);
    },
  };
}

/**
 * Ink goes down to the end of its frame before it goes up to the beginning. A terminal that has just lost rows has
 * dropped those below the cursor (tmux says so only 250 ms later): the way down ends early, the way up too high, in
 * the transcript. So only the difference is gone.
 */
function straighten(text: string): string {
  return text.replace(/\u001b\[(\d+)B\u001b\[1G\u001b\[(\d+)A/g, (all, down: string, up: string) => {
    const net = Number(up) - Number(down);
    if (net < 0) return all;
    return net === 0 ? '\u001b[1G' : `\u001b[${net}A\u001b[1G`;
  });
}
