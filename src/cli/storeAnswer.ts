import {describeError, type LlmError} from '../core/errors.ts';
import type {Session} from '../core/session.ts';
import {onStopSignal} from './onStopSignal.ts';

export type StoreAnswerOptions = {
  warn(text: string): void;
  /** Why nothing can be stored, where that was told before. */
  told?: LlmError | undefined;
  /** How long a lock is waited for, in ms: as long as another program may take to rewrite a huge file. */
  patienceMs?: number;
  /** After how long it is said that something is waited for, in ms. */
  noticeMs?: number;
};

/**
 * Waits until an answer that was printed is stored, before its program ends; a signal ends the waiting. An answer that
 * could not be stored is told of. Resolves with the exit status that follows from that, undefined when all is well.
 */
export async function storeAnswer(
  session: Pick<Session, 'snapshot' | 'storeRest'>,
  {warn, told, patienceMs = 60_000, noticeMs = 2_000}: StoreAnswerOptions,
): Promise<number | undefined> {
  const controller = new AbortController();
  const signals = onStopSignal(() => controller.abort());
  const notice = setTimeout(
    () => warn('waiting to store the answer: another program uses the database; Ctrl+C ends the waiting'),
    noticeMs,
  );
  const {storageError: before} = session.snapshot();
  try {
    await session.storeRest({patienceMs, signal: controller.signal});
  } finally {
    clearTimeout(notice);
    signals.release();
  }
  const {storageError} = session.snapshot();
  const stopped = signals.status();
  if (storageError) {
    if (storageError === told) return stopped;
    warn(`this answer is not stored: ${describeError(storageError)}`);
    return stopped ?? 1;
  }
  if (before) warn('the answer is stored after all');
  return stopped;
}
