import {describe, expect, it} from 'vitest';
import {pullFacts, pullPercent} from '../../src/commands/describePull.ts';
import {managedName, nameToPull} from '../../src/commands/managedName.ts';
import {modelCells, modelChoices} from '../../src/commands/modelChoices.ts';
import {gpuShare, modelFacts, runningFacts} from '../../src/commands/modelFacts.ts';
import {orderModels} from '../../src/commands/orderModels.ts';
import type {Model} from '../../src/core/backend.ts';

const now = Date.UTC(2026, 5, 1, 12);
const models: readonly Model[] = [
  {id: 'a', backend: 'ollama'},
  {id: 'z', backend: 'vllm'},
  {
    ...{id: 'b', backend: 'ollama', size: 2e9, parameters: '3B', quantization: 'Q4', contextMax: 32_768},
    ...{capabilities: ['chat', 'tools'] as const, loaded: true, memory: 4e9, gpuMemory: 1e9},
    expires: now + 60_000,
  },
  {id: 'c', backend: 'ollama'},
];
const view = {
  favourites: ['ollama/c'],
  use: new Map([['ollama/b', {lastUsed: now - 3_600_000, tokensPerSecond: 61.4}]]),
  aliases: {fast: 'ollama/b'},
  current: 'ollama/a',
  now,
};

describe('the order of models', () => {
  it('is by backends, in each the favourites first, then those that were used last', () => {
    const names = (order: Parameters<typeof orderModels>[1]) => orderModels(models, order).map(({id}) => id);
    expect(names(view)).toEqual(['c', 'b', 'a', 'z']);
    expect(names({favourites: ['vllm/z'], use: view.use})).toEqual(['z', 'b', 'a', 'c']);
  });
});

describe('what is known of models', () => {
  it('stands in columns, in one line, and in a preview', () => {
    const choice = modelChoices(models, view).find(({label}) => label === 'ollama/b');
    expect(choice?.cells?.map(({text}) => text)).toEqual([
      ...['', '●', '2.0 GB', '3B Q4', '33k', 'tools', '61 tok/s', '1 h ago'],
    ]);
    expect(choice?.detail).toBe(
      'alias fast · 3B · Q4 · 2.0 GB · 33k context · tools · loaded · 61 tok/s · 1 h ago',
    );
    expect(choice?.preview?.split('\n')).toEqual([
      'ollama/b · alias fast',
      '3B · Q4 · 2.0 GB · context up to 32,768',
      'can: chat, tools',
      '● loaded · 4.0 GB · 25 % GPU · 1 min 0 s left · 61 tok/s · used 1 h ago',
    ]);
  });

  it('has as many columns where nothing is known, and nothing that acts on the terminal', () => {
    const bare = modelCells({id: 'x', backend: 'ollama', quantization: 'Q\u001b[2J'}, view);
    expect(bare).toHaveLength(8);
    expect(bare.map(({text}) => text).join('')).toBe('Q␛[2J');
  });

  it('says where a loaded model is, and for how long', () => {
    expect(gpuShare({memory: 100, gpuMemory: 0})).toBe('CPU');
    expect(gpuShare({memory: 100, gpuMemory: 120})).toBe('100 % GPU');
    expect(gpuShare({memory: 100})).toBeUndefined();
    const stays = {id: 'a', backend: 'x', loaded: true, expires: Date.UTC(2318, 1, 1)};
    expect(runningFacts(stays, now)).toEqual(['stays loaded']);
    expect(new Map(modelFacts({...stays, expires: now - 1}, now)).get('loaded')).toBe('yes · goes now');
    expect(new Map(modelFacts({id: 'a', backend: 'x', loaded: false}, now)).get('loaded')).toBe('no');
  });
});

describe('the name of a model to be pulled', () => {
  const ids = {
    aliases: {fast: 'ollama/qwen'},
    isBackend: (id: string) => ['ollama', 'local', 'other'].includes(id),
    hubHosts: ['mirror.example'],
  };
  it.each([
    ['qwen2.5:3b', 'ollama/qwen2.5:3b'],
    ['hf.co/user/repo:Q4_K_M', 'ollama/hf.co/user/repo:Q4_K_M'],
    ['hf:user/repo:Q4_K_M', 'local/hf:user/repo:Q4_K_M'],
    ['local/hf:user/repo', 'local/hf:user/repo'],
    ['fast', 'ollama/qwen'],
    ['/x', 'ollama//x'],
    ['constructor', 'ollama/constructor'],
    ['https://huggingface.co/a/b-GGUF', 'local/hf:a/b-GGUF'],
    ['https://mirror.example/a/b', 'local/hf:a/b'],
  ])('%s is %s', (typed, name) => {
    expect(managedName(typed, ids)).toBe(name);
    if (typed !== '/x') expect(nameToPull(typed, ids)).toBe(name);
  });
  it.each([
    ['ollama/localhost:5000/me/x:1b', 'ollama/localhost:5000/me/x:1b'],
    ['other/any thing', 'other/any thing'],
    ['me/mine', 'ollama/me/mine'],
  ])('%s can be pulled', (typed, name) => {
    expect(nameToPull(typed, ids)).toBe(name);
  });
  it.each([
    ['./x.gguf', /names no model that can be pulled/],
    ['two words', /^"two words" names no model/],
    ['ollama/two words', /names no model/],
    ['local/x', /names no model/],
    ['hf:bad', /names no GGUF model of the hub/],
    ['fast/foo', /^fast is the short name of a model, not a backend/],
    ['a\u001b[2J', /^(?!.*\u001b).*names no model/],
  ])('%j cannot', (typed, message) => {
    expect(() => nameToPull(typed, ids)).toThrow(message);
  });
});

describe('what is said of a pull', () => {
  const figures = {status: 'pulling', completed: 50e6, total: 100e6, parts: 2};
  it('are its bytes, rate, time left and layer, or what the server says', () => {
    expect(pullFacts({...figures, rate: 1e6, remainingMs: 50_000})).toEqual([
      ...['50 MB of 100 MB', '1.0 MB/s', '50 s left', 'layer 2'],
    ]);
    expect(pullFacts({...figures, rate: 1e6, part: {number: 2, of: 3}}).at(-1)).toBe('part 2 of 3');
    expect(pullFacts({...figures, part: {number: 1, of: 1}})).toEqual(['50 MB of 100 MB']);
    expect(pullFacts({...figures, rate: 1e6, remainingMs: 50_000, aside: 'waiting for x'})).toEqual([
      ...['50 MB of 100 MB', 'waiting for x'],
    ]);
    // The last moment would flicker.
    expect(pullFacts({...figures, remainingMs: 400})).toEqual(['50 MB of 100 MB', 'layer 2']);
    expect(pullFacts({...figures, remainingMs: 125_400})).toContain('2 min 5 s left');
    expect(pullFacts({...figures, completed: 100e6, status: 'verifying'})).toEqual(['100 MB', 'verifying']);
    expect(pullFacts({status: 'pulling\nmanifest', completed: 0, total: 0, parts: 0})).toEqual([
      'pulling manifest',
    ]);
    expect(pullPercent(figures)).toBe(50);
    expect(pullPercent(undefined)).toBeUndefined();
  });
});
