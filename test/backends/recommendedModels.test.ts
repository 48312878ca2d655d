import {describe, expect, it} from 'vitest';
import {recommendedModels, recommendModel} from '../../src/backends/recommendedModels.ts';

describe('recommendModel', () => {
  it.each([
    [{main: 4e9, video: 80e9}, 'Qwen3 14B'],
    [{main: 4e9, video: 8e9}, 'Qwen3 8B'],
    // A large one in main memory is slower than anybody likes.
    [{main: 64e9}, 'Qwen3 4B'],
    [{main: 3e9}, 'Qwen2.5 1.5B Instruct'],
    [{main: 1.5e9}, 'Qwen2.5 0.5B Instruct'],
    [{main: 0.5e9}, undefined],
  ])('for %j it is %s', (memory, title) => {
    expect(recommendModel(memory)?.title).toBe(title);
  });
});

describe('the recommended models', () => {
  it('stand the largest first, and each has room for its own weights', () => {
    const needs = recommendedModels.map(({memory}) => memory);
    expect(needs).toEqual([...needs].sort((a, b) => b - a));
    for (const {memory, hub, ollama} of recommendedModels)
      expect(memory).toBeGreaterThan(Math.max(hub.bytes, ollama.bytes));
  });

  it('are under a free licence, with names that both sources understand', () => {
    for (const {licence, hub, ollama} of recommendedModels) {
      expect(licence).toBe('Apache-2.0');
      expect(hub.name).toMatch(/^hf:[\w.-]+\/[\w.-]+-GGUF:Q4_K_M$/);
      expect(ollama.name).toMatch(/^[\w.]+:[\w.]+$/);
    }
  });
});
