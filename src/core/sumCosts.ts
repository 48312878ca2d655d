import type {MessageNode} from './conversation.ts';
import {billedTokens} from './pricing.ts';

/** What several answers cost together, as far as it is known. */
export type CostSum = {
  /** In US dollars. */
  dollars: number;
  /** The answers of which no price is known. */
  unpriced: number;
  /** Some of it is by our own count of tokens. */
  estimated: boolean;
};

/** Adds up what is kept with answers; prompts do not count. */
export function sumCosts(nodes: Iterable<Pick<MessageNode, 'role' | 'usage' | 'cost'>>): CostSum {
  const sum: CostSum = {dollars: 0, unpriced: 0, estimated: false};
  for (const {role, usage, cost} of nodes) {
    if (role !== 'assistant') continue;
    if (cost === undefined) sum.unpriced += 1;
    else if (cost > 0) {
      sum.dollars += cost;
      sum.estimated ||= billedTokens(usage)?.estimated !== false;
    }
  }
  return sum;
}
