import type {MessageNode} from './conversation.ts';
import type {Usage} from './message.ts';

/** What the price of an answer depends on. */
export type PricedAnswer = Pick<MessageNode, 'model' | 'usage' | 'created'>;

/**
 * What an answer cost, in US dollars: 0 from a machine of the person's own, undefined where no price is known. Never
 * fails.
 */
export type PriceAnswer = (answer: PricedAnswer) => Promise<number | undefined>;

/** The counts that a price is made of, in tokens. `input` includes `cached`, `output` the thinking. */
export type BilledTokens = {input: number; output: number; cached: number; estimated: boolean};

/** The counts of an answer as they are billed; undefined when nothing is known of one side. */
export function billedTokens(usage: Usage | undefined): BilledTokens | undefined {
  const {input = usage?.sent, output, cached = 0} = usage ?? {};
  if (input === undefined || output === undefined) return undefined;
  return {
    // Some servers leave what was cached out of their count; it cannot be more than all.
    input: cached > input ? input + cached : input,
    output,
    cached,
    estimated: usage?.input === undefined || usage.estimated,
  };
}

/** A sum of money for people, in US dollars with two digits that count: `$0.0012`, `$3.40`, `$0`. */
export function formatCost(dollars: number): string {
  if (!Number.isFinite(dollars)) return '?';
  if (dollars <= 0) return '$0';
  if (dollars < 0.000_01) return '<$0.00001';
  const digits = dollars >= 1 ? 2 : Math.max(2, 1 - Math.floor(Math.log10(dollars)));
  return `$${dollars.toFixed(digits)}`;
}
