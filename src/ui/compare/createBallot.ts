import {contestantLabel} from '../../core/compare/contestant.ts';
import type {Comparison, ComparisonPane} from '../../core/compare/createComparison.ts';
import type {Verdict} from '../../core/compare/vote.ts';
import {neutraliseLine} from '../../core/neutralise.ts';

/** In which order panes are seen, under which names, and what was judged of the answers that are seen. */
export type Ballot = {
  /** The panes in the order in which they are seen. */
  panes(): readonly ComparisonPane[];
  /** The name over a pane; in a blind test it does not tell who it is. */
  nameOf(pane: ComparisonPane): string;
  isBlind(): boolean;
  /** Hides the names and shuffles the panes, or shows them again. */
  toggleBlind(): void;
  /** What was judged of these answers; undefined when nothing was yet. */
  verdict(): Verdict | undefined;
  /** Keeps a judgement and shows the names. */
  judge(verdict: Verdict): void;
  /** Other answers are seen now: nothing is judged of them yet. */
  clear(): void;
  isBest(pane: ComparisonPane): boolean;
};

/** Starts with the panes in their own order, under their names. `random`: from 0 to 1. */
export function createBallot(comparison: Comparison, random: () => number): Ballot {
  let isBlind = false;
  let order: readonly number[] = [];
  let given: {verdict: Verdict; best: ComparisonPane | undefined} | undefined;

  const panes = (): readonly ComparisonPane[] => {
    const all = comparison.panes();
    const placed = order.flatMap(id => all.find(pane => pane.id === id) ?? []);
    return [...placed, ...all.filter(pane => !placed.includes(pane))];
  };

  return {
    panes,
    nameOf(pane) {
      if (!isBlind) return neutraliseLine(contestantLabel(pane.contestant));
      return `Answer ${String.fromCharCode('A'.charCodeAt(0) + panes().indexOf(pane))}`;
    },
    isBlind: () => isBlind,
    toggleBlind() {
      isBlind = !isBlind;
      if (!isBlind) return;
      // What was judged before would tell who is who.
      given = undefined;
      order = shuffled(
        comparison.panes().map(({id}) => id),
        random,
      );
    },
    verdict: () => given?.verdict,
    judge(verdict) {
      given = {verdict, best: verdict.type === 'best' ? panes()[verdict.index] : undefined};
      isBlind = false;
    },
    clear() {
      given = undefined;
    },
    isBest: pane => given?.best === pane,
  };
}

/** After R. A. Fisher and F. Yates, as R. Durstenfeld put it (Communications of the ACM 7, 1964, algorithm 235). */
function shuffled(ids: readonly number[], random: () => number): number[] {
  const order = [...ids];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}
