/** The last `rows` of some terminal lines, for a region that must stay shorter than the screen. */
export function clipLines(lines: readonly string[], rows: number): readonly string[] {
  return lines.length > rows ? lines.slice(lines.length - Math.max(0, rows)) : lines;
}
