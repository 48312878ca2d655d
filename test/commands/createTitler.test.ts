import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {createTitler} from '../../src/commands/createTitler.ts';
import type {SessionSettings} from '../../src/core/createSession.ts';
import {LlmError} from '../../src/core/errors.ts';
import {conversationOf, recordingJournal, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, text} from '../core/scriptedBackend.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A stored session with a titler, whose first prompt has been answered. */
async function answered(settings: Partial<SessionSettings> = {}, mayAsk = async (_model: string) => true) {
  const backend = createScriptedBackend();
  const session = sessionOver(backend, {journal: recordingJournal().journal, notifyMs: 0, ...settings});
  const titler = createTitler({session, mayAsk});
  backend.enqueue(text('They purr.'), finish());
  await session.send('What do cats do?\nTell me.');
  return {
    backend,
    session,
    titler,
    title: () => session.snapshot().conversation.title,
    idle: (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000),
  };
}

test('a conversation gets a title after its first answer, once nobody has typed for ten seconds', async () => {
  const {backend, title, idle, session} = await answered();
  backend.enqueue(text('"Cats '), text('and purring."'), finish());
  await idle(9);
  expect(title()).toBe('What do cats do?');
  expect(backend.requests).toHaveLength(1);
  await idle(2);
  expect(title()).toBe('Cats and purring');
  // The conversation comes first, so that what the server knows of it counts.
  expect(backend.requests[1]?.messages.map(({role}) => role)).toEqual(['user', 'assistant', 'user']);
  expect(session.snapshot().conversation.nodes.size).toBe(2);
  await idle(60);
  expect(backend.requests).toHaveLength(2);
});

test('the request keeps the window of the chat, and shows nothing', async () => {
  const {backend, idle, session} = await answered({
    conversation: {...conversationOf([]), options: {num_ctx: 8192, temperature: 1}},
  });
  const open = gate();
  backend.enqueue(open.step, text('T'), finish());
  await idle(11);
  expect(backend.requests[1]?.options).toEqual({num_ctx: 8192, max_tokens: 400});
  expect(session.snapshot().aside).toBeNull();
  open.open();
});

test('typing postpones it, and drops one that is under way', async () => {
  const {backend, titler, title, idle} = await answered();
  await idle(9);
  titler.typed();
  await idle(9);
  expect(backend.requests).toHaveLength(1);
  backend.enqueue(gate().step, text('Late'), finish());
  await idle(2);
  expect(backend.requests).toHaveLength(2);
  titler.typed();
  await idle(0);
  expect(backend.aborted()).toBe(1);
  expect(title()).toBe('What do cats do?');
  backend.enqueue(text('At last'), finish());
  await idle(11);
  expect(title()).toBe('At last');
});

test('the next prompt drops it', async () => {
  const {backend, session, idle} = await answered();
  backend.enqueue(gate().step, text('Late'), finish());
  await idle(11);
  backend.enqueue(text('And sleep.'), finish());
  await session.send('More');
  expect(backend.aborted()).toBe(1);
});

test('it is given up when it was dropped three times, or has failed once', async () => {
  const dropped = await answered();
  for (let round = 0; round < 5; round++) {
    dropped.backend.enqueue(gate().step);
    await dropped.idle(11);
    dropped.titler.typed();
  }
  expect(dropped.backend.requests).toHaveLength(4);
  const failed = await answered();
  failed.backend.enqueue(new LlmError({kind: 'overloaded', message: 'busy'}));
  await failed.idle(60);
  expect(failed.backend.requests).toHaveLength(2);
  expect(failed.title()).toBe('What do cats do?');
});

test('a title that a person gave stays, also when it is given meanwhile', async () => {
  const before = await answered();
  before.session.configure({title: 'Mine'});
  await before.idle(60);
  expect(before.backend.requests).toHaveLength(1);
  const meanwhile = await answered();
  const open = gate();
  meanwhile.backend.enqueue(open.step, text('Theirs'), finish());
  await meanwhile.idle(11);
  meanwhile.session.configure({title: 'Mine'});
  open.open();
  await meanwhile.idle(1);
  expect(meanwhile.title()).toBe('Mine');
});

test('a model that costs something is never asked, and nothing is asked about what is not stored', async () => {
  const asked: string[] = [];
  const cloud = await answered({}, async model => {
    asked.push(model);
    return false;
  });
  await cloud.idle(60);
  expect(asked).toContain('test/model');
  expect(cloud.backend.requests).toHaveLength(1);
  const backend = createScriptedBackend();
  const session = sessionOver(backend);
  createTitler({session, mayAsk: async () => true});
  backend.enqueue(text('a'), finish());
  await session.send('p');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(backend.requests).toHaveLength(1);
});

test('an answer that failed, and a conversation that was only opened, get none', async () => {
  const {backend, session, idle} = await answered();
  await session.open(conversationOf(['p', 'a'], {id: 'stored'}));
  await idle(60);
  backend.enqueue(new LlmError({kind: 'overloaded', message: 'busy'}));
  await session.send('again');
  await idle(60);
  expect(backend.requests).toHaveLength(2);
});

test('nothing is asked after the end', async () => {
  const {backend, titler, idle} = await answered();
  titler.close();
  await idle(60);
  titler.typed();
  await idle(60);
  expect(backend.requests).toHaveLength(1);
});
