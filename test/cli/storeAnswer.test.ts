import {expect, it, vi} from 'vitest';
import {storeAnswer} from '../../src/cli/storeAnswer.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {Journal} from '../../src/core/journal.ts';
import {recordingJournal, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, text} from '../core/scriptedBackend.ts';

/** A session whose one answer has ended, over a journal that refuses everything until `open`. */
async function answered(refusal: LlmError) {
  const {journal, entries} = recordingJournal();
  let isRefusing = true;
  const through =
    <Args extends unknown[]>(call: (...args: Args) => void) =>
    (...args: Args): void => {
      if (isRefusing) throw refusal;
      call(...args);
    };
  const refusing: Journal = {
    saveConversation: through(journal.saveConversation),
    addMessage: through(journal.addMessage),
    addConversation: through(journal.addConversation),
    appendChunk: through(journal.appendChunk),
    finishMessage: through(journal.finishMessage),
  };
  const backend = createScriptedBackend();
  backend.enqueue(text('a'), finish());
  const session = sessionOver(backend, {
    journal: refusing,
    lockedMs: 0,
    storeAgainMs: Number.POSITIVE_INFINITY,
  });
  await session.send('one');
  const said: string[] = [];
  return {
    session,
    entries,
    said,
    warn: (line: string) => void said.push(line),
    open() {
      isRefusing = false;
    },
  };
}

const locked = new LlmError({kind: 'storage', message: 'locked', retryAfterMs: 1});

it('waits for a lock, says so, and stores the answer when it is gone', async () => {
  const {session, entries, said, warn, open} = await answered(locked);
  const status = storeAnswer(session, {warn, noticeMs: 1});
  await vi.waitFor(() => expect(said).toHaveLength(1));
  expect(said[0]).toContain('another program uses the database; Ctrl+C ends the waiting');
  open();
  expect(await status).toBeUndefined();
  expect(said[1]).toBe('the answer is stored after all');
  expect(entries[0]).toMatchObject({call: 'addConversation', texts: ['one', 'a']});
});

it('ends the waiting at a signal, and says that the answer is not stored', async () => {
  const {session, said, warn} = await answered(locked);
  const listeners = process.listenerCount('SIGINT');
  const status = storeAnswer(session, {warn, noticeMs: 1});
  await vi.waitFor(() => expect(said).toHaveLength(1));
  process.emit('SIGINT', 'SIGINT');
  expect(await status).toBe(130);
  expect(said[1]).toBe('this answer is not stored: locked');
  expect(process.listenerCount('SIGINT')).toBe(listeners);
});

it('gives up what is no lock at once, and a lock in the end', async () => {
  const full = await answered(new LlmError({kind: 'storage', message: 'disk is full'}));
  expect(await storeAnswer(full.session, full)).toBe(1);
  expect(full.said).toEqual(['this answer is not stored: disk is full']);
  const lock = await answered(locked);
  expect(await storeAnswer(lock.session, {warn: lock.warn, patienceMs: 5})).toBe(1);
  expect(lock.said).toEqual(['this answer is not stored: locked']);
});

it('does not repeat what was told when the answer was begun', async () => {
  const {session, said, warn} = await answered(locked);
  const told = session.snapshot().storageError ?? undefined;
  expect(await storeAnswer(session, {warn, told, patienceMs: 0})).toBeUndefined();
  expect(said).toEqual([]);
});
