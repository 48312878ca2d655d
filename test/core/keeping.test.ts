import {expect, it, vi} from 'vitest';
import {contextUse, tokenRatio} from '../../src/core/contextUse.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {Journal} from '../../src/core/journal.ts';
import {conversationOf, emptyConversation, recordingJournal, sessionOver} from './sampleSession.ts';
import {createScriptedBackend, finish, gate, text} from './scriptedBackend.ts';

it('a fork of a conversation whose answer streams has the answer as far as it came', async () => {
  const backend = createScriptedBackend();
  backend.enqueue(text('half'), gate().step);
  const session = sessionOver(backend);
  const turn = session.send('hello');
  await vi.waitFor(() => expect(session.snapshot().live?.text).toBe('half'));
  await session.fork();
  expect((await turn).reply.stop).toBe('aborted');
  const {nodes} = session.snapshot().conversation;
  expect([...nodes.values()].map(node => node.text)).toEqual(['hello', 'half']);
});

it('a conversation gets nothing of an answer that was begun while it was being opened', async () => {
  const backend = createScriptedBackend();
  backend.enqueue(text('half'), gate().step);
  backend.enqueue(text('more'), gate().step);
  const session = sessionOver(backend);
  const parents: (string | null)[] = [];
  const sent = session.send('hello').then(() => session.send('again'));
  await vi.waitFor(() => expect(session.snapshot().live?.text).toBe('half'));
  await session.open(emptyConversation({id: 'other'}));
  expect(session.snapshot().conversation.id).toBe('other');
  await session.stop();
  await sent;
  for (const node of session.snapshot().conversation.nodes.values()) parents.push(node.parent);
  const known: ReadonlySet<string | null> = new Set([null, ...session.snapshot().conversation.nodes.keys()]);
  expect(parents.every(parent => known.has(parent))).toBe(true);
});

it('a fork that gets a title is written with its messages, though nothing was said in it', async () => {
  const {journal, entries} = recordingJournal();
  const conversation = conversationOf(['p', 'a']);
  const session = sessionOver(createScriptedBackend(), {conversation, journal});
  await session.fork();
  session.use('test/other');
  expect(entries).toEqual([]);
  session.configure({title: 'Mine'});
  expect(entries[0]).toEqual({call: 'addConversation', id: 'id1', texts: ['p', 'a']});
});

it('after a failure the next conversation is stored again, and a failure in it is another one', async () => {
  const {journal, calls} = recordingJournal();
  let isFull = true;
  const failing: Journal = {
    ...journal,
    saveConversation(conversation) {
      if (isFull) throw new LlmError({kind: 'storage', message: 'disk is full'});
      journal.saveConversation(conversation);
    },
    addConversation(conversation) {
      if (isFull) throw new LlmError({kind: 'storage', message: 'disk is full'});
      journal.addConversation(conversation);
    },
  };
  const backend = createScriptedBackend();
  for (const word of ['a', 'b', 'c']) backend.enqueue(text(word), finish());
  const session = sessionOver(backend, {journal: failing});
  await session.send('one');
  const first = session.snapshot().storageError;
  expect(first?.message).toBe('disk is full');
  await session.open(emptyConversation({id: 'c2'}));
  expect(session.snapshot().storageError).toBeNull();
  await session.send('two');
  const second = session.snapshot().storageError;
  expect(second?.message).toBe('disk is full');
  expect(second).not.toBe(first);
  isFull = false;
  await session.open(emptyConversation({id: 'c3'}));
  await session.send('three');
  expect(session.snapshot().storageError).toBeNull();
  expect(calls()).toContain('finishMessage');
});

it.each([
  ['fails', [new LlmError({kind: 'overloaded', message: 'busy'})]],
  ['is cut off', []],
])('another answer that %s before its first word leaves the old one where it was', async (_how, steps) => {
  const {journal, entries} = recordingJournal();
  const backend = createScriptedBackend();
  backend.enqueue(...steps);
  backend.enqueue(text('b'), finish());
  const session = sessionOver(backend, {conversation: conversationOf(['p', 'a']), journal});
  const {reply} = await session.retry();
  const {conversation} = session.snapshot();
  expect(conversation.head).toBe('n2');
  expect(conversation.nodes.get(reply.id)).toEqual(reply);
  expect(entries.at(-1)).toMatchObject({call: 'saveConversation', head: 'n2'});
  await session.send('q');
  expect(backend.requests[1]?.messages.map(message => message.text)).toEqual(['p', 'a', 'q']);
});

it('so does one that is stopped; one that has begun takes its place', async () => {
  const backend = createScriptedBackend();
  const session = sessionOver(backend, {conversation: conversationOf(['p', 'a'])});
  backend.enqueue(gate().step);
  const stopped = session.retry();
  await vi.waitFor(() => expect(backend.requests.length).toBe(1));
  await session.stop();
  await stopped;
  expect(session.snapshot().conversation.head).toBe('n2');
  backend.enqueue(text('be'), new LlmError({kind: 'overloaded', message: 'busy'}));
  const {reply} = await session.retry();
  expect(session.snapshot().conversation.head).toBe(reply.id);
});

