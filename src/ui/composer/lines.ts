/** Where the line begins in which a place of a text lies. */
export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** Where that line ends: at its newline, or at the end of the text. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** The first place of that line where no blank is; its end when there are only blanks. */
export function firstNonBlank(text: string, at: number): number {
  const start = lineStart(text, at);
  const end = lineEnd(text, at);
  const found = text.slice(start, end).search(/[^ \t]/);
  return found === -1 ? end : start + found;
}
