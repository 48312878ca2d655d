import {describe, expect, it} from 'vitest';
import {type Conversation, withHead, withNode} from '../../src/core/conversation.ts';
import {alternatives, newestLeaf, outline, turnAlternatives} from '../../src/core/conversationTree.ts';
import {conversationOf} from './sampleSession.ts';

/** Two wordings of the first prompt; the first has two answers, the first of which went on. */
function branched(): Conversation {
  let made = conversationOf(['p', 'a', 'q', 'b']);
  const add = (id: string, parent: string | null, role: 'user' | 'assistant'): void => {
    made = withNode(made, {id, parent, role, text: id, created: made.nodes.size + 1});
  };
  add('a2', 'n1', 'assistant');
  add('p2', null, 'user');
  add('pa2', 'p2', 'assistant');
  return made;
}

const ids = (nodes: readonly {id: string}[]): string[] => nodes.map(({id}) => id);

describe('the newest leaf', () => {
  it.each([
    ['n1', 'a2'],
    ['n2', 'n4'],
    ['n4', 'n4'],
    ['p2', 'pa2'],
  ])('of %s is %s', (id, leaf) => {
    expect(newestLeaf(branched(), id)).toBe(leaf);
  });
});

describe('the outline', () => {
  it('has every message once, before those that follow it, one step deeper for each branch', () => {
    const rows = outline(withHead(branched(), 'n4'));
    expect(
      rows.map(({node, depth, position, count, isOnPath}) => [node.id, depth, position, count, isOnPath]),
    ).toEqual([
      ['n1', 1, 1, 2, true],
      ['n2', 2, 1, 2, true],
      ['n3', 2, 1, 1, true],
      ['n4', 2, 1, 1, true],
      ['a2', 2, 2, 2, false],
      ['p2', 1, 2, 2, false],
      ['pa2', 1, 1, 1, false],
    ]);
  });

  it('goes through a conversation of 20,000 messages', () => {
    const rows = outline(conversationOf(Array.from({length: 20_000}, (_, index) => `${index}`)));
    expect(rows).toHaveLength(20_000);
    expect(rows.at(-1)).toMatchObject({depth: 0, isOnPath: true});
  });

  it('is empty for a conversation without messages', () => {
    expect(outline(conversationOf([]))).toEqual([]);
  });
});

describe('the alternatives', () => {
  const at = (head: string | null) => {
    const {nodes, at: index} = alternatives(withHead(branched(), head));
    return [ids(nodes), index];
  };

  it('are the other answers, where there are any', () => {
    expect(at('a2')).toEqual([['n2', 'a2'], 1]);
  });

  it('are the other wordings, where the answer is the only one', () => {
    expect(at('pa2')).toEqual([['n1', 'p2'], 1]);
    expect(at('n4')).toEqual([['n4'], 0]);
  });

  it('are the turns that were held from here, where the path stops before them', () => {
    expect(at('n2')).toEqual([['n3'], -1]);
    expect(at(null)).toEqual([['n1', 'p2'], -1]);
    expect(at('n1')).toEqual([['n2', 'a2'], -1]);
  });

  it('are none where nothing was said', () => {
    expect(alternatives(conversationOf([]))).toEqual({nodes: [], at: -1});
  });

  it('of the last turn are told apart', () => {
    const {answers, prompts} = turnAlternatives(withHead(branched(), 'a2'));
    expect([ids(answers.nodes), answers.at]).toEqual([['n2', 'a2'], 1]);
    expect([ids(prompts.nodes), prompts.at]).toEqual([['n1', 'p2'], 0]);
  });
});
