import type {Pull} from '../commands/createPulls.ts';
import {pullPercent} from '../commands/describePull.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {fitText} from './picker/fitText.ts';

/** Columns of a name. */
const nameColumns = 24;

/** The pulls under way in a few words, for the status line: `↓ qwen2.5:3b 43 %`, `↓ 2 models 43 %`; empty without any. */
export function describePulls(pulls: readonly Pull[]): string {
  const running = pulls.filter(({state}) => state === 'running');
  const [only] = running;
  if (!only) return '';
  const completed = running.reduce((sum, {figures}) => sum + (figures?.completed ?? 0), 0);
  const total = running.reduce((sum, {figures}) => sum + (figures?.total ?? 0), 0);
  const percent = pullPercent({status: '', completed, total, parts: 0});
  const model = neutraliseLine(only.name.slice(only.name.indexOf('/') + 1));
  const name = fitText(model, nameColumns)
    .map(({text}) => text)
    .join('');
  const what = running.length === 1 ? name : `${running.length} models`;
  return `↓ ${what}${percent === undefined ? '' : ` ${percent} %`}`;
}
