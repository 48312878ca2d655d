import type {Tokens} from 'marked';
import {codeContextLines, type FinishedPiece, type Piece} from './piece.ts';

/** A code fence at the top level whose end has not come yet: fed with lines, it hands out groups of them. */
export type OpenFence = {
  readonly lang: string;
  /** Takes whole lines without their newlines until the fence closes; says how many it took, the closing one included. */
  feed(lines: readonly string[]): {taken: number; closed: boolean; pieces: FinishedPiece[]};
  /** The lines that were not handed out yet and the line that is still coming in. */
  open(partial: string): Piece[];
  /** The lines that were not handed out yet, as they were written. */
  openSource(): string;
  /** The fence ends here, closed or not. */
  end(): FinishedPiece[];
};

/** An open fence as found by the lexer, and the lines of code that it has already. */
export type FoundFence = {fence: OpenFence; opening: string; lines: string[]};

export type FenceLimits = {
  /** How many lines make a group. */
  groupLines: number;
  /** How many characters make a group of fewer lines. */
  groupLength: number;
};

/**
 * Looks whether a code token is a fence without its end, following marked's own rules (CommonMark 0.31 §4.5):
 * the closing line has at least as many of the same character, and at most three spaces before it.
 */
export function findOpenFence(token: Tokens.Code, limits: FenceLimits): FoundFence | undefined {
  const found = readFence(token);
  if (!found || found.isClosed) return undefined;
  const {lines, opened, opening, marker, closing} = found;
  if (lines.pop() !== '') return undefined;
  // marked takes the indentation of the opening away for backticks only.
  const indent = marker.startsWith('`') ? opening.length : 0;
  return {
    fence: createOpenFence(token.lang ?? '', closing, indent, limits),
    opening: `${opened}\n`,
    lines,
  };
}

/** Whether a code token is a fence that has its end. */
export function isClosedFence(token: Tokens.Code): boolean {
  return readFence(token)?.isClosed === true;
}

/** The lines after the one that opens a fence, its indentation and its signs; undefined for indented code. */
function readFence(token: Tokens.Code) {
  if (token.codeBlockStyle === 'indented') return undefined;
  const [opened = '', ...lines] = token.raw.split('\n');
  const found = /^( {0,3})(`{3,}|~{3,})/.exec(opened);
  if (!found) return undefined;
  const [, opening = '', marker = ''] = found;
  const closing = new RegExp(`^ {0,3}${marker}${marker[0]}* *$`);
  return {opened, opening, marker, lines, closing, isClosed: lines.some(line => closing.test(line))};
}

/** The lines of a code token, without the newline that marked adds after a last blank line. */
export function codeLines(token: Tokens.Code): string[] {
  return token.text === '' ? [] : token.text.replace(/\n$/, '').split('\n');
}

function createOpenFence(lang: string, closing: RegExp, indent: number, limits: FenceLimits): OpenFence {
  let waiting: string[] = [];
  let closed = '';
  let hasBlank = false;
  let waitingLength = 0;
  let context: string[] = [];

  const strip = (line: string) => {
    const white = /^\s*/.exec(line)?.[0].length ?? 0;
    return line.slice(Math.min(white, indent));
  };
  const group = (lines: readonly string[]): Piece & {kind: 'code-lines'} => ({
    kind: 'code-lines',
    gap: false,
    lang,
    before: context.join('\n'),
    text: lines.map(strip).join('\n'),
  });
  const sourceOf = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');
  const handOut = (): FinishedPiece => {
    const piece = {...group(waiting), source: sourceOf(waiting)};
    context = [...context, ...waiting.map(strip)].slice(-codeContextLines).map(line => line.slice(0, 400));
    waiting = [];
    waitingLength = 0;
    return piece;
  };

  return {
    lang,
    feed(lines) {
      const pieces: FinishedPiece[] = [];
      let taken = 0;
      for (const line of lines) {
        taken++;
        if (closing.test(line)) {
          closed = `${line}\n`;
          return {taken, closed: true, pieces};
        }
        waiting.push(line);
        hasBlank ||= line.trim() === '';
        waitingLength += line.length + 1;
        if (waiting.length >= limits.groupLines || waitingLength >= limits.groupLength)
          pieces.push(handOut());
      }
      return {taken, closed: false, pieces};
    },
    open(partial) {
      const mayClose = /^ {0,3}[`~]+ *$/.test(partial);
      const lines = partial === '' || mayClose ? waiting : [...waiting, partial];
      return lines.length > 0 ? [group(lines)] : [];
    },
    openSource: () => sourceOf(waiting),
    end() {
      const end: FinishedPiece = {kind: 'fence-end', gap: false, hasBlank, source: closed};
      return waiting.length > 0 ? [handOut(), end] : [end];
    },
  };
}
