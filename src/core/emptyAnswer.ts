import type {MessageNode} from './conversation.ts';

/** What to say of an answer that came to its end without a word. */
export const emptyAnswer =
  'The model answered with nothing. /retry asks again, /retry MODEL asks another one.';

/** Whether an answer came to its end, and nothing was in it. */
export function isEmptyAnswer({text, stop}: Pick<MessageNode, 'text' | 'stop'>): boolean {
  return stop === 'stop' && text.trim() === '';
}
