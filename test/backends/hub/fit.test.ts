import {describe, expect, it} from 'vitest';
import {bestVariant, fitOf} from '../../../src/backends/hub/fit.ts';
import type {HubVariant} from '../../../src/backends/hub/hubFiles.ts';
import {readNvidia, readVmStat} from '../../../src/backends/hub/machineMemory.ts';
import {attentionShape, cacheBytes, memoryNeed} from '../../../src/backends/hub/memoryNeed.ts';
import type {GgufValue} from '../../../src/backends/local/readGguf.ts';

const GB = 1e9;
const shapeOf = (values: Record<string, GgufValue>) => attentionShape(new Map(Object.entries(values)));

describe('attentionShape', () => {
  it('takes 128 KiB a token for Llama 3 8B, as llama.cpp says of its cache', () => {
    const shape = shapeOf({
      'general.architecture': 'llama',
      'llama.block_count': 32,
      'llama.embedding_length': 4_096,
      'llama.attention.head_count': 32,
      'llama.attention.head_count_kv': 8,
    });
    expect(shape?.tokenBytes).toBe(128 * 1_024);
    // llama_kv_cache: size = 1024.00 MiB (8192 cells, 32 layers)
    expect(shape && cacheBytes(shape, 8_192)).toBe(1_024 * 1_024 * 1_024);
  });

  it('takes the lengths of the header where it gives them, and a number of heads for each layer', () => {
    const shape = shapeOf({
      'general.architecture': 'x',
      'x.block_count': 3,
      'x.embedding_length': 1,
      'x.attention.head_count': 4,
      'x.attention.head_count_kv': {length: 3, numbers: [1, 0, 2]},
      'x.attention.key_length': 100,
      'x.attention.value_length': 50,
      'x.context_length': 2_000,
    });
    expect(shape).toEqual({architecture: 'x', contextMax: 2_000, tokenBytes: 3 * 150 * 2});
  });

  it('lets layers with a window remember no more than that', () => {
    const shape = shapeOf({
      'general.architecture': 'gemma3',
      'gemma3.block_count': 12,
      'gemma3.embedding_length': 64,
      'gemma3.attention.head_count': 1,
      'gemma3.attention.sliding_window': 1_024,
    });
    expect(shape?.tokenBytes).toBe(2 * 256);
    expect(shape?.window).toEqual({tokens: 1_024, tokenBytes: 10 * 256});
    expect(shape && cacheBytes(shape, 10_000)).toBe(2 * 256 * 10_000 + 10 * 256 * 1_024);
  });

  it('says nothing as long as a figure is missing', () => {
    expect(shapeOf({'general.architecture': 'llama', 'llama.block_count': 4})).toBeUndefined();
    expect(shapeOf({})).toBeUndefined();
    const damaged = {'llama.block_count': 2, 'llama.attention.head_count': Number.NaN};
    expect(shapeOf({'general.architecture': 'llama', ...damaged})).toBeUndefined();
    const negative = {...damaged, 'llama.attention.head_count': -4, 'llama.attention.key_length': 8};
    expect(shapeOf({'general.architecture': 'llama', ...negative})).toBeUndefined();
    const odd = {'llama.block_count': 1e9, 'llama.attention.head_count': 4};
    expect(shapeOf({'general.architecture': 'llama', ...odd})).toBeUndefined();
  });
});

describe('fitOf', () => {
  const plain = {total: 16 * GB, free: 10 * GB, unified: false};
  const card = {...plain, video: {total: 8 * GB, free: 7 * GB}};
  const apple = {total: 16 * GB, free: 10 * GB, unified: true, video: {total: 12 * GB, free: 10 * GB}};

  it.each([
    [5, plain, 'fits', 'memory'],
    [9.5, plain, 'tight', 'memory'],
    [14, plain, 'tight', 'memory'],
    [15, plain, 'too large', 'memory'],
    [5, card, 'fits', 'graphics card'],
    [7, card, 'fits', 'partly on the graphics card'],
    [16, card, 'tight', 'partly on the graphics card'],
    [23, card, 'too large', 'partly on the graphics card'],
    [8, apple, 'fits', 'graphics card'],
    [12, apple, 'tight', 'memory'],
    [15, apple, 'too large', 'memory'],
  ])('of %d GB', (size, machine, verdict, place) => {
    expect(fitOf(size * GB, machine)).toEqual({verdict, place});
  });

  it('counts room to compute in beside weights and cache', () => {
    expect(memoryNeed(4 * GB, GB)).toBe(5.2 * GB);
    expect(memoryNeed(1e6, 0)).toBe(65e6);
  });
});

describe('bestVariant', () => {
  const sizes = {Q2_K: 3, Q4_0: 4.4, Q4_K_M: 4.7, Q5_K_M: 5.4, Q8_0: 8, F16: 15} as const;
  const repository = (machine: Parameters<typeof fitOf>[1], names = Object.keys(sizes)) =>
    names.map(quantisation => {
      const bytes = (sizes[quantisation as keyof typeof sizes] ?? 0) * GB;
      const variant: HubVariant = {file: quantisation, quantisation, bytes, parts: []};
      return {...variant, fit: fitOf(bytes, machine)};
    });
  const best = (free: number, video?: number, names?: string[]) => {
    const machine = {
      total: free * GB,
      free: free * GB,
      unified: false,
      ...(video !== undefined && {video: {total: video * GB, free: video * GB}}),
    };
    return bestVariant(repository(machine, names))?.quantisation;
  };

  it.each([
    [64, undefined, 'Q4_K_M'],
    [5, undefined, 'Q4_0'],
    [4, undefined, 'Q2_K'],
    [2, undefined, undefined],
    [64, 24, 'Q8_0'],
    [64, 7, 'Q5_K_M'],
    [64, 2, 'Q4_K_M'],
  ])('with %s GB, and a card of %s, is %s', (free, video, name) => {
    expect(best(free, video)).toBe(name);
  });

  it('is the largest of few bits where the usual one is missing, and the smallest where all have many', () => {
    expect(best(64, undefined, ['Q2_K', 'Q4_0', 'Q8_0'])).toBe('Q4_0');
    expect(best(64, undefined, ['Q8_0', 'F16'])).toBe('Q8_0');
  });
});

describe('bestVariant without names that tell of bits', () => {
  it('is the largest that fits', () => {
    const variants = [1, 3, 9].map(size => {
      const fit = fitOf(size * GB, {total: 8 * GB, free: 8 * GB, unified: false});
      return {file: `${size}.gguf`, bytes: size * GB, parts: [], fit};
    });
    expect(bestVariant(variants)?.file).toBe('3.gguf');
  });
});

describe('readNvidia', () => {
  it('adds up the cards, and knows none where there is none', () => {
    expect(readNvidia('24576, 20000\n8192, 8000\n')).toEqual({
      total: (24_576 + 8_192) * 1_048_576,
      free: 28_000 * 1_048_576,
    });
    expect(readNvidia('No devices were found\n')).toBeUndefined();
  });
});

describe('readVmStat', () => {
  it('adds up the pages that a program can have, in bytes', () => {
    const said = [
      'Mach Virtual Memory Statistics: (page size of 16384 bytes)',
      'Pages free:                               1000.',
      'Pages active:                           200000.',
      'Pages inactive:                          20000.',
      'Pages speculative:                         300.',
      'Pages wired down:                       100000.',
      '"Translation faults":                  1234567.',
    ];
    expect(readVmStat(said.join('\n'))).toBe(21_300 * 16_384);
    expect(readVmStat('')).toBeUndefined();
  });
});
