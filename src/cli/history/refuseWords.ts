import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';

/** Throws `LlmError` (`usage`) that names the first of the words that an action does not take; nothing without one. */
export function refuseWords(
  action: string,
  [surplus]: readonly string[],
  hint = 'See: llm help history',
): void {
  if (surplus === undefined) return;
  throw new LlmError({
    kind: 'usage',
    message: `history ${action} does not take "${neutraliseLine(surplus)}"`,
    hint,
  });
}