it('a prompt that has no other answer keeps the failed one', async () => {
  const session = sessionOver(createScriptedBackend(), {conversation: conversationOf(['p'])});
  const {reply} = await session.retry();
  expect(session.snapshot().conversation.head).toBe(reply.id);
});

it('what was counted for an answer that was gone on with is not taken for a count of the path', async () => {
  const backend = createScriptedBackend();
  backend.enqueue(text('word '.repeat(2000)), {type: 'usage', input: 20, output: 2000}, finish('length'));
  backend.enqueue(text('and the rest'), {type: 'usage', input: 2100, output: 3}, finish());
  const session = sessionOver(backend);
  await session.send('write a story');
  await session.continueReply();
  const {conversation} = session.snapshot();
  expect(tokenRatio(conversation)).toBeGreaterThan(0.9);
  expect(tokenRatio(conversation)).toBeLessThan(1.1);
  expect(contextUse(conversation).used).toBeGreaterThan(1900);
  expect(contextUse(conversation).used).toBeLessThan(2300);
});

it('what was counted with another system prompt tells only the ratio', async () => {
  const backend = createScriptedBackend();
  backend.enqueue(text('ok'), {type: 'usage', input: 8000, output: 2}, finish());
  const session = sessionOver(backend);
  await session.send('word '.repeat(3990));
  const counted = contextUse(session.snapshot().conversation);
  expect(counted).toMatchObject({used: 8002, estimated: false});
  session.configure({system: 'word '.repeat(1000)});
  const changed = contextUse(session.snapshot().conversation);
  expect(changed.estimated).toBe(true);
  expect(changed.used).toBeGreaterThan(9_400);
  session.configure({system: ''});
  expect(contextUse(session.snapshot().conversation)).toEqual(counted);
});

/** A journal that refuses everything while `refusal` says why. */
function refusingJournal() {
  const recording = recordingJournal();
  const state: {refusal: LlmError | null} = {refusal: null};
  const through =
    <Args extends unknown[]>(call: (...args: Args) => void) =>
    (...args: Args): void => {
      if (state.refusal) throw state.refusal;
      call(...args);
    };
  const {journal} = recording;
  return {
    ...recording,
    state,
    journal: {
      saveConversation: through(journal.saveConversation),
      addMessage: through(journal.addMessage),
      addConversation: through(journal.addConversation),
      appendChunk: through(journal.appendChunk),
      finishMessage: through(journal.finishMessage),
    } satisfies Journal,
  };
}

const full = new LlmError({kind: 'storage', message: 'disk is full'});
const locked = new LlmError({kind: 'storage', message: 'locked', retryAfterMs: 5});

it('with the prompt after a failure the whole conversation is written, and what follows as always', async () => {
  const {journal, entries, state} = refusingJournal();
  const backend = createScriptedBackend();
  for (const word of ['a', 'b', 'c']) backend.enqueue(text(word), finish());
  const session = sessionOver(backend, {journal});
  state.refusal = full;
  await session.send('one');
  await session.send('two');
  expect(session.snapshot().storageError).toBe(full);
  expect(entries).toEqual([]);
  state.refusal = null;
  await session.send('three');
  expect(session.snapshot().storageError).toBeNull();
  expect(entries[0]).toMatchObject({call: 'addConversation', texts: ['one', 'a', 'two', 'b', 'three']});
  expect(entries.slice(1).map(({call}) => call)).toEqual([
    'addMessage',
    'appendChunk',
    'finishMessage',
    'saveConversation',
  ]);
});

it('what fails in the middle of an answer is written as a whole at its end', async () => {
  const {journal, entries, state} = refusingJournal();
  const backend = createScriptedBackend();
  const held = gate();
  backend.enqueue(text('half '), held.step, text('of it'), finish());
  const session = sessionOver(backend, {journal, flushMs: 1});
  const turn = session.send('one', {
    onEvent(event) {
      if (event.type === 'text' && event.text === 'half ') state.refusal = full;
    },
  });
  await vi.waitFor(() => expect(session.snapshot().storageError).toBe(full));
  state.refusal = null;
  held.open();
  await turn;
  expect(session.snapshot().storageError).toBeNull();
  expect(entries.at(-1)).toMatchObject({call: 'addConversation', texts: ['one', 'half of it']});
});

