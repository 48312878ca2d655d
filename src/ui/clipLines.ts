/**
 * The last of some terminal lines, `rows` in all, for a region that must stay shorter than the screen. Where some are
 * left out, the first row says how many.
 */
export function clipLines(
  lines: readonly string[],
  rows: number,
  sayHidden: (count: number) => string,
): readonly string[] {
  if (lines.length <= rows) return lines;
  if (rows < 2) return lines.slice(lines.length - Math.max(0, rows));
  const shown = lines.slice(lines.length - (rows - 1));
  return [sayHidden(lines.length - shown.length), ...shown];
}
