import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter();
/** No character that people see has more code units than this, but for jokes. */
const longestCharacter = 16;

/** A plain text in at most so many columns; where some of it is left out, `…` stands at its end. */
export function cutToWidth(text: string, columns: number): string {
  const near = text.slice(0, Math.max(0, columns + 1) * longestCharacter);
  if (near.length === text.length && stringWidth(text) <= columns) return text;
  let width = 1;
  let kept = '';
  for (const {segment} of segmenter.segment(near)) {
    width += stringWidth(segment);
    if (width > columns) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}