it('a lock is waited for without a word, what is written meanwhile keeps its order, and the prompt is stored before it is sent', async () => {
  const {journal, calls, state} = refusingJournal();
  const backend = createScriptedBackend();
  backend.enqueue(text('a'), finish());
  const session = sessionOver(backend, {journal});
  state.refusal = locked;
  const turn = session.send('one');
  await vi.waitFor(() => expect(session.snapshot().live).not.toBeNull());
  expect(backend.requests).toEqual([]);
  state.refusal = null;
  const {error} = await turn;
  expect(error).toBeUndefined();
  expect(session.snapshot().storageError).toBeNull();
  expect(calls()).toEqual([
    'saveConversation',
    'addMessage',
    'addMessage',
    'appendChunk',
    'finishMessage',
    'saveConversation',
  ]);
});

it('a lock that does not end is a failure in the end, and the talk goes on', async () => {
  const {journal, entries, state} = refusingJournal();
  const backend = createScriptedBackend();
  backend.enqueue(text('a'), finish());
  const session = sessionOver(backend, {journal, lockedMs: 20});
  state.refusal = locked;
  const {reply} = await session.send('one');
  expect(reply.text).toBe('a');
  expect(session.snapshot().storageError).toBe(locked);
  expect(entries).toEqual([]);
});

it('stopping waits until what waits for a lock is written', async () => {
  const {journal, calls, state} = refusingJournal();
  const backend = createScriptedBackend();
  const held = gate();
  backend.enqueue(text('half'), held.step);
  const session = sessionOver(backend, {journal});
  const turn = session.send('one');
  await vi.waitFor(() => expect(session.snapshot().live?.text).toBe('half'));
  state.refusal = locked;
  const stopped = session.stop();
  expect((await turn).reply.stop).toBe('aborted');
  expect(calls()).not.toContain('finishMessage');
  state.refusal = null;
  await stopped;
  expect(calls()).toContain('finishMessage');
});

it('a journal that is known not to work is tried again with the first prompt', async () => {
  const {journal, entries} = refusingJournal();
  const backend = createScriptedBackend();
  backend.enqueue(text('a'), finish());
  const session = sessionOver(backend, {journal, storageError: full});
  expect(session.snapshot().storageError).toBe(full);
  await session.send('one');
  expect(session.snapshot().storageError).toBeNull();
  expect(entries[0]).toMatchObject({call: 'addConversation', texts: ['one']});
});

it('after a failure the whole conversation is tried again by itself, until nothing waits any more', async () => {
  const {journal, entries, state} = refusingJournal();
  const backend = createScriptedBackend();
  for (const word of ['a', 'b']) backend.enqueue(text(word), finish());
  const session = sessionOver(backend, {journal, storeAgainMs: 1});
  state.refusal = full;
  await session.send('one');
  expect(session.snapshot().storageError).toBe(full);
  state.refusal = null;
  await vi.waitFor(() => expect(session.snapshot().storageError).toBeNull());
  expect(entries).toEqual([expect.objectContaining({call: 'addConversation', texts: ['one', 'a']})]);
  await session.send('two');
  expect(entries.filter(({call}) => call === 'addConversation')).toHaveLength(1);
});

it('what could not be stored is tried once more at the end, and a lock is waited for', async () => {
  const {journal, entries, state} = refusingJournal();
  const backend = createScriptedBackend();
  backend.enqueue(text('a'), finish());
  const session = sessionOver(backend, {journal, lockedMs: 5, storeAgainMs: Number.POSITIVE_INFINITY});
  state.refusal = locked;
  await session.send('one');
  await session.storeRest({patienceMs: 5});
  expect(session.snapshot().storageError).toBe(locked);
  const stored = session.storeRest({patienceMs: 60_000});
  state.refusal = null;
  await stored;
  expect(session.snapshot().storageError).toBeNull();
  expect(entries).toEqual([expect.objectContaining({call: 'addConversation', texts: ['one', 'a']})]);
});

it('waiting for a lock at the end can be stopped', async () => {
  const {journal, state} = refusingJournal();
  const backend = createScriptedBackend();
  backend.enqueue(text('a'), finish());
  const session = sessionOver(backend, {journal, lockedMs: 5});
  state.refusal = locked;
  await session.send('one');
  const controller = new AbortController();
  const stored = session.storeRest({patienceMs: 600_000, signal: controller.signal});
  controller.abort();
  await stored;
  expect(session.snapshot().storageError).toBe(locked);
});

it('what a spawned session could not store is stored by the one that takes it in', async () => {
  const {journal, entries, state} = refusingJournal();
  const backend = createScriptedBackend();
  backend.enqueue(text('a'), finish());
  const session = sessionOver(backend, {journal});
  const spawned = session.spawn({model: 'test/other'});
  state.refusal = full;
  const {reply} = await spawned.send('one');
  state.refusal = null;
  session.adopt(spawned.snapshot().conversation.nodes.values(), reply.id);
  expect(entries[0]).toEqual({call: 'addConversation', id: 'c1', texts: ['one', 'a']});
});
