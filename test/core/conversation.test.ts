import {describe, expect, it} from 'vitest';
import {
  activePath,
  type Conversation,
  keptTurns,
  type MessageNode,
  shortenTo,
  siblings,
  titleFrom,
  toMessages,
  withHead,
  withNode,
} from '../../src/core/conversation.ts';
import {pick, type Random, randoms} from './randoms.ts';
import {conversationOf, emptyConversation} from './sampleSession.ts';

const node = (change: Partial<MessageNode> & {id: string}): MessageNode => ({
  parent: null,
  role: 'user',
  text: change.id,
  created: 5,
  ...change,
});

describe('the tree', () => {
  it('reads the active path from the first prompt to the head, past other branches', () => {
    let conversation = conversationOf(['p1', 'a1', 'p2', 'a2']);
    conversation = withNode(conversation, node({id: 'other', parent: 'n2', text: 'p2 again'}));
    expect(activePath(conversation).map(each => each.text)).toEqual(['p1', 'a1', 'p2 again']);
    expect(activePath(withHead(conversation, 'n4')).map(each => each.text)).toEqual(['p1', 'a1', 'p2', 'a2']);
    expect(activePath(withHead(conversation, null))).toEqual([]);
  });

  it('stops at a parent that is not there instead of failing', () => {
    const conversation = withNode(emptyConversation(), node({id: 'orphan', parent: 'gone'}));
    expect(activePath(conversation).map(each => each.id)).toEqual(['orphan']);
  });

  it('counts as siblings the nodes of one place and one role, in the order of their making', () => {
    let conversation = conversationOf(['p1', 'a1', 'p2']);
    conversation = withNode(conversation, node({id: 'a1b', parent: 'n1', role: 'assistant'}));
    conversation = withNode(conversation, node({id: 'p1b'}));
    // A prompt after a prompt that got no answer is no sibling of an answer.
    conversation = withNode(conversation, node({id: 'odd', parent: 'n1'}));
    expect(siblings(conversation, 'a1b').map(each => each.id)).toEqual(['n2', 'a1b']);
    expect(siblings(conversation, 'n1').map(each => each.id)).toEqual(['n1', 'p1b']);
    expect(siblings(conversation, 'nope')).toEqual([]);
  });

  it('adds a node without touching the conversation that it came from', () => {
    const before = conversationOf(['p1']);
    const after = withNode(before, node({id: 'x', parent: 'n1', role: 'assistant', created: 99}));
    expect(before.nodes.size).toBe(1);
    expect(before.head).toBe('n1');
    expect(after).toMatchObject({head: 'x', updated: 99, title: 'p1'});
    expect(withNode(after, node({id: 'y', created: 3})).updated).toBe(99);
  });

  it('replaces a node that has the same id, in its place', () => {
    const before = conversationOf(['p1', 'a1']);
    const after = withNode(before, node({id: 'n2', parent: 'n1', role: 'assistant', text: 'A1'}));
    expect([...after.nodes.keys()]).toEqual(['n1', 'n2']);
    expect(after.nodes.get('n2')?.text).toBe('A1');
  });
});

describe('titles', () => {
  it.each([
    ['Hello', 'Hello'],
    ['\n\n  second line \nthird', 'second line'],
    ['   ', ''],
    ['x'.repeat(80), 'x'.repeat(80)],
    ['x'.repeat(81), `${'x'.repeat(79)}…`],
    ['😀'.repeat(90), `${'😀'.repeat(79)}…`],
  ])('makes the title of %j', (prompt, title) => {
    expect(titleFrom(prompt)).toBe(title);
  });
});

describe('what a backend is sent', () => {
  it('begins with the system prompt when there is one', () => {
    expect(toMessages(conversationOf(['p', 'a'], {system: 'S'}))).toEqual([
      {role: 'system', text: 'S'},
      {role: 'user', text: 'p'},
      {role: 'assistant', text: 'a'},
    ]);
    expect(toMessages(conversationOf(['p'], {system: ''}))).toEqual([{role: 'user', text: 'p'}]);
  });

  it('ends at the node that it is asked for', () => {
    expect(toMessages(conversationOf(['p1', 'a1', 'p2', 'a2']), 'n3').map(message => message.text)).toEqual([
      'p1',
      'a1',
      'p2',
    ]);
  });

  it('leaves out answers without text and joins the prompts around them, attachments too', () => {
    const file = (name: string) => ({kind: 'text', name, text: name}) as const;
    let conversation = withNode(emptyConversation(), node({id: '1', text: 'one', attachments: [file('a')]}));
    conversation = withNode(conversation, node({id: '2', parent: '1', role: 'assistant', text: ''}));
    conversation = withNode(conversation, node({id: '3', parent: '2', text: 'two'}));
    conversation = withNode(conversation, node({id: '4', parent: '3', role: 'assistant', text: ''}));
    conversation = withNode(
      conversation,
      node({id: '5', parent: '4', text: 'three', attachments: [file('b')]}),
    );
    expect(toMessages(conversation)).toEqual([
      {role: 'user', text: 'one\n\ntwo\n\nthree', attachments: [file('a'), file('b')]},
    ]);
  });

  it('never has two messages of one role in a row, nor fields of the history', () => {
    const conversation = conversationOf(['p1', '', 'p2', 'a2', 'p3', '', 'p4'], {system: 'S'});
    const messages = toMessages(conversation);
    for (const [index, {role}] of messages.entries()) expect(role).not.toBe(messages[index + 1]?.role);
    for (const message of messages) expect(Object.keys(message).sort()).toEqual(['role', 'text']);
    expect(messages.at(-1)?.text).toBe('p3\n\np4');
  });
});

