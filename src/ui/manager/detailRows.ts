import wrapAnsi from 'wrap-ansi';
import {modelFacts} from '../../commands/modelFacts.ts';
import {neutralise, neutraliseLine} from '../../core/neutralise.ts';
import type {Styles} from '../styles.ts';
import {cutLine} from '../viewer/styledLine.ts';
import type {Details} from './manager.ts';

/** Columns of the titles of facts. */
const titleColumns = 17;
/** So much of a text is shown: some licences are a book, in UTF-16 units. */
const longestText = 100_000;

/** All that is known of a model, as rows of at most `width` columns; `now` in ms since 1970. */
export function detailRows(
  {name, label, model, state, error}: Details,
  aliases: Readonly<Record<string, string>>,
  {styles, width, now}: {styles: Styles; width: number; now: number},
): string[] {
  const facts: (readonly [string, string])[] = [
    ['backend', label],
    ...Object.entries(aliases).flatMap(([alias, meant]) =>
      meant === name ? [['alias', alias] as const] : [],
    ),
    ...modelFacts(model, now),
  ];
  const rows = facts.flatMap(([title, text]) => {
    const [first = '', ...rest] = wrapped(neutraliseLine(text), width - titleColumns - 2);
    return [
      `  ${styles.dim(title.padEnd(titleColumns))}${first}`,
      ...rest.map(line => `  ${' '.repeat(titleColumns)}${line}`),
    ];
  });
  const texts = Object.entries(model.texts ?? {}).flatMap(([title, text]) => [
    '',
    `  ${styles.heading(title)}`,
    ...wrapped(neutralise(text.slice(0, longestText)).replaceAll('\t', '  ').trimEnd(), width - 4).map(
      line => `    ${line}`,
    ),
  ]);
  return [
    `  ${styles.heading(neutraliseLine(name))}`,
    '',
    ...rows,
    ...(state === 'asking' ? ['', `  ${styles.dim('Asking its backend for the rest …')}`] : []),
    ...(error === undefined
      ? []
      : ['', ...wrapped(neutraliseLine(error), width - 2).map(line => `  ${styles.error(line)}`)]),
    ...texts,
  ].map(row => cutLine(row, 0, width));
}

function wrapped(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(8, width), {hard: true, trim: false}).split('\n');
}
