import {describeError, type LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Session} from '../core/session.ts';
import type {Io} from './io.ts';

/**
 * Tries once more to store a chat that has ended and of which something could not be stored; says what became of it.
 *
 * @param told why nothing could be stored, where that was told at the start
 */
export async function storeRest(
  session: Pick<Session, 'snapshot' | 'storeRest'>,
  {stderr}: Pick<Io, 'stderr'>,
  told?: LlmError,
): Promise<void> {
  const {storageError: before, isStored} = session.snapshot();
  if (!before || !isStored) return;
  await session.storeRest();
  const {storageError} = session.snapshot();
  if (storageError === told) return;
  stderr.write(
    storageError
      ? `llm: the conversation is not stored: ${neutraliseLine(describeError(storageError))}\n`
      : 'llm: the conversation is stored after all\n',
  );
}
