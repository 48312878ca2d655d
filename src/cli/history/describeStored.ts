import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {Store} from '../../storage/openStore.ts';

/** The conversations that are named by the beginnings of their ids, each once. Throws `LlmError` (`usage`). */
export function findNamed(
  store: Store,
  words: readonly string[],
  action: string,
): {id: string; title: string; name: string}[] {
  if (words.length === 0) {
    throw new LlmError({
      kind: 'usage',
      message: `${action} wants the id of a conversation`,
      hint: 'See them all: llm history list',
    });
  }
  const ids = new Set(words.map(word => store.find(word)));
  return [...ids].map(id => {
    const {title} = store.load(id);
    return {id, title, name: `${id.slice(0, 10)} “${neutraliseLine(title) || 'untitled'}”`};
  });
}
