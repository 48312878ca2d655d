import type {CodeBlocks} from '../commands/createCodeBlocks.ts';

/** Finds the fenced blocks of an answer that comes in pieces, and leaves their code under a number. */
export type CodeNotes = {
  /** Takes a piece of the answer; returns it with a line such as `(code 3)` after each block that ends in it. */
  push(piece: string): string;
  /** The end has come: returns the line of a block that ends with it, also of one that was never closed. */
  end(): string;
};

type Fence = {marker: string; indent: RegExp; lines: string[]};

/** A line that opens a fence, also in lists and quotes (CommonMark 0.31 §4.5); the info string of backticks has none. */
const opening = /^((?:[ \t>]|(?:[*+-]|\d{1,9}[.)])[ \t])*)(`{3,}(?=[^`]*$)|~{3,})/;
const closing = /^[ \t>]*(`{3,}|~{3,})[ \t]*$/;

/**
 * Starts at the beginning of an answer. With `earlier`, an answer goes on that was begun before: its blocks have their
 * numbers already.
 */
export function createCodeNotes(blocks: CodeBlocks, earlier = ''): CodeNotes {
  let line = '';
  let fence: Fence | null = null;

  const finish = ({lines}: Fence): string => {
    fence = null;
    const number = blocks.begin();
    blocks.add(number, lines.join('\n'));
    return `(code ${number})`;
  };
  /** Takes a whole line; returns the block that it ends. */
  const follow = (text: string): Fence | null => {
    if (fence) {
      const end = closing.exec(text)?.[1];
      if (end?.startsWith(fence.marker)) return fence;
      fence.lines.push(text.replace(fence.indent, ''));
      return null;
    }
    const [, before = '', marker] = opening.exec(text) ?? [];
    if (marker === undefined) return null;
    const indent = before.includes('>') ? '[ \\t>]' : '[ \\t]';
    fence = {marker, indent: new RegExp(`^${indent}{0,${before.length}}`), lines: []};
    return null;
  };

  const lines = earlier.split('\n');
  line = lines.pop() ?? '';
  for (const each of lines) if (follow(each)) fence = null;

  return {
    push(piece) {
      let out = '';
      for (let from = 0; from < piece.length; ) {
        const newline = piece.indexOf('\n', from);
        const end = newline === -1 ? piece.length : newline + 1;
        out += piece.slice(from, end);
        line += piece.slice(from, newline === -1 ? end : newline);
        from = end;
        if (newline === -1) break;
        const ended = follow(line.replace(/\r$/, ''));
        line = '';
        if (ended) out += `${finish(ended)}\n`;
      }
      return out;
    },
    end() {
      const open = follow(line) ?? fence;
      const isAtStart = line === '';
      line = '';
      return open ? `${isAtStart ? '' : '\n'}${finish(open)}` : '';
    },
  };
}
