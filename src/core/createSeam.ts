/** Joins the continuation of a text to the text, without what the continuation says again of it. */
export type Seam = {
  /** Takes the next piece of the continuation; returns what of it is new. It may be held back until more has come. */
  push(piece: string): string;
  /** Nothing more comes: returns what was still held back. */
  end(): string;
};

/** How much of the old text's end may be said again, in UTF-16 units. */
const longestOverlap = 200;

/** What a model puts before the words that it takes up again. */
const opening = /^[\s"'“”„«‘’….]*/;

/**
 * Starts the joining at the end of `old`. The beginning of the continuation is held back for as long as it may turn
 * out to repeat the end of `old`, at most about 200 characters; the longest repetition is dropped. A single word or
 * sign that comes twice by chance is none: it has to begin where a word begins and have three letters or digits.
 */
export function createSeam(old: string): Seam {
  const overlaps = overlapsOf(old.trimEnd());
  const endsBlank = /\s$/.test(old);
  let held: string | null = '';

  /** What is new of a text that begins with a repetition; undefined when it does not. */
  const behind = (text: string): string | undefined => {
    const found = overlaps.find(
      overlap => text.startsWith(overlap) && (!endsBlank || /^(?:\s|$)/.test(text.slice(overlap.length))),
    );
    if (found === undefined) return undefined;
    // The blanks at the end of the old text stand for those of its repetition, whichever they are.
    return endsBlank ? text.slice(found.length).trimStart() : text.slice(found.length);
  };

  const decide = (text: string): string => {
    held = null;
    return behind(text) ?? behind(withoutOpening(text)) ?? text;
  };

  /** Whether more text may still show a repetition, or a longer one than what is known now. */
  const isOpen = (text: string): boolean => {
    const bare = withoutOpening(text);
    if (bare === '') return text.length < longestOverlap;
    return [text, bare].some(part =>
      overlaps.some(
        overlap =>
          (overlap.length > part.length && overlap.startsWith(part)) ||
          (endsBlank && part.trimEnd() === overlap && part.length < 2 * longestOverlap),
      ),
    );
  };

  return {
    push(piece) {
      if (held === null) return piece;
      held += piece;
      return overlaps.length > 0 && isOpen(held) ? '' : decide(held);
    },
    end: () => (held === null ? '' : decide(held)),
  };
}

function withoutOpening(text: string): string {
  return text.slice(opening.exec(text)?.[0].length ?? 0);
}

/** The ends of the text that count when they are repeated, longest first. */
function overlapsOf(text: string): string[] {
  const overlaps: string[] = [];
  for (let start = Math.max(0, text.length - longestOverlap); start < text.length; start++) {
    const overlap = text.slice(start);
    const isWordStart = !/[\p{L}\p{N}]/u.test(text.charAt(start - 1)) || !/^[\p{L}\p{N}]/u.test(overlap);
    if (!isWordStart && overlap.length < 8) continue;
    if ((overlap.match(/[\p{L}\p{N}]/gu)?.length ?? 0) < 3) break;
    overlaps.push(overlap);
  }
  return overlaps;
}
