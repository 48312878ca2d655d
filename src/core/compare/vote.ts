import type {PairCount} from './bradleyTerry.ts';
import {type Contestant, contestantLabel} from './contestant.ts';

/** One of the answers that were judged: whose it is, and which message of the conversation, with text and figures. */
export type JudgedAnswer = {contestant: Contestant; messageId: string};

/** `best`: one is better than all others. `tie`: all are as good. `bad`: none is any good. */
export type Verdict = {type: 'best'; index: number} | {type: 'tie'} | {type: 'bad'};

/** A judgement of answers to one prompt. */
export type Vote = {
  id: string;
  conversationId: string;
  /** The prompt: a message of the conversation. */
  promptId: string;
  /** ms since 1970. */
  created: number;
  answers: readonly JudgedAnswer[];
  verdict: Verdict;
  /** The names were hidden until it was given. */
  blind: boolean;
};

/** How often each won, tied and was found bad, and the comparisons by pairs that follow from votes. */
export type Tally = {
  pairs: readonly PairCount[];
  standings: ReadonlyMap<string, {votes: number; wins: number; ties: number; bad: number}>;
};

/**
 * Counts votes. The best of several has beaten each of the others; of the others nothing follows. In a tie each pair is
 * shared, half to each; where all are bad no one has beaten anyone.
 */
export function tally(votes: readonly Pick<Vote, 'answers' | 'verdict'>[]): Tally {
  const pairs: PairCount[] = [];
  const standings = new Map<string, {votes: number; wins: number; ties: number; bad: number}>();
  for (const {answers, verdict} of votes) {
    const names = answers.map(({contestant}) => contestantLabel(contestant));
    names.forEach((name, index) => {
      const before = standings.get(name) ?? {votes: 0, wins: 0, ties: 0, bad: 0};
      standings.set(name, {
        votes: before.votes + 1,
        wins: before.wins + (verdict.type === 'best' && verdict.index === index ? 1 : 0),
        ties: before.ties + (verdict.type === 'tie' ? 1 : 0),
        bad: before.bad + (verdict.type === 'bad' ? 1 : 0),
      });
    });
    const best = verdict.type === 'best' ? names[verdict.index] : undefined;
    if (best !== undefined)
      for (const worse of names) if (worse !== best) pairs.push({better: best, worse, count: 1});
    if (verdict.type === 'tie') {
      for (const one of names)
        for (const other of names) if (one !== other) pairs.push({better: one, worse: other, count: 0.5});
    }
  }
  return {pairs, standings};
}
