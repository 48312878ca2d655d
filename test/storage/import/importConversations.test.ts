import {describe, expect, it} from 'vitest';
import type {Conversation, MessageNode} from '../../../src/core/conversation.ts';
import {LlmError} from '../../../src/core/errors.ts';
import {conversationOf} from '../../core/sampleSession.ts';
import {answer, emptyConversation, prompt, record} from '../sampleConversation.ts';
import {freshStore, spoken, storedIn} from './importing.ts';

const treeOf = (nodes: readonly MessageNode[], change: Partial<Conversation> = {}): Conversation => ({
  ...emptyConversation('c1'),
  nodes: new Map(nodes.map(node => [node.id, node])),
  head: nodes.at(-1)?.id ?? null,
  ...change,
});

describe('importing conversations', () => {
  it('adds one that is not there as it is, also to the search', () => {
    const store = freshStore();
    const given = conversationOf(['Why is the sky blue?', 'Rayleigh'], {system: 'Be brief.', think: 'low'});
    expect(store.importConversations(take => take(given))).toEqual({outcome: 'added', messages: 2});
    expect(store.load('c1')).toEqual(given);
    expect(store.search('rayleigh', {limit: 5}).hits.map(hit => hit.conversationId)).toEqual(['c1']);
  });

  it('changes nothing the second time, whatever was renamed here since', () => {
    const store = freshStore();
    const given = conversationOf(['q', 'a']);
    store.importConversations(take => take(given));
    store.saveConversation({...given, title: 'My own title'});
    expect(store.importConversations(take => take(given))).toEqual({outcome: 'unchanged', messages: 0});
    expect(store.load('c1').title).toBe('My own title');
  });

  it('adds new messages and goes on from there, unless the person went on here', () => {
    const longer = conversationOf(['q', 'a', 'more', 'yes']);
    const store = freshStore();
    store.importConversations(take => take(conversationOf(['q', 'a'])));
    expect(store.importConversations(take => take(longer))).toEqual({outcome: 'updated', messages: 2});
    expect(spoken(store.load('c1'))).toEqual(['user: q', 'assistant: a', 'user: more', 'assistant: yes']);

    const other = freshStore();
    other.importConversations(take => take(conversationOf(['q', 'a'])));
    other.addMessage('c1', prompt('mine', 'n2', 'my own way'));
    other.importConversations(take => take(longer));
    expect(spoken(other.load('c1'))).toEqual(['user: q', 'assistant: a', 'user: my own way']);
    expect(other.load('c1').nodes.size).toBe(5);
  });

  it('never overwrites a message: another text under its id becomes a branch, once', () => {
    const store = freshStore();
    store.importConversations(take => take(conversationOf(['q', 'a', 'more', 'yes'])));
    const changed = conversationOf(['q', 'A better answer', 'more', 'yes']);
    expect(store.importConversations(take => take(changed))).toEqual({outcome: 'updated', messages: 3});
    expect(spoken(store.load('c1'))).toEqual(spoken(changed));
    expect([...store.load('c1').nodes.values()].map(node => node.text).slice(0, 4)).toEqual([
      ...['q', 'a', 'more', 'yes'],
    ]);
    expect(store.importConversations(take => take(changed))).toEqual({outcome: 'unchanged', messages: 0});
    const original = conversationOf(['q', 'a', 'more', 'yes']);
    expect(store.importConversations(take => take(original))).toEqual({outcome: 'unchanged', messages: 0});
  });

  it('leaves the messages of another conversation alone that have the same ids', () => {
    const store = freshStore();
    const mine = conversationOf(['q', 'a']);
    store.importConversations(take => take(mine));
    const copy = conversationOf(['stolen', 'changed'], {
      id: 'c2',
      shortened: {from: 'n1', summary: 's', until: 'n2'},
    });
    store.importConversations(take => take(copy));
    expect(store.load('c1')).toEqual(mine);
    const stored = store.load('c2');
    expect(spoken(stored)).toEqual(['user: stolen', 'assistant: changed']);
    expect(stored.shortened).toEqual({from: [...stored.nodes.keys()][0], summary: 's', until: stored.head});
    expect(store.importConversations(take => take(copy))).toEqual({outcome: 'unchanged', messages: 0});
  });

  it('keeps nothing when it fails half-way', () => {
    const store = freshStore();
    expect(() =>
      store.importConversations(take => {
        take(conversationOf(['q', 'a']));
        throw new LlmError({kind: 'file', message: 'x.json: it is cut off'});
      }),
    ).toThrow(expect.objectContaining({kind: 'file', message: 'x.json: it is cut off'}));
    expect(storedIn(store)).toEqual([]);
    expect(store.importConversations(take => take(conversationOf(['q', 'a'])))).toMatchObject({messages: 2});
  });

  it('counts in a dry run what it would do, and does not do it', async () => {
    const store = freshStore();
    store.importConversations(take => take(conversationOf(['q', 'a'])));
    const longer = conversationOf(['q', 'a', 'more']);
    const twice = await store.importer({dryRun: true}).take([longer, longer]);
    const [dry] = twice;
    expect(twice).toEqual([
      {outcome: 'updated', messages: 1},
      {outcome: 'unchanged', messages: 0},
    ]);
    expect(store.load('c1').nodes.size).toBe(2);
    expect(store.importConversations(take => take(longer))).toEqual(dry);
  });

  it('leaves an answer alone that is being written at this moment', () => {
    const store = freshStore();
    record(store, emptyConversation('c1'), prompt('p', null, 'q'), {
      ...answer('a', 'p', ''),
      stop: 'streaming',
    });
    store.appendChunk('a', {text: 'half of', reasoning: ''});
    const exported = treeOf([prompt('p', null, 'q'), {...answer('a', 'p', 'half'), stop: 'interrupted'}]);
    expect(store.importConversations(take => take(exported))).toEqual({outcome: 'unchanged', messages: 0});
    expect(store.load('c1').nodes.get('a')).toMatchObject({text: 'half of', stop: 'streaming'});
  });

  it('does not take the model of an imported answer for the last one used', () => {
    const store = freshStore();
    record(store, emptyConversation('mine'), prompt('p', null, 'q'), answer('a', 'p', 'yes'));
    store.importConversations(take =>
      take(conversationOf(['q', 'a'], {id: 'theirs', model: 'openai/gpt-5', updated: 9_000_000_000_000})),
    );
    expect(store.lastModel()).toBe('ollama/tiny:1b');
  });

  it('makes of any texts, times and ids what the database can hold', () => {
    const store = freshStore();
    const hostile = treeOf(
      [
        {...prompt('p', null, 'half \ud800 and \0'), created: Number.NaN},
        {...answer('a', 'p', 'x'), created: 1e300, error: {kind: 'protocol', message: '\udfff'}},
        {...prompt('z', 'a', 'y'), created: -5.5},
      ],
      {id: 'An {id}\0', created: Number.POSITIVE_INFINITY, updated: 1.4, head: 'nowhere', title: '\ud800'},
    );
    const began = Date.now();
    store.importConversations(take => take(hostile));
    const [stored] = storedIn(store);
    expect(stored?.id).toMatch(/^[0-9a-z]{26}$/);
    expect([...(stored?.nodes.values() ?? [])].map(({text, created}) => [text, created])).toEqual([
      ['half \ufffd and \u2400', 0],
      ['x', expect.any(Number)],
      ['y', 0],
    ]);
    const future = stored?.nodes.get('a')?.created;
    expect(future).toBeGreaterThanOrEqual(began);
    expect(future).toBeLessThanOrEqual(Date.now());
    expect(stored?.head).toBe('z');
    expect(store.importConversations(take => take(hostile))).toEqual({outcome: 'unchanged', messages: 0});
    expect(() => new Date(stored?.created ?? Number.NaN).toISOString()).not.toThrow();
  });

  it('takes no conversation in that holds no message', () => {
    const store = freshStore();
    const {outcome} = store.importConversations(take => take(emptyConversation('c1')));
    expect(outcome).toBe('empty');
    expect(() => store.load('c1')).toThrow();
  });
});
