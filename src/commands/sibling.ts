import {type Alternatives, alternatives, turnAlternatives} from '../core/conversationTree.ts';
import type {Session} from '../core/session.ts';
import {type Choice, type Command, type CommandResult, say} from './command.ts';
import {labelOf, ordinal, previewOf} from './describeNode.ts';
import {moveTo} from './moveTo.ts';
import {refusal} from './refuse.ts';

export const sibling: Command = {
  name: 'sibling',
  usage: '[N | next | previous]',
  summary: 'go to another answer or wording of the last turn',
  async complete() {
    return ['next', 'previous'];
  },
  run(argument, {session}) {
    const {conversation} = session.snapshot();
    const {nodes, at} = alternatives(conversation);
    if (nodes.length === 0) return say('Nothing has been said yet.', 'warning');
    if (argument === '') return offer(session);
    const index = indexOf(argument, at, nodes.length);
    const node = nodes[index];
    if (!node) {
      throw refusal(
        `/sibling wants ${nodes.length > 1 ? `a number from 1 to ${nodes.length}` : 'the number 1'}, next or previous, got "${argument}"`,
        'See them all: /sibling',
      );
    }
    if (index === at) {
      return say(
        nodes.length > 1
          ? `This is ${at + 1} of ${nodes.length} already.`
          : 'The last turn has no other answer and no other wording. /retry and /edit make them.',
      );
    }
    return moveTo(session, node.id, headline(at, node.role, index + 1, nodes.length));
  },
};

/** Goes round at the ends; from before the turns, both ways lead to the newest one. */
function indexOf(argument: string, at: number, count: number): number {
  if (argument === 'next') return at === -1 ? count - 1 : (at + 1) % count;
  if (argument === 'previous') return at === -1 ? count - 1 : (at - 1 + count) % count;
  return /^\d+$/.test(argument) ? Number(argument) - 1 : -1;
}

function offer(session: Session): CommandResult {
  const {conversation} = session.snapshot();
  const ahead = alternatives(conversation);
  if (ahead.at === -1) {
    return {type: 'choose', title: 'Turns that were held from here', choices: choicesOf(session, ahead)};
  }
  const {answers, prompts} = turnAlternatives(conversation);
  const several = [answers, prompts].filter(({nodes}) => nodes.length > 1);
  if (several.length === 0)
    return say('The last turn has no other answer and no other wording. /retry and /edit make them.');
  return {
    type: 'choose',
    title: 'Other answers and wordings of the last turn',
    choices: several.flatMap(each => choicesOf(session, each)),
  };
}

function choicesOf(session: Session, {nodes, at}: Alternatives): Choice[] {
  return nodes.map((node, index) => ({
    label:
      `${ordinal(index + 1, nodes.length)} ${node.role === 'user' ? '> ' : ''}${labelOf(node, 100)}`.trim(),
    ...(node.model && {detail: node.model}),
    preview: previewOf(node),
    current: index === at,
    run: () =>
      index === at
        ? {type: 'none'}
        : moveTo(session, node.id, headline(at, node.role, index + 1, nodes.length)),
  }));
}

function headline(at: number, role: 'user' | 'assistant', position: number, count: number): string {
  if (count === 1) return 'Forward again';
  const what = role === 'assistant' ? 'answer' : at === -1 ? 'turn' : 'wording';
  return `${what} ${position} of ${count}`;
}
