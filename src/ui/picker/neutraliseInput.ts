import {neutraliseLine} from '../../core/neutralise.ts';

/** What is typed or pasted into the filter of a list. That is one line; a blank at its end is being typed and stays. */
export function neutraliseInput(text: string): string {
  const before = /^\s/.test(text) ? ' ' : '';
  const line = neutraliseLine(text);
  return line === '' ? before : `${before}${line}${/\s$/.test(text) ? ' ' : ''}`;
}
