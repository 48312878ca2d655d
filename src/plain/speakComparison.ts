import type {CompareEnd} from '../commands/chatFace.ts';
import {contestantLabel} from '../core/compare/contestant.ts';
import type {Comparison, ComparisonPane} from '../core/compare/createComparison.ts';
import {describeFigures} from '../core/figures.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';

/** Has every pane answer, and writes one answer after the other, each as soon as those before it are written. */
export async function speakComparison(
  comparison: Comparison,
  write: (text: string) => void,
): Promise<CompareEnd> {
  if (comparison.firstPrompt() === null) {
    write('There is no prompt to be answered yet. Send one, then compare.\n\n');
    return {pane: undefined, promoted: false};
  }
  const panes = comparison.panes();
  const done = comparison.begin();
  for (const [index, pane] of panes.entries()) {
    write(`Answer ${index + 1} of ${panes.length}, ${neutraliseLine(contestantLabel(pane.contestant))}:\n`);
    await ended(comparison, pane);
    write(spokenAnswer(pane));
  }
  await done;
  return {pane: panes.find(pane => pane.state() === 'done'), promoted: false};
}

function spokenAnswer(pane: ComparisonPane): string {
  const answer = pane.answer();
  if (!answer) return `${pane.state()}.\n\n`;
  const text = neutralise(answer.text).trimEnd();
  const failure = answer.error
    ? `${text === '' ? '' : '\n'}Failed: ${neutraliseLine(answer.error.message)}`
    : '';
  const {model: _model, ...unnamed} = answer;
  const figures = describeFigures(unnamed);
  return `${text}${failure}\n${figures === '' ? '' : `${neutraliseLine(figures)}\n`}\n`;
}

/** Resolves when a pane has nothing more to do. */
function ended(comparison: Comparison, pane: ComparisonPane): Promise<void> {
  const isOver = (): boolean => !['waiting', 'answering'].includes(pane.state());
  if (isOver()) return Promise.resolve();
  return new Promise(resolve => {
    const unsubscribe = comparison.subscribe(() => {
      if (!isOver()) return;
      unsubscribe();
      resolve();
    });
  });
}
