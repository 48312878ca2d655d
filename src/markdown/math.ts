import {type MarkedExtension, Tokenizer, type Tokens} from 'marked';
import type {MathToken} from './piece.ts';

/**
 * Keeps TeX as it was written: `\(…\)`, `\[…\]` and `$$…$$`, inside a line or as lines of their own. Markdown would
 * take away the backslashes and read `_` and `*` as emphasis. A block without its end is TeX too as long as
 * nothing but its own lines follow, so that a text which is still coming in is not taken for lists and headings.
 */
export function mathExtension(): MarkedExtension {
  // The same text is asked about at each of its delimiters.
  let covered = {masked: '', src: '', result: ''};
  return {
    extensions: [
      {
        name: 'math',
        level: 'block',
        start: (src: string) => mathBlockStart(src),
        tokenizer: (src: string) => asToken(matchMathBlock(src)),
      },
      {
        name: 'math',
        level: 'inline',
        tokenizer: (src: string) => asToken(matchInlineMath(src)),
      },
    ],
    tokenizer: {
      // A line of `=` inside a TeX block is no underline of a heading.
      lheading(src) {
        const heading = Tokenizer.prototype.lheading.call(this, src);
        if (!heading) return undefined;
        const start = mathBlockStart(heading.raw) === undefined ? undefined : mathBlockStart(src);
        return start !== undefined && start < heading.raw.length ? undefined : heading;
      },
      // Text must stop before `$$`, which no rule of marked knows.
      inlineText(src) {
        const near = src.slice(0, nearby).indexOf('$$', 1);
        const token = Tokenizer.prototype.inlineText.call(this, near < 0 ? src : src.slice(0, near));
        const far = near < 0 && token ? token.raw.indexOf('$$', 1) : -1;
        if (!token || far < 0) return token;
        const raw = token.raw.slice(0, far);
        return {...token, raw, text: raw};
      },
      // The end of an emphasis is not looked for inside TeX.
      emStrong(src, masked, previous) {
        if (src[0] !== '*' && src[0] !== '_') return undefined;
        if (covered.masked !== masked || !covered.src.endsWith(src)) {
          covered = {masked, src, result: coverMath(masked, src)};
        }
        return Tokenizer.prototype.emStrong.call(this, src, covered.result, previous);
      },
    },
  };
}

function asToken(raw: string | undefined): (Tokens.Generic & MathToken) | undefined {
  return raw === undefined ? undefined : {type: 'math', raw};
}

/** `$$` is looked for this far ahead before the text rule runs, whose cost grows with what it takes. */
const nearby = 4096;

const blockOpening = /^ {0,3}(\\\[|\$\$)/;
const blockOpenings = /\n {0,3}(?:\\\[|\$\$)/g;

/** The TeX block at the start of a text, with its newline. */
function matchMathBlock(src: string): string | undefined {
  const opening = blockOpening.exec(src);
  if (!opening) return undefined;
  const from = opening[0].length;
  const closer = opening[1] === '$$' ? '$$' : '\\]';
  const blank = /\n[ \t]*\n/.exec(src);
  const limit = blank ? blank.index + 1 : src.length;
  const end = src.indexOf(closer, from);
  if (end >= 0 && end < limit) {
    const after = /^[ \t]*[.,;:]?[ \t]*(?:\n|$)/.exec(src.slice(end + closer.length, limit));
    return after ? src.slice(0, end + closer.length + after[0].length) : undefined;
  }
  const aloneOnItsLine = /^[ \t]*\n/.test(src.slice(from));
  return !blank && aloneOnItsLine ? src : undefined;
}

/** Where the first TeX block starts that begins on a line below the first; marked cuts a paragraph there. */
function mathBlockStart(src: string): number | undefined {
  for (const opening of src.matchAll(blockOpenings)) {
    if (matchMathBlock(src.slice(opening.index + 1)) !== undefined) return opening.index;
  }
  return undefined;
}

/** The TeX at the start of an inline text. */
function matchInlineMath(src: string): string | undefined {
  const first = src.charCodeAt(0);
  if (first !== 0x5c && first !== 0x24) return undefined;
  const opener = src.slice(0, 2);
  const closer = closers.get(opener);
  if (!closer) return undefined;
  const end = src.indexOf(closer, 3);
  return end < 0 ? undefined : src.slice(0, end + 2);
}

const closers = new Map([
  ['\\(', '\\)'],
  ['\\[', '\\]'],
  ['$$', '$$'],
]);

const covering = /\\\(.+?\\\)|\\\[.+?\\\]|\$\$.+?\$\$/gs;

/**
 * Takes the delimiters that are inside TeX out of `masked`, which is marked's copy of a text without what cannot be
 * emphasis; `src` is the rest of that text as it was written.
 */
function coverMath(masked: string, src: string): string {
  if (!src.includes('\\') && !src.includes('$$')) return masked;
  const offset = masked.length - src.length;
  let from = 0;
  const parts: string[] = [];
  for (const math of src.matchAll(covering)) {
    const start = offset + math.index;
    const end = start + math[0].length;
    parts.push(masked.slice(from, start), masked.slice(start, end).replace(/[*_]/g, 'a'));
    from = end;
  }
  return parts.join('') + masked.slice(from);
}
