import {neutralise} from '../../core/neutralise.ts';
import {wrap} from '../../markdown/wrap.ts';

/** Plain text that arrives in pieces and leaves as wrapped lines. */
export type ProseStream = {
  /** Takes more of the text; returns the lines that are finished now, each with its newline. */
  push(text: string): string;
  /** The lines that are still open. */
  open(): string;
  /** The end has come: the last lines. */
  end(): string;
};

/**
 * Wraps a text that is coming in. Rows of a long line are handed out before its end, so that the cost does not depend
 * on how long it is. Blank lines at the beginning and at the end are left out, several together become one.
 */
export function createProseStream(width: () => number): ProseStream {
  let line = '';
  let started = false;
  let blank = false;

  const rowsOf = (text: string): string[] => wrap(text, width()).map(row => row.text);
  const take = (rows: readonly string[]): string => {
    const gap = blank && started ? '\n' : '';
    blank = false;
    started = true;
    return gap + rows.map(row => `${row}\n`).join('');
  };
  const takeLine = (text: string): string => {
    if (text.trim() !== '') return take(rowsOf(text));
    blank = true;
    return '';
  };

  return {
    push(text) {
      const parts = (line + neutralise(text).replaceAll('\t', '  ')).split('\n');
      line = parts.pop() ?? '';
      let finished = parts.map(takeLine).join('');
      // Only the last row of a line changes as it grows.
      const rows = line.length > 4 * width() ? rowsOf(line) : [];
      if (rows.length > 2) {
        const done = rows.slice(0, -2);
        const end = done.reduce((from, row) => line.indexOf(row, from) + row.length, 0);
        finished += take(done);
        line = line.slice(end).trimStart();
      }
      return finished;
    },
    open: () => (line.trim() === '' ? '' : `${blank && started ? '\n' : ''}${rowsOf(line).join('\n')}\n`),
    end() {
      const last = line;
      line = '';
      return last.trim() === '' ? '' : take(rowsOf(last));
    },
  };
}
