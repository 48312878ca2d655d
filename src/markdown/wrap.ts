import stringWidth from 'string-width';
import {type Look, type Run, readRuns, writeRuns} from './sgr.ts';

/** One line as it goes to the screen, its styles closed, and how many columns it takes. */
export type Line = {text: string; width: number};

/** The smallest thing that is not cut: a character as people see it, or a word of ASCII while it fits. */
type Atom = {text: string; width: number; look: Look; kind: 'word' | 'space' | 'wide'};

const parts = /\n|[ \t]+|[\x21-\x7e]+|[^\x20-\x7e\n\t]+/g;
/** East Asian punctuation that does not start a line, and that does not end one (a small part of JIS X 4051). */
const notFirst = /^[、。，．：；！？）」』】〕》〉”’…ー々゛゜ァィゥェォッャュョぁぃぅぇぉっゃゅょ%]/;
const notLast = /^[（「『【〔《〈“‘]/;

/**
 * Breaks a styled text into lines of at most `width` columns, at spaces and between East Asian characters, inside a
 * word only when it is longer than a line. Newlines stay. Widths are those of graphemes.
 *
 * With `wholeUrls`, an address that is longer than a line is left to the terminal to wrap, so that it can be opened and
 * copied.
 */
export function wrap(text: string, width: number, {wholeUrls = false} = {}): Line[] {
  const room = Math.max(1, width);
  const lines: Line[] = [];
  let line: Atom[] = [];
  let used = 0;
  let spaces: Atom[] = [];
  let word: Atom[] = [];
  let wordWidth = 0;

  const endLine = () => {
    lines.push(toLine(line));
    line = [];
    used = 0;
    spaces = [];
  };
  const endWord = () => {
    if (word.length === 0) return;
    const between = used > 0 ? widthOf(spaces) : 0;
    if (used > 0 && used + between + wordWidth > room) endLine();
    else if (used > 0) {
      line.push(...spaces);
      used += between;
    }
    spaces = [];
    const isWhole = wordWidth <= room || (wholeUrls && word.some(atom => atom.text.includes('://')));
    for (const atom of isWhole ? word : word.flatMap(toGraphemes)) {
      if (!isWhole && used > 0 && used + atom.width > room) endLine();
      line.push(atom);
      used += atom.width;
    }
    word = [];
    wordWidth = 0;
  };

  for (const run of readRuns(text)) {
    for (const atom of toAtoms(run)) {
      if (atom === 'newline') {
        endWord();
        endLine();
        continue;
      }
      if (atom.kind === 'space') {
        endWord();
        spaces.push(atom);
        continue;
      }
      const last = word.at(-1);
      const mayBreak =
        last !== undefined &&
        (atom.kind === 'wide' || last.kind === 'wide') &&
        !notFirst.test(atom.text) &&
        !notLast.test(last.text);
      if (mayBreak) endWord();
      word.push(atom);
      wordWidth += atom.width;
    }
  }
  endWord();
  if (line.length > 0 || lines.length === 0) endLine();
  return lines;
}

/** The lines of a styled text as they are, each with its styles closed. */
export function closeLines(text: string): string[] {
  const lines: Run[][] = [[]];
  for (const run of readRuns(text)) {
    for (const [index, part] of run.text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({text: part, look: run.look});
    }
  }
  return lines.map(writeRuns);
}

function toLine(atoms: readonly Atom[]): Line {
  return {text: writeRuns(atoms), width: widthOf(atoms)};
}

function widthOf(atoms: readonly Atom[]): number {
  let width = 0;
  for (const atom of atoms) width += atom.width;
  return width;
}

function* toAtoms({text, look}: Run): Generator<Atom | 'newline'> {
  for (const [part] of text.matchAll(parts)) {
    const code = part.charCodeAt(0);
    if (code === 0x0a) yield 'newline';
    else if (code === 0x20 || code === 0x09) {
      const space = part.replaceAll('\t', '  ');
      yield {text: space, width: space.length, look, kind: 'space'};
    } else if (code < 0x7f) yield {text: part, width: part.length, look, kind: 'word'};
    else yield* graphemes(part, look);
  }
}

function toGraphemes(atom: Atom): Atom[] {
  return atom.text.length === 1 || atom.width <= 2 ? [atom] : [...graphemes(atom.text, atom.look)];
}

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

function* graphemes(text: string, look: Look): Generator<Atom> {
  for (const {segment} of segmenter.segment(text)) {
    const width = stringWidth(segment);
    yield {text: segment, width, look, kind: width === 2 ? 'wide' : 'word'};
  }
}
