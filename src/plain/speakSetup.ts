import type {FirstSteps} from '../commands/createFirstSteps.ts';
import {formatBytes} from '../core/figures.ts';

/** Tells what is being set up, line by line: its beginning, and each tenth of what comes. Returns the unsubscriber. */
export function speakSetup(firstSteps: FirstSteps, write: (text: string) => void): () => void {
  const beginnings = {starting: 'Starting', pulling: 'Pulling', fetching: 'Fetching'} as const;
  let started: number | undefined;
  let tenths = 0;
  return firstSteps.subscribe(() => {
    const work = firstSteps.work();
    if (!work) {
      started = undefined;
      return;
    }
    if (work.started !== started) {
      started = work.started;
      tenths = 0;
      write(`${beginnings[work.kind]} ${work.name}. Ctrl+C stops.\n`);
    }
    const {completed = 0, total = 0} = work.figures ?? {};
    const reached = total > 0 ? Math.min(10, Math.floor((completed / total) * 10)) : 0;
    if (reached > tenths) write(`${reached * 10} % of ${formatBytes(total)}\n`);
    tenths = Math.max(tenths, reached);
  });
}
