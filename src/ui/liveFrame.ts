/** Where the live region stands on the screen: the widths of its lines above the cursor's, and the cursor's column. */
export type LiveFrame = {readonly widthsAbove: readonly number[]; readonly cursorColumn: number};

/** Keeps the frame that was drawn last. */
export type LiveFrameRecord = {set(frame: LiveFrame): void; get(): LiveFrame};

export function createLiveFrameRecord(): LiveFrameRecord {
  let current: LiveFrame = {widthsAbove: [], cursorColumn: 0};
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
 */
export function eraseRewrapped(
  {widthsAbove, cursorColumn}: LiveFrame,
  columns: number,
  rewraps: 'all' | 'above' | 'none',
): string {
  if (rewraps === 'none') return '';
  const rowsOf = (width: number): number => Math.max(1, Math.ceil(width / columns));
  const rows =
    widthsAbove.reduce((sum, width) => sum + rowsOf(width), 0) + Math.floor(cursorColumn / columns);
  if (rows === widthsAbove.length) return '';
  return `\u001b[${rows}A\r\u001b[J${'\n'.repeat(widthsAbove.length)}`;
}
