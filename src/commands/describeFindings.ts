import {neutraliseLine} from '../core/neutralise.ts';
import type {Finding} from './command.ts';

/** How the parts of a report look; everything stays as it is unless said. */
export type FindingStyles = {
  area(text: string): string;
  state(state: Finding['state'], mark: string): string;
  remedy(text: string): string;
};

const plain: FindingStyles = {area: text => text, state: (_state, mark) => mark, remedy: text => text};

const marks: Record<Finding['state'], string> = {ok: '✓', warning: '!', problem: '✗'};

/**
 * What `doctor` found, as lines: the areas in the order of the findings, each finding with its mark, its remedy below
 * it. At the end how much is wrong.
 *
 * @param width columns; longer lines are broken between words and hang below their beginning
 */
export function describeFindings(
  findings: readonly Finding[],
  {styles = plain, width = Number.POSITIVE_INFINITY}: {styles?: FindingStyles; width?: number} = {},
): string {
  const groups = Map.groupBy(findings, finding => finding.area);
  const blocks = [...groups].map(([area, found]) =>
    [
      styles.area(neutraliseLine(area)),
      ...found.flatMap(({state, text, remedy}) => [
        ...hang(text, width - 4).map(
          (line, index) => `  ${index === 0 ? styles.state(state, marks[state]) : ' '} ${line}`,
        ),
        ...(remedy === undefined
          ? []
          : hang(remedy, width - 6).map(
              (line, index) => `    ${styles.remedy(`${index === 0 ? '→' : ' '} ${line}`)}`,
            )),
      ]),
    ].join('\n'),
  );
  return [...blocks, summary(findings)].join('\n\n');
}

function summary(findings: readonly Finding[]): string {
  const count = (state: Finding['state']): number => findings.filter(each => each.state === state).length;
  const problems = count('problem');
  const warnings = count('warning');
  const parts = [
    problems > 0 && `${problems} ${problems === 1 ? 'problem' : 'problems'}`,
    warnings > 0 && `${warnings} ${warnings === 1 ? 'thing' : 'things'} to know`,
  ].filter(part => part !== false);
  return parts.length === 0 ? 'All is well.' : `${parts.join(', ')}.`;
}

/** The words of a text in lines of at most so many columns; a longer word has a line of its own. */
function hang(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of neutraliseLine(text).split(/ +/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
