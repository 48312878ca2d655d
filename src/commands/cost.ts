import type {MessageNode} from '../core/conversation.ts';
import {formatCost, type PriceAnswer} from '../core/pricing.ts';
import {shownModel} from '../core/shownModel.ts';
import {type CostSum, sumCosts} from '../core/sumCosts.ts';
import {type Command, say} from './command.ts';
import {markdownTable} from './markdownTable.ts';
import {refuseArgument} from './refuse.ts';

type Answer = Pick<MessageNode, 'id' | 'role' | 'model' | 'usage' | 'created' | 'cost'>;
type Sum = {answers: number; input: Count; output: Count; cost: CostSum};
/** `isExact`: every answer was counted, and by its backend. */
type Count = {tokens: number; isExact: boolean};

export const cost: Command = {
  name: 'cost',
  summary: 'show what this chat and today took in tokens and money',
  immediate: true,
  async run(argument, {session, priceOf, answersToday}) {
    refuseArgument('cost', argument);
    const own = [...session.snapshot().conversation.nodes.values()];
    const inChat = await withPrices(own, priceOf);
    const today = await withPrices(await answersToday().catch(() => []), priceOf);
    const known = new Set(inChat.map(({id}) => id));
    const isMore = today.some(({id}) => !known.has(id));
    if (inChat.length === 0 && !isMore) return say('Nothing has been answered yet.');
    const parts = [
      ...(inChat.length > 0 ? [`**This chat**, all branches\n\n${table(inChat)}`] : []),
      ...(isMore ? [`**Today**, all chats that are kept\n\n${table(today)}`] : []),
    ];
    return {type: 'notice', notice: {type: 'markdown', text: parts.join('\n\n')}};
  },
};

/** The answers, with the prices of those that were given without one: by `run`, or before there were any. */
async function withPrices(nodes: readonly Answer[], priceOf: PriceAnswer): Promise<Answer[]> {
  const answers = nodes.filter(({role, model}) => role === 'assistant' && model !== undefined);
  return Promise.all(
    answers.map(async answer => {
      const price = answer.cost ?? (await priceOf(answer));
      return price === undefined ? answer : {...answer, cost: price};
    }),
  );
}

function table(answers: readonly Answer[]): string {
  const byModel = Map.groupBy(answers, ({model = ''}) => model);
  const rows = [...byModel].map(([model, own]) => {
    const {answers: count, input, output, cost: price} = sumOf(own);
    return [
      `\`${shownModel(model).replaceAll('`', '')}\``,
      String(count),
      show(input),
      show(output),
      showCost(price, count),
    ];
  });
  const all = sumCosts(answers);
  const whole = byModel.size > 1 && all.dollars > 0 ? `\n\nTogether ${showCost(all, answers.length)}.` : '';
  return `${markdownTable(['model', 'answers', 'tokens in', 'tokens out', 'cost'], rows)}${whole}`;
}

function sumOf(answers: readonly Answer[]): Sum {
  const nothing: Count = {tokens: 0, isExact: true};
  return {
    answers: answers.length,
    input: answers.reduce(
      (sum, {usage}) => add(sum, usage?.input ?? usage?.sent, usage?.input !== undefined),
      nothing,
    ),
    output: answers.reduce((sum, {usage}) => add(sum, usage?.output, usage?.estimated === false), nothing),
    cost: sumCosts(answers),
  };
}

function add({tokens, isExact}: Count, more: number | undefined, isReported: boolean): Count {
  return {tokens: tokens + (more ?? 0), isExact: isExact && more !== undefined && isReported};
}

function show({tokens, isExact}: Count): string {
  if (tokens === 0 && !isExact) return 'unknown';
  return `${isExact ? '' : '~'}${tokens.toLocaleString('en-US')}`;
}

function showCost({dollars, unpriced, estimated}: CostSum, answers: number): string {
  if (unpriced === answers) return 'no price';
  const sum = `${estimated ? '~' : ''}${formatCost(dollars)}`;
  return unpriced === 0 ? sum : `${sum}, without ${unpriced} of no known price`;
}
