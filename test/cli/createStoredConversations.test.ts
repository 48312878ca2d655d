import {describe, expect, it} from 'vitest';
import {createStoredConversations} from '../../src/cli/createStoredConversations.ts';
import {activePath} from '../../src/core/conversation.ts';
import {createSession} from '../../src/core/createSession.ts';
import {finish, gate, text} from '../core/scriptedBackend.ts';
import {scriptedServices} from './fakeServices.ts';

async function stored() {
  const {services, backend} = scriptedServices();
  const store = await services.store();
  const session = createSession({
    conversation: services.newConversation(services.newId(Date.now()), 'test/model'),
    resolve: services.resolve,
    newId: services.newId,
    journal: store,
    flushMs: 1,
  });
  return {services, backend, store, session, conversations: createStoredConversations(services)};
}

describe('the stored conversations', () => {
  it('lists, searches and loads what was said', async () => {
    const {backend, session, conversations} = await stored();
    backend.enqueue(text('Cats purr.\nAnd sleep.'), finish());
    await session.send('What do cats do?');
    const {id, head} = session.snapshot().conversation;
    expect(await conversations.list(10)).toMatchObject([
      {id, title: 'What do cats do?', model: 'test/model', messages: 2, snippet: 'Cats purr. And sleep.'},
    ]);
    const {
      found: [hit],
    } = await conversations.search('purr', 10);
    expect(hit).toMatchObject({conversationId: id, messageId: head, title: 'What do cats do?'});
    expect(hit?.ranges.map(([start, end]) => hit.snippet.slice(start, end))).toEqual(['purr']);
    expect(activePath(await conversations.load(id.slice(0, 12))).map(node => node.text)).toEqual([
      'What do cats do?',
      'Cats purr.\nAnd sleep.',
    ]);
    await expect(conversations.load('zzz')).rejects.toMatchObject({kind: 'usage'});
  });

  it('hold a title that was changed, and where the conversation was left', async () => {
    const {backend, session, conversations} = await stored();
    for (const word of ['a', 'b']) backend.enqueue(text(word), finish());
    const first = await session.send('1');
    await session.send('2');
    session.goTo(first.reply.id);
    session.configure({title: 'Mine'});
    const {id} = session.snapshot().conversation;
    expect(await conversations.load(id)).toMatchObject({title: 'Mine', head: first.reply.id});
    expect((await conversations.load(id)).nodes.size).toBe(4);
  });

  it('hold a fork beside the conversation that it was made of, once something was said in it', async () => {
    const {backend, session, conversations} = await stored();
    for (const word of ['a', 'b', 'c']) backend.enqueue(text(word), finish());
    await session.send('1', {attachments: [{kind: 'text', name: 'f', text: 'F'}]});
    await session.send('2');
    await session.fork();
    expect(await conversations.list(10)).toHaveLength(1);
    await session.send('3');
    const fork = session.snapshot().conversation;
    expect((await conversations.list(10)).map(({title, messages}) => [title, messages])).toEqual(
      expect.arrayContaining([
        ['Fork of 1', 6],
        ['1', 4],
      ]),
    );
    expect(await conversations.load(fork.id)).toEqual(fork);
  });

  it('hold the old and the new text of an answer that is gone on with, while it streams and after', async () => {
    const {backend, session, conversations} = await stored();
    backend.enqueue(text('The quick bro'), finish('length'));
    await session.send('?');
    const {id} = session.snapshot().conversation;
    backend.enqueue(text('brown fox'), text(' jumps'), gate().step);
    const going = session.continueReply();
    await expect
      .poll(async () => activePath(await conversations.load(id)).at(-1))
      .toMatchObject({text: 'The quick brown fox jumps', stop: 'streaming'});
    await session.stop();
    await going;
    const after = await conversations.load(id);
    expect(activePath(after).at(-1)).toMatchObject({text: 'The quick brown fox jumps', stop: 'aborted'});
    expect([...after.nodes.values()].map(node => node.text)).toContain('The quick bro');
  });
});
