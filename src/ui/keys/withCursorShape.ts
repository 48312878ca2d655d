import type {KeyReader} from './createKeyReader.ts';

/** A bar stands between two characters, a block on one. */
export type CursorShape = 'bar' | 'block';

/** DECSCUSR (xterm's ctlseqs): steady, as nothing of ours blinks; and back to the shape that is the person's own. */
const sequences: Readonly<Record<CursorShape, string>> = {bar: '\u001b[6 q', block: '\u001b[2 q'};
const ownShape = '\u001b[0 q';

/**
 * A key reader that gives the terminal's cursor a shape for as long as it reads: whoever takes the terminal meanwhile,
 * and the shell afterwards, has its own again. `update` is to be called when another shape may be wanted.
 */
export function withCursorShape(
  keys: KeyReader,
  write: (text: string) => void,
  wanted: () => CursorShape,
): KeyReader & {update(): void} {
  let shown: CursorShape | null = null;
  const show = (): void => {
    const shape = wanted();
    if (shape !== shown) write(sequences[shape]);
    shown = shape;
  };
  return {
    ...keys,
    start() {
      keys.start();
      show();
    },
    stop() {
      if (shown !== null) write(ownShape);
      shown = null;
      keys.stop();
    },
    update() {
      if (shown !== null) show();
    },
  };
}
