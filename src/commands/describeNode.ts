import type {MessageNode} from '../core/conversation.ts';
import {neutralise} from '../core/neutralise.ts';
import {shorten, shortenMarkdown} from './shorten.ts';

/** How much of a message is shown beside a list, in characters. */
const previewLength = 2000;

/** A message in one line; an answer without text says why it has none. */
export function labelOf(node: MessageNode, most: number): string {
  // What a person has typed stays as it was.
  const short = node.role === 'assistant' ? shortenMarkdown : shorten;
  return short(node.text, most) || `(${node.stop ?? 'empty'})`;
}

/** The text of a message for beside a list. */
export function previewOf(node: MessageNode): string {
  return neutralise(node.text.slice(0, previewLength));
}

/** `<2/3>`: the second of three alternatives; empty when there is no other. */
export function ordinal(position: number, count: number): string {
  return count > 1 ? `<${position}/${count}>` : '';
}
