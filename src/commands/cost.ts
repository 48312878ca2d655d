import type {MessageNode} from '../core/conversation.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {type Command, say} from './command.ts';
import {markdownTable} from './markdownTable.ts';
import {refuseArgument} from './refuse.ts';

type Sum = {answers: number; input: Count; output: Count};
/** `isExact`: every answer was counted, and by its backend. */
type Count = {tokens: number; isExact: boolean};

export const cost: Command = {
  name: 'cost',
  summary: 'show what this took in tokens and money, by model',
  immediate: true,
  run(argument, {session, isLocal}) {
    refuseArgument('cost', argument);
    const sums = sumsOf([...session.snapshot().conversation.nodes.values()]);
    if (sums.size === 0) return say('Nothing has been answered yet.');
    const rows = [...sums].map(([model, {answers, input, output}]) => [
      `\`${neutraliseLine(model).replaceAll('`', '')}\``,
      String(answers),
      show(input),
      show(output),
      isLocal(model) ? '0' : 'no price known',
    ]);
    const text = markdownTable(['model', 'answers', 'tokens in', 'tokens out', 'cost'], rows);
    return {type: 'notice', notice: {type: 'markdown', text: `${text}\n\nAll branches are counted.`}};
  },
};

function sumsOf(nodes: readonly MessageNode[]): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const {role, model, usage} of nodes) {
    if (role !== 'assistant' || model === undefined) continue;
    const nothing = {tokens: 0, isExact: true};
    const {answers, input, output} = sums.get(model) ?? {answers: 0, input: nothing, output: nothing};
    sums.set(model, {
      answers: answers + 1,
      input: add(input, usage?.input, true),
      output: add(output, usage?.output, usage?.estimated === false),
    });
  }
  return sums;
}

function add({tokens, isExact}: Count, more: number | undefined, isReported: boolean): Count {
  return {tokens: tokens + (more ?? 0), isExact: isExact && more !== undefined && isReported};
}

function show({tokens, isExact}: Count): string {
  if (tokens === 0 && !isExact) return 'unknown';
  return `${isExact ? '' : '~'}${tokens.toLocaleString('en-US')}`;
}
