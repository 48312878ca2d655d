/** A long text that stands in a buffer as one step of the cursor. */
export type Chip = {
  /** The whole text that it stands for. */
  readonly text: string;
  /** What is shown for it: `[pasted 42 lines]`. */
  readonly label: string;
};

/**
 * Chips by their marks. A mark is half of a surrogate pair on its own: no text that comes from outside has one (see
 * `String.toWellFormed`), so a mark can be mistaken for nothing else, and it leaves a buffer only by `openChips`.
 */
export type Chips = ReadonlyMap<string, Chip>;

export const noChips: Chips = new Map();

/** From how much on a text is folded: when it has more lines, or more characters (UTF-16 units). No lines: never. */
export type PasteFold = {readonly lines: number; readonly characters: number};

export const usualPasteFold: PasteFold = {lines: 8, characters: 1000};

/** Every mark in a text. */
export const chipMarks = /\p{Cs}/gu;

const firstMark = 0xdc00;
const lastMark = 0xdfff;

/** Whether the unit at a place of a buffer's text is the mark of a chip. */
export function isChipAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (!(code >= firstMark && code <= lastMark)) return false;
  const before = text.charCodeAt(index - 1);
  return !(before >= 0xd800 && before <= 0xdbff);
}

/** Adds a chip; undefined when there are more than one can tell apart. */
export function addChip(chips: Chips, chip: Chip): {chips: Chips; mark: string} | undefined {
  for (let code = firstMark; code <= lastMark; code += 1) {
    const mark = String.fromCharCode(code);
    if (!chips.has(mark)) return {chips: new Map([...chips, [mark, chip]]), mark};
  }
  return undefined;
}

/** Those chips that some texts still hold. */
export function chipsIn(texts: readonly string[], chips: Chips): Chips {
  if (chips.size === 0) return chips;
  const held = new Set(texts.flatMap(text => text.match(chipMarks) ?? []));
  return new Map([...chips].filter(([mark]) => held.has(mark)));
}

/** The text with every chip's own text in place of its mark. */
export function openChips(text: string, chips: Chips): string {
  if (chips.size === 0) return text;
  return text.replace(chipMarks, mark => chips.get(mark)?.text ?? '');
}

/** Whether a text is so long that it is folded. */
export function isLong(text: string, {lines, characters}: PasteFold): boolean {
  return lines > 0 && (text.length > characters || lineCount(text) > lines);
}

/** What a paste is shown as; `number` tells it from others, the first has none. */
export function pasteLabel(text: string, number: number): string {
  const count = lineCount(text);
  const size = count > 1 ? `${count} lines` : `${text.length} characters`;
  return number > 1 ? `[pasted ${size} #${number}]` : `[pasted ${size}]`;
}

/** A long text that comes back is recognised by its first line; the rest is folded. */
export function splitLong(text: string): {head: string; rest: string; label: string} {
  const end = text.indexOf('\n') + 1;
  const most = 200;
  const head = end > 0 && end <= most ? text.slice(0, end) : text.slice(0, most).replace(/\S*$/, '');
  const rest = text.slice(head.length);
  const count = lineCount(rest);
  return {head, rest, label: count > 1 ? `[${count} more lines]` : `[${rest.length} more characters]`};
}

/** Lines of a text; a newline at its end begins none. */
function lineCount(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < text.length - 1; at = text.indexOf('\n', at + 1))
    count += 1;
  return count;
}
