import {Lexer, type Token, type Tokens} from 'marked';
import {createMarked} from '../../markdown/lexer.ts';

/** A block at the top level of a markdown text, `[start, end)` in UTF-16 units. */
export type SourceBlock = {
  start: number;
  end: number;
  kind: 'code' | 'table' | 'text';
  /** The line that opens it, for code in a fence. */
  opening?: string;
};

/** A text in blocks, and the link definitions in it: each on one line, and where it ends. */
export type SplitText = {
  text: string;
  blocks: readonly SourceBlock[];
  definitions: readonly {line: string; end: number}[];
  /** How far the text was read; the last block goes on from there. */
  readTo: number;
};

/** Blocks at the end of a text that more of it may still change. */
const unsettled = 2;
/** A last block shorter than this is read anew each time, in UTF-16 units. */
const readOften = 8192;
/** marked's time grows with the square of the depth of a list. */
const tooDeep = /^[ \t]{200,}(?:[*+-]|\d{1,9}[.)])[ \t]/m;

/**
 * Cuts a markdown text (neutralised) into its top-level blocks. Only their borders are looked for; nothing inside a
 * line is read. Given the split of what the text began with, only its last two blocks are read again, and a long last
 * block only when it has grown by an eighth: to follow a stream costs as much at its end as at its beginning.
 */
export function splitBlocks(text: string, before?: SplitText): SplitText {
  if (!before || before.text === '' || !text.startsWith(before.text))
    return read(text, {text: '', blocks: [], definitions: [], readTo: 0});
  if (text.length === before.text.length) return before;
  const last = before.blocks.at(-1);
  if (last && before.readTo - last.start > readOften) {
    const isDue = text.length - last.start > (before.readTo - last.start) * 1.125;
    if (!isDue)
      return {...before, text, blocks: [...before.blocks.slice(0, -1), {...last, end: text.length}]};
  }
  return read(text, {...before, blocks: before.blocks.slice(0, -unsettled)});
}

function read(text: string, before: SplitText): SplitText {
  const from = before.blocks.at(-1)?.end ?? 0;
  const blocks = [...before.blocks];
  const definitions = before.definitions.filter(({end}) => end <= from);
  let at = from;
  for (const token of tokensOf(text.slice(from))) {
    const start = at;
    at += token.raw.length;
    if (token.type === 'def') definitions.push({line: token.raw.trim().replace(/\n\s*/g, ' '), end: at});
    if (token.type === 'space' || token.type === 'def' || token.raw.trim() === '') continue;
    const opening = token.type === 'code' ? /^ {0,3}(?:`{3,}|~{3,}).*/.exec(token.raw)?.[0] : undefined;
    const kind = token.type === 'code' || token.type === 'table' ? token.type : 'text';
    blocks.push({start, end: at, kind, ...(opening !== undefined && {opening})});
  }
  return {text, blocks, definitions, readTo: text.length};
}

function tokensOf(source: string): readonly Token[] {
  const whole: Tokens.Generic = {type: 'paragraph', raw: source};
  if (tooDeep.test(source)) return [whole];
  try {
    const tokens = new Lexer(createMarked().defaults).blockTokens(source, []);
    const length = tokens.reduce((sum, token) => sum + token.raw.length, 0);
    return length === source.length ? tokens : [whole];
  } catch {
    return [whole];
  }
}

/** The lines of a code block without its fence or indentation; `source` is the block as it stands in the text. */
export function codeLines(source: string, opening: string | undefined): string[] {
  const lines = source.replace(/\n+$/, '').split('\n');
  if (opening === undefined) return lines.map(line => line.replace(/^(?: {4}| {0,3}\t)/, ''));
  lines.shift();
  const [, indent = '', marker = '```'] = /^( *)(`{3,}|~{3,})/.exec(opening) ?? [];
  const closing = new RegExp(`^ {0,3}${marker}${marker[0]}* *$`);
  if (lines.length > 0 && closing.test(lines.at(-1) ?? '')) lines.pop();
  return indent === '' ? lines : lines.map(line => line.replace(new RegExp(`^ {0,${indent.length}}`), ''));
}
