import {describe, expect, it} from 'vitest';
import {createKnownModels} from '../../src/commands/createKnownModels.ts';

const order = ['ollama', 'vllm', 'local'];
const guide = {id: 'guide', backend: 'local'};
const a = {id: 'a', backend: 'ollama', digest: '1', loaded: true, memory: 5};
const silence = [{backend: 'ollama', text: 'Ollama has not answered in time'}];

describe('createKnownModels', () => {
  it('has what has come already, in the order of the backends, and tells of it', () => {
    const known = createKnownModels(order);
    let told = 0;
    const unsubscribe = known.subscribe(() => {
      told += 1;
    });
    known.found('local', [guide]);
    expect(known.now()).toEqual([guide]);
    expect(['ollama', 'local'].map(known.isKnown)).toEqual([false, true]);
    known.found('ollama', [a]);
    expect(known.now()).toEqual([a, guide]);
    expect(told).toBe(2);
    unsubscribe();
    known.found('ollama', []);
    expect(told).toBe(2);
  });

  it('keeps the models of a server that has fallen silent, but not that they are loaded; others go', () => {
    const known = createKnownModels(order);
    known.found('ollama', [a]);
    known.found('vllm', [{id: 'b', backend: 'vllm'}]);
    known.ended(new Set(['local']), silence);
    expect(known.now()).toEqual([{id: 'a', backend: 'ollama', digest: '1'}]);
    expect(known.silent()).toEqual(silence);
    expect(order.map(known.isKnown)).toEqual([false, true, false]);
    known.found('ollama', [a]);
    expect(known.silent()).toEqual([]);
    expect(known.isKnown('ollama')).toBe(true);
  });

  it('keeps what a model was found to be for as long as its weights are the same', () => {
    const known = createKnownModels(order);
    known.learnt('ollama/b', {id: 'b', backend: 'ollama', contextMax: 9, loaded: true});
    known.found('ollama', [a, {id: 'b', backend: 'ollama', digest: '2'}]);
    expect(known.isBlank('ollama/a')).toBe(true);
    const described = {
      id: 'a',
      backend: 'ollama',
      contextMax: 100,
      capabilities: ['chat', 'vision'],
    } as const;
    known.learnt('ollama/a', {...described, loaded: false, texts: {licence: 'long'}});
    expect(known.isBlank('ollama/a')).toBe(false);
    known.found('ollama', [a, {id: 'b', backend: 'ollama', digest: '2'}]);
    expect(known.now()).toEqual([
      {...a, contextMax: 100, capabilities: ['chat', 'vision']},
      {id: 'b', backend: 'ollama', digest: '2', contextMax: 9},
    ]);
    known.found('ollama', [{...a, digest: '3'}]);
    expect(known.now()).toEqual([{...a, digest: '3'}]);
    expect(known.isBlank('ollama/a')).toBe(true);
  });

  it('takes the word of a list before what was found out', () => {
    const known = createKnownModels(order);
    known.learnt('ollama/a', {...a, contextMax: 1, parameters: '3B'});
    known.found('ollama', [{...a, contextMax: 2, capabilities: []}]);
    expect(known.now()).toEqual([{...a, contextMax: 2, capabilities: [], parameters: '3B'}]);
  });
});
