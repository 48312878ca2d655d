import {describe, expect, it} from 'vitest';
import {describeModels} from '../../src/commands/describeModels.ts';
import {formatAge} from '../../src/commands/formatAge.ts';
import type {MessageNode} from '../../src/core/conversation.ts';
import {conversationOf} from '../core/sampleSession.ts';
import {chatOver} from './chatOver.ts';

describe('/models', () => {
  it('has the models managed, and goes on with the one that was chosen there', async () => {
    const {type, told, manages, session} = chatOver();
    await type('/models', '/models all');
    manages('ollama/gemma');
    await type('/models');
    expect(told).toEqual([
      'manage',
      'error: /models takes nothing after it, got "all". Type: /models',
      'manage',
      'success: The next answers come from ollama/gemma.',
    ]);
    expect(session.snapshot().conversation.model).toBe('ollama/gemma');
  });

  it('does not go on with one that makes embeddings', async () => {
    const {type, told, manages, session} = chatOver();
    manages('ollama/nomic-embed-text');
    await type('/models');
    expect(told).toEqual([
      'manage',
      'error: ollama/nomic-embed-text makes embeddings, it does not chat. Choose another with /model.',
    ]);
    expect(session.snapshot().conversation.model).not.toContain('embed');
  });

  it('shows all models with what is known of them, where there is no screen', () => {
    const notice = describeModels([
      {
        id: 'a|b',
        backend: 'x',
        size: 3.3e9,
        parameters: '4B',
        quantization: 'Q4',
        contextMax: 131072,
        loaded: true,
        capabilities: ['chat', 'vision', 'tools'],
      },
      {id: 'c', backend: 'y', context: 4096, contextMax: 8192},
    ]);
    expect(notice.text.split('\n')).toEqual([
      '| model | size | quantisation | context | can | loaded |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `x/a\\|b` | 3.3 GB | 4B Q4 | 131,072 | vision, tools | yes |',
      '| `y/c` |  |  | 4,096 |  |  |',
      '',
      'Choose one: `/model`',
    ]);
  });

  it('says so when there is none', () => {
    expect(describeModels([])).toEqual({
      type: 'text',
      tone: 'warning',
      text: 'No models were found. What is wrong: /doctor',
    });
  });
});

describe('/cost', () => {
  it('adds up the tokens of all branches by model, and knows no price of a cloud', async () => {
    const base = conversationOf(['p', 'a']);
    const nodes = new Map(base.nodes);
    const add = (id: string, model: string, usage: MessageNode['usage']): void => {
      nodes.set(id, {
        id,
        parent: 'n1',
        role: 'assistant',
        text: '',
        created: 1,
        model,
        ...(usage && {usage}),
      });
    };
    nodes.delete('n2');
    add('x', 'ollama/g', {input: 1000, output: 20, estimated: false});
    add('y', 'ollama/g', {input: 500, output: 5, estimated: true});
    add('z', 'cloud/big', {output: 7, estimated: false});
    add('w', 'cloud/none', undefined);
    const {type, told} = chatOver({conversation: {...base, nodes, head: 'x'}});
    await type('/cost');
    expect(told[0]?.split('\n')).toEqual([
      '**This chat**, all branches',
      '',
      '| model | answers | tokens in | tokens out | cost |',
      '| --- | --- | --- | --- | --- |',
      '| `ollama/g` | 2 | 1,500 | ~25 | $0 |',
      '| `cloud/big` | 1 | unknown | 7 | no price |',
      '| `cloud/none` | 1 | unknown | unknown | no price |',
    ]);
  });

  it('adds up the money by model, for the chat and for the day, and prices what has no price yet', async () => {
    const usage = {input: 1000, output: 20, estimated: false};
    const one = {role: 'assistant' as const, created: 1, usage};
    const base = conversationOf(['p', 'a']);
    const nodes = new Map(base.nodes);
    nodes.set('n2', {...one, id: 'n2', parent: 'n1', text: 'a', model: 'sky/big', cost: 0.0012});
    nodes.set('n3', {...one, id: 'n3', parent: 'n1', text: 'b', model: 'sky/big'});
    nodes.set('n4', {...one, id: 'n4', parent: 'n1', text: 'c', model: 'ollama/g'});
    const {type, told} = chatOver({conversation: {...base, nodes, head: 'n2'}}, () => ({
      priceOf: async ({model}) => (model === 'sky/big' ? 0.0008 : model === 'ollama/g' ? 0 : undefined),
      answersToday: async () => [
        {...one, id: 'n2', model: 'sky/big', cost: 0.0012},
        {...one, id: 'other', model: 'sky/big', usage: {output: 5, sent: 70, estimated: false}, cost: 0.5},
        {...one, id: 'odd', model: 'sky/none'},
      ],
    }));
    await type('/cost');
    expect(told[0]?.split('\n').filter(line => !/^(\| (model|---)|$)/.test(line))).toEqual([
      '**This chat**, all branches',
      '| `sky/big` | 2 | 2,000 | 40 | $0.0020 |',
      '| `ollama/g` | 1 | 1,000 | 20 | $0 |',
      'Together $0.0020.',
      '**Today**, all chats that are kept',
      '| `sky/big` | 2 | ~1,070 | 25 | ~$0.50 |',
      '| `sky/none` | 1 | 1,000 | 20 | no price |',
      'Together ~$0.50, without 1 of no known price.',
    ]);
  });

  it('says so when there is nothing to count', async () => {
    const {type, told} = chatOver();
    await type('/cost', '/cost today');
    expect(told).toEqual([
      'info: Nothing has been answered yet.',
      'error: /cost takes nothing after it, got "today". Type: /cost',
    ]);
  });
});

describe('/view', () => {
  it('shows the conversation, searched for words', async () => {
    const {type, told} = chatOver();
    await type('/view', '/view two words');
    expect(told).toEqual(['view: {"type":"view"}', 'view: {"type":"view","search":"two words"}']);
  });
});

describe('an age', () => {
  const hour = 3_600_000;
  it.each([
    [-5000, 'just now'],
    [59_000, 'just now'],
    [5 * 60_000, '5 min ago'],
    [23.9 * hour, '23 h ago'],
    [30 * hour, 'yesterday'],
    [72 * hour, '3 days ago'],
  ])('of %d ms is %s', (past, shown) => {
    const now = Date.UTC(2025, 5, 15, 12);
    expect(formatAge(now - past, now)).toBe(shown);
  });

  it('of more than a week is the day', () => {
    const now = Date.UTC(2025, 5, 15, 12);
    expect(formatAge(now - 10 * 24 * hour, now)).toBe('2025-06-05');
  });
});
