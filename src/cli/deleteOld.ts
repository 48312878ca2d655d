import {setImmediate as nextTurn} from 'node:timers/promises';
import type {Store} from '../storage/openStore.ts';
import type {Paths} from './environment.ts';
import {otherCopies} from './history/otherCopies.ts';

export type DeleteOldSettings = {
  store: Pick<Store, 'unchangedSince' | 'discard'>;
  paths: Paths;
  /** `history.retentionDays`. */
  days: number;
  /** Whether the conversation is the one on the screen. */
  isOpen(id: string): boolean;
  /** ms since 1970. */
  now: number;
};

const dayMs = 24 * 60 * 60 * 1000;
/** So many are deleted before keys are looked at again: some ms. */
const atOnce = 10;

/**
 * Deletes the conversations that were not changed for so many days, a few at a time; those in the archive stay.
 * Resolves with what to tell the person. Their last bytes leave the database when the program ends.
 * Throws `LlmError` (`storage`).
 */
export async function deleteOld(settings: DeleteOldSettings): Promise<readonly string[]> {
  const {store, paths, days, isOpen, now} = settings;
  const old = store.unchangedSince(now - days * dayMs);
  let count = 0;
  for (let from = 0; from < old.length; from += atOnce) {
    await nextTurn();
    const ids = old.slice(from, from + atOnce).filter(id => !isOpen(id));
    store.discard(ids);
    count += ids.length;
  }
  if (count === 0) return [];
  const what = count === 1 ? '1 conversation was' : `${count} conversations were`;
  const rest = otherCopies(paths, true).join('; ');
  return [`${what} not changed for ${days} days and deleted (history.retentionDays); ${rest}.`];
}
