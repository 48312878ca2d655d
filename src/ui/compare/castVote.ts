import {contestantLabel} from '../../core/compare/contestant.ts';
import type {Verdict} from '../../core/compare/vote.ts';
import type {Judgement} from './compareSettings.ts';
import type {Ballot} from './createBallot.ts';

/**
 * Judges the answers that are seen, once all are there, and keeps that. Throws `LlmError` where it cannot be kept.
 *
 * @param say what came of it, or at once why it cannot be
 */
export async function castVote(
  ballot: Ballot,
  verdict: Verdict,
  keep: (judgement: Judgement) => Promise<void>,
  say: (text: string) => void,
): Promise<void> {
  const panes = ballot.panes();
  if (panes.some(pane => pane.answer() === undefined))
    return say('An answer is still to come: judge when all are there.');
  if (panes.length < 2) return say('There must be two panes to judge.');
  const best = verdict.type === 'best' ? panes[verdict.index] : undefined;
  if (verdict.type === 'best' && !best) return;
  await keep({panes, verdict, blind: ballot.isBlind()});
  ballot.judge(verdict);
  if (best) say(`Best: ${contestantLabel(best.contestant)}`);
  else say(verdict.type === 'tie' ? 'A tie.' : 'All bad.');
}