describe('a conversation that was shortened', () => {
  const file = (name: string) => ({kind: 'text', name, text: name}) as const;

  it('is sent from the given node on, with the summary in the system prompt', () => {
    const shortened = {from: 'n3', summary: 'They greeted.'};
    const conversation = conversationOf(['p1', 'a1', 'p2', 'a2'], {system: 'S', shortened});
    expect(toMessages(conversation)).toEqual([
      {role: 'system', text: 'S\n\nSummary of the conversation so far:\nThey greeted.'},
      {role: 'user', text: 'p2'},
      {role: 'assistant', text: 'a2'},
    ]);
    expect(toMessages({...conversation, system: ''})[0]?.text).toBe(
      'Summary of the conversation so far:\nThey greeted.',
    );
    expect(toMessages({...conversation, system: '', shortened: {from: 'n3', summary: ''}})[0]?.text).toBe(
      'p2',
    );
  });

  it('leaves out the attachments of what it leaves out', () => {
    let conversation = withNode(emptyConversation(), node({id: '1', attachments: [file('a')]}));
    conversation = withNode(conversation, node({id: '2', parent: '1', role: 'assistant'}));
    conversation = withNode(conversation, node({id: '3', parent: '2', attachments: [file('b')]}));
    expect(toMessages({...conversation, shortened: {from: '3', summary: 'x'}}).at(-1)).toEqual({
      role: 'user',
      text: '3',
      attachments: [file('b')],
    });
  });

  it('leaves out an answer that would come first, and so may leave out everything', () => {
    const conversation = conversationOf(['p1', 'a1', 'p2'], {shortened: {from: 'n2', summary: 'x'}});
    expect(toMessages(conversation).slice(1)).toEqual([{role: 'user', text: 'p2'}]);
    expect(toMessages(conversation, 'n2')).toHaveLength(1);
  });

  it('is sent whole where the path does not come by that node', () => {
    let conversation = conversationOf(['p1', 'a1', 'p2', 'a2'], {shortened: {from: 'n3', summary: 'x'}});
    conversation = withNode(conversation, node({id: 'other', parent: 'n2'}));
    expect(toMessages(conversation).map(({text}) => text)).toEqual(['p1', 'a1', 'other']);
    expect(toMessages(conversation, 'n2').map(({text}) => text)).toEqual(['p1', 'a1']);
  });

  it('counts prompts without an answer to the turn of the next one', () => {
    const turns = keptTurns(conversationOf(['p1', 'a1', 'p2', '', 'p3', 'a3']));
    expect(turns.map(turn => turn.map(({text}) => text))).toEqual([
      ['p1', 'a1'],
      ['p2', ''],
      ['p3', 'a3'],
    ]);
  });

  it('keeps as many turns as are asked for, and a prompt that waits for its answer', () => {
    const conversation = conversationOf(['p1', 'a1', 'p2', 'a2', 'p3', 'a3']);
    expect(shortenTo(conversation, 2, 's')).toEqual({from: 'n3', summary: 's', until: 'n6'});
    expect(shortenTo(conversation, 0, 's')).toEqual({from: 'n6', summary: 's', until: 'n6'});
    expect(shortenTo(conversation, 3, 's')).toBeUndefined();
    expect(shortenTo(withHead(conversation, 'n5'), 0, 's')?.from).toBe('n5');
    expect(shortenTo(withHead(conversation, 'n1'), 0, 's')).toBeUndefined();
    expect(shortenTo(emptyConversation(), 0, 's')).toBeUndefined();
  });

  /** A tree of prompts and answers, some of them empty or without an answer, shortened somewhere. */
  function randomConversation(random: Random): Conversation {
    let conversation = emptyConversation({system: pick(random, ['', 'SYSTEM'])});
    for (let count = 1 + random(12); count > 0; count--) {
      const id = `n${count}`;
      const parent = random(4) === 0 ? pick(random, [...conversation.nodes.keys(), '']) : conversation.head;
      const above = conversation.nodes.get(parent ?? '');
      const role = above?.role === 'user' && random(5) > 0 ? 'assistant' : 'user';
      const text = role === 'assistant' && random(4) === 0 ? '' : `<${id}>`;
      conversation = withNode(conversation, node({id, parent: above?.id ?? null, role, text}));
    }
    const from = pick(random, [...conversation.nodes.keys()]);
    return {...conversation, shortened: {from, summary: pick(random, ['', 'SUMMARY'])}};
  }

  it('is always sent in turns after one system prompt at most, without a word from before', () => {
    for (let seed = 0; seed < 500; seed++) {
      const conversation = randomConversation(randoms(seed));
      const messages = toMessages(conversation);
      const roles = messages.map(({role}) => role);
      expect(roles.lastIndexOf('system'), `seed ${seed}`).toBeLessThanOrEqual(0);
      const turns = roles.filter(role => role !== 'system');
      expect(turns, `seed ${seed}`).toEqual(
        turns.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant')),
      );

      const path = activePath(conversation);
      const from = path.findIndex(({id}) => id === conversation.shortened?.from);
      const all = messages.map(({text}) => text).join('\n');
      for (const [index, {text}] of path.entries()) {
        if (index < from && text !== '') expect(all, `seed ${seed}`).not.toContain(text);
        if (index > from && path[index]?.role === 'user') expect(all, `seed ${seed}`).toContain(text);
      }
      if (from !== -1 && conversation.shortened?.summary) expect(roles[0], `seed ${seed}`).toBe('system');
    }
  });
});
