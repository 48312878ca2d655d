import type {MessageNode} from '../core/conversation.ts';
import {neutralise} from '../core/neutralise.ts';
import {shorten} from './shorten.ts';
import {withoutMarkdown} from './withoutMarkdown.ts';

/** How much of a message is shown beside a list, in characters. */
const previewLength = 2000;

/** A message in one line; an answer without text says why it has none. */
export function labelOf(node: MessageNode, most: number): string {
  // What a person has typed stays as it was.
  const text = node.role === 'assistant' ? withoutMarkdown(node.text.slice(0, most * 8)) : node.text;
  return shorten(text, most) || `(${node.stop ?? 'empty'})`;
}

/** The text of a message for beside a list. */
export function previewOf(node: MessageNode): string {
  const text = node.text.slice(0, previewLength);
  return neutralise(node.role === 'assistant' ? withoutMarkdown(text) : text);
}

/** `<2/3>`: the second of three alternatives; empty when there is no other. */
export function ordinal(position: number, count: number): string {
  return count > 1 ? `<${position}/${count}>` : '';
}
