import {activePath, type Conversation, type MessageNode} from '../core/conversation.ts';
import {describeFigures} from '../core/figures.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';

/** A prompt or an answer as a text that says whose it is, with a blank line behind it. */
export function spokenTurn(node: MessageNode): string {
  const names = (node.attachments ?? []).map(({name}) => `\n[${neutraliseLine(name)}]`).join('');
  const text = neutralise(node.text).trimEnd();
  if (node.role === 'user') return `You: ${text}${names}\n\n`;
  return `Assistant: ${text || `(${neutraliseLine(node.error?.message ?? node.stop ?? 'no answer')})`}\n\n`;
}

/** The figures of an answer as a sentence: a screen reader reads the dots between them aloud. */
export function spokenFigures(node: MessageNode): string {
  return `(${neutraliseLine(describeFigures(node)).replaceAll(' · ', ', ')})\n\n`;
}

/** The last turns of a conversation, from a prompt on. */
export function lastTurns(conversation: Conversation, count: number): readonly MessageNode[] {
  const path = activePath(conversation);
  const prompts = path.flatMap(({role}, index) => (role === 'user' ? [index] : []));
  return path.slice(prompts.at(-count) ?? 0);
}
