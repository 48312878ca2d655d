import {diffLines, diffWordsWithSpace} from 'diff';
import {neutralise} from '../../core/neutralise.ts';
import type {Styles} from '../styles.ts';
import {wrapLine} from '../viewer/partLines.ts';

/** Longer texts are compared line by line: word by word that would take seconds. In UTF-16 units, of both together. */
const longest = 60_000;

/**
 * Two texts as one, wrapped to `width` columns: `[-what only the first has-]` and `{+what only the second has+}`, so that
 * it can be told without colours.
 */
export function diffRows(one: string, other: string, width: number, styles: Styles): string[] {
  const isLong = one.length + other.length > longest;
  const [first, second] = [neutralise(one), neutralise(other)];
  const changes = isLong ? diffLines(first, second) : diffWordsWithSpace(first, second);
  const marked = changes.map(({value, removed, added}) => ({
    text: removed ? `[-${value}-]` : added ? `{+${value}+}` : value,
    paint: removed ? styles.error : added ? styles.success : (text: string) => text,
  }));
  // A change may go over several lines; each is painted by itself.
  const lines: string[] = [''];
  for (const {text, paint} of marked) {
    text.split('\n').forEach((piece, index) => {
      if (index > 0) lines.push('');
      if (piece !== '') lines[lines.length - 1] += paint(piece);
    });
  }
  return lines.flatMap(line => wrapLine(line, width));
}
