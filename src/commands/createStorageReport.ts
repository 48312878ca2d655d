import {LlmError} from '../core/errors.ts';
import type {Session} from '../core/session.ts';
import type {ChatFace} from './chatFace.ts';

/** Tells the person once when a conversation is no longer stored, and once when it is again. */
export function createStorageReport(
  session: Pick<Session, 'snapshot'>,
  face: Pick<ChatFace, 'show' | 'failed'>,
): () => void {
  // What keeps a chat from being stored at its start is told there.
  let {
    storageError: told,
    conversation: {id: toldOf},
  } = session.snapshot();
  return () => {
    const {storageError, isStored, conversation} = session.snapshot();
    // That one is stored says nothing about the one before.
    if (conversation.id !== toldOf) told = null;
    toldOf = conversation.id;
    if (storageError === told) return;
    told = storageError;
    if (storageError) {
      face.failed(
        new LlmError({
          kind: 'storage',
          message: `This conversation is no longer being stored: ${storageError.message}`,
          hint: storageError.hint || 'Export it to keep it: /export',
        }),
      );
    } else if (isStored) {
      const text = 'This conversation is stored again, with all that was said in it.';
      face.show({type: 'text', tone: 'success', text});
    }
  };
}
