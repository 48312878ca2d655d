import type {CodeBlocks} from '../commands/createCodeBlocks.ts';
import type {MessageNode} from '../core/conversation.ts';
import {describeFigures} from '../core/figures.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import {createCodeNotes} from './createCodeNotes.ts';

/**
 * A prompt or an answer as a text that says whose it is, with a blank line behind it. Its code is left with `codeBlocks`,
 * whose numbers are said with `saysNumbers`.
 */
export function spokenTurn(node: MessageNode, codeBlocks: CodeBlocks, saysNumbers: boolean): string {
  const names = (node.attachments ?? []).map(({name}) => `\n[${neutraliseLine(name)}]`).join('');
  const plain = node.text.trimEnd();
  if (node.role === 'user') return `You: ${neutralise(plain)}${names}\n\n`;
  const notes = createCodeNotes(codeBlocks);
  const noted = notes.push(plain) + notes.end();
  const text = neutralise(saysNumbers ? noted : plain);
  return `Assistant: ${text || `(${neutraliseLine(node.error?.message ?? node.stop ?? 'no answer')})`}\n\n`;
}

/** The figures of an answer as a sentence: a screen reader reads the dots between them aloud. */
export function spokenFigures(node: MessageNode): string {
  return `(${neutraliseLine(describeFigures(node)).replaceAll(' · ', ', ')})\n\n`;
}
