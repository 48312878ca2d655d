/** Where the live region stands on the screen: the widths of its lines above and below the cursor's, and its column. */
export type LiveFrame = {
  readonly widthsAbove: readonly number[];
  readonly cursorColumn: number;
  readonly widthsBelow: readonly number[];
};

/** Keeps the frame that was drawn last. */
export type LiveFrameRecord = {set(frame: LiveFrame): void; get(): LiveFrame};

/**
 * Which lines a terminal wraps anew when it becomes narrower: all; those above the cursor's for certain; those above,
 * with the cursor moved down for each row that is added below it (xterm.js, so the terminal of VS Code); or none.
 */
export type Rewrapping = 'all' | 'above' | 'xtermjs' | 'none';

export function createLiveFrameRecord(): LiveFrameRecord {
  let current: LiveFrame = {widthsAbove: [], cursorColumn: 0, widthsBelow: []};
  return {
    set(frame) {
      current = frame;
    },
    get: () => current,
  };
}

/**
 * What to write when a terminal that re-wraps its lines has become narrower, before Ink erases its frame. Ink counts
 * the lines that it drew; the terminal has made more of them, and the topmost would stay as a stale copy. So all
 * of them are erased here, and the cursor goes back to where Ink believes it to be. Empty when nothing was wrapped.
 * Where it is not known whether the cursor's own line was wrapped too, that is not counted: a stale row is better
 * than a row of the transcript erased.
 */
export function eraseRewrapped(frame: LiveFrame, columns: number, rewraps: Rewrapping): string {
  if (rewraps === 'none') return '';
  const {widthsAbove, cursorColumn, widthsBelow} = frame;
  const rowsOf = (widths: readonly number[]): number =>
    widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
  const own = rewraps === 'all' ? Math.floor(cursorColumn / columns) : 0;
  const below = rewraps === 'xtermjs' ? rowsOf(widthsBelow) - widthsBelow.length : 0;
  const rows = rowsOf(widthsAbove) + own + below;
  if (rows === widthsAbove.length) return '';
  return `\u001b[${rows}A\r\u001b[J${'\n'.repeat(widthsAbove.length)}`;
}
