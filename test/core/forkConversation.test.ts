import {describe, expect, it} from 'vitest';
import {activePath, withNode} from '../../src/core/conversation.ts';
import {forkConversation} from '../../src/core/forkConversation.ts';
import {conversationOf, countingIds} from './sampleSession.ts';

describe('forking a conversation', () => {
  const original = withNode(
    conversationOf(['p1', 'a1', 'p2', 'a2'], {
      system: 'S',
      options: {seed: 1},
      think: 'low',
      title: 'Talk',
      shortened: {from: 'n3', summary: 'sum'},
    }),
    {id: 'other', parent: 'n3', role: 'assistant', text: 'another', created: 9, stop: 'streaming'},
  );

  it('copies the active path only, with ids of its own and all settings', () => {
    const fork = forkConversation(original, countingIds(), 77);
    expect(fork).toMatchObject({
      id: 'id1',
      title: 'Fork of Talk',
      created: 77,
      updated: 77,
      model: 'test/model',
      system: 'S',
      options: {seed: 1},
      think: 'low',
      head: 'id5',
      shortened: {from: 'id4', summary: 'sum'},
    });
    expect(activePath(fork).map(({id, parent, text}) => [id, parent, text])).toEqual([
      ['id2', null, 'p1'],
      ['id3', 'id2', 'a1'],
      ['id4', 'id3', 'p2'],
      ['id5', 'id4', 'another'],
    ]);
    expect(fork.nodes.size).toBe(4);
    expect(fork.nodes.get('id3')).toMatchObject({created: 2, model: 'test/model', stop: 'stop'});
    expect(fork.nodes.get('id5')?.stop).toBe('interrupted');
  });

  it('leaves out a shortening of another branch, and needs no message', () => {
    const early = forkConversation({...original, head: 'n2'}, countingIds(), 1);
    expect(early.shortened).toBeUndefined();
    expect(early.nodes.size).toBe(2);
    expect(forkConversation(conversationOf([]), countingIds(), 1)).toMatchObject({
      head: null,
      title: 'Fork of an untitled conversation',
    });
  });
});
