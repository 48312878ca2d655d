import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type {Pull} from '../../commands/createPulls.ts';
import {pullFacts, pullPercent} from '../../commands/describePull.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {fitText} from '../picker/fitText.ts';
import type {Styles} from '../styles.ts';

/** Columns of the bar at least and at most; where there is less room there is none. */
const shortestBar = 8;
const longestBar = 40;
/** So many rows of why it failed. */
const errorRows = 3;

/** The rows of one pull: its name and how far it has come, then the figures or what can be done. */
export function drawPull(pull: Pull, isSelected: boolean, width: number, styles: Styles): string[] {
  const {state, figures} = pull;
  const mark = isSelected ? styles.accent('› ') : '  ';
  const sign = {running: '↓', elsewhere: '↓', stopped: '‖', failed: '✗'}[state];
  const share = pullPercent(figures);
  const percent = share === undefined ? '' : `${share} %`;
  const name = fitted(neutraliseLine(pull.name), Math.max(8, width - 6 - percent.length));
  const used = 2 + 2 + stringWidth(name) + 2 + percent.length;
  const bar = share === undefined ? '' : drawBar(share, Math.min(longestBar, width - used - 3));
  const painted = isSelected ? styles.strong(name) : name;
  const head = `${mark}${sign} ${painted}  ${[styles.accent(bar), percent].filter(Boolean).join(' ')}`;
  const indent = ' '.repeat(4);
  if (state === 'running') {
    const facts = figures ? pullFacts(figures) : ['asking for it'];
    return [head, `${indent}${styles.dim(fittingFacts(facts, width - indent.length))}`];
  }
  const told = (text: string): string => styles.dim(fitted(text, width - 4));
  const reason =
    pull.state === 'failed'
      ? [
          ...wrapAnsi(neutraliseLine(pull.error), Math.max(8, width - 4), {hard: true})
            .split('\n')
            .slice(0, errorRows)
            .map(line => styles.error(line)),
          told('r goes on · x takes it off'),
        ]
      : state === 'elsewhere'
        ? [told(['in another llm', ...(figures && figures.total > 0 ? pullFacts(figures) : [])].join(' · '))]
        : [told('stopped; what has come is kept · r goes on · x takes it off')];
  return [head, ...reason.map(line => `${indent}${line}`)];
}

function drawBar(share: number, columns: number): string {
  if (columns < shortestBar) return '';
  const full = Math.round((columns * Math.min(100, share)) / 100);
  return `${'█'.repeat(full)}${'░'.repeat(columns - full)}`;
}

/** As many of the facts as fit. */
function fittingFacts(facts: readonly string[], columns: number): string {
  for (let count = facts.length; count > 1; count--) {
    const text = facts.slice(0, count).join(' · ');
    if (stringWidth(text) <= columns) return text;
  }
  return fitted(facts[0] ?? '', columns);
}

function fitted(text: string, columns: number): string {
  return fitText(text, columns)
    .map(glyph => glyph.text)
    .join('');
}
