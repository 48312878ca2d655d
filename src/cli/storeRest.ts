import {describeError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Session} from '../core/session.ts';
import type {Io} from './io.ts';

/** Tries once more to store a chat that has ended and of which something could not be stored; says what became of it. */
export async function storeRest(session: Session, {stderr}: Pick<Io, 'stderr'>): Promise<void> {
  const before = session.snapshot();
  if (!before.storageError || !before.isStored || before.conversation.nodes.size === 0) return;
  await session.storeRest();
  const {storageError} = session.snapshot();
  stderr.write(
    storageError
      ? `llm: the conversation is not stored: ${neutraliseLine(describeError(storageError))}\n`
      : 'llm: the conversation is stored after all\n',
  );
}
