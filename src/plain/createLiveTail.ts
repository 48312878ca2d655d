import wrapAnsi from 'wrap-ansi';

/** The unfinished end of a text at the bottom of a terminal: drawn over and over, until it is printed for good. */
export type LiveTail = {
  /** Prints finished text above the tail. */
  print(text: string): void;
  /** Shows another tail, soon: several calls in a row become one drawing. */
  show(tail: () => string): void;
  /** Takes the tail off the screen. */
  clear(): void;
};

/** Shortest time between two drawings, in ms. */
const frameMs = 80;

/** Starts a tail at the cursor's place. It needs a terminal that moves its cursor, and never fills it. */
export function createLiveTail(stdout: NodeJS.WriteStream): LiveTail {
  let drawnRows = 0;
  let timer: NodeJS.Timeout | undefined;
  let next: () => string = () => '';

  const erase = (): string => {
    const rows = drawnRows;
    drawnRows = 0;
    return rows === 0 ? '' : `\r${rows > 1 ? `\u001b[${rows - 1}A` : ''}\u001b[J`;
  };
  const draw = (): void => {
    timer = undefined;
    const width = Math.max(10, stdout.columns - 1);
    const lines = wrapAnsi(next().replace(/\n+$/, ''), width, {hard: true, trim: false}).split('\n');
    const shown = lines.slice(-Math.max(1, stdout.rows - 2));
    const erased = erase();
    drawnRows = shown.length;
    stdout.write(`\u001b[?2026h${erased}${shown.join('\n')}\u001b[?2026l`);
  };

  return {
    print(text) {
      stdout.write(erase() + text);
    },
    show(tail) {
      next = tail;
      timer ??= setTimeout(draw, frameMs);
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
      stdout.write(erase());
    },
  };
}
