import {LlmError} from '../core/errors.ts';
import type {Database} from './openDatabase.ts';

/** Gives a stored conversation another title. Throws `LlmError` (`usage`) for an unknown id. */
export function renameConversation(database: Database, id: string, title: string): void {
  const count = database.run(
    'UPDATE conversations SET title = ? WHERE id = ? AND deleted IS NULL',
    title,
    id,
  );
  if (count === 0) throw unknown(id);
}

/**
 * Puts a conversation away from the list, or back into it. It is still found, opened and kept; a new message brings it
 * back too. Throws `LlmError` (`usage`) for an unknown id.
 *
 * @param when ms since 1970; null puts it back
 */
export function archiveConversation(database: Database, id: string, when: number | null): void {
  const count = database.run(
    'UPDATE conversations SET archived = ? WHERE id = ? AND deleted IS NULL',
    when,
    id,
  );
  if (count === 0) throw unknown(id);
}

function unknown(id: string): LlmError {
  return new LlmError({
    kind: 'usage',
    message: `no conversation ${id}`,
    hint: 'See them all: llm history list',
  });
}
