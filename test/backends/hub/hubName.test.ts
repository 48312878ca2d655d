import {describe, expect, it} from 'vitest';
import {readTree, variantsOf} from '../../../src/backends/hub/hubFiles.ts';
import {parametersIn} from '../../../src/backends/hub/hubModels.ts';
import {formatHubName, isSafePath, parseHubName} from '../../../src/backends/hub/hubName.ts';
import {bitsOf, isSameQuantisation, quantisationOf} from '../../../src/backends/hub/quantisation.ts';

describe('parseHubName', () => {
  it.each([
    ['hf:a/b', {repo: 'a/b'}],
    ['hf:a/b:q4_k_m', {repo: 'a/b', quant: 'q4_k_m'}],
    ['hf:a/b-1.5_x/Q8_0/m-00001-of-00002.gguf', {repo: 'a/b-1.5_x', file: 'Q8_0/m-00001-of-00002.gguf'}],
    ['https://huggingface.co/a/b', {repo: 'a/b'}],
    ['https://huggingface.co/a/b/tree/main', {repo: 'a/b'}],
    ['https://hf.co/a/b/blob/main/sub/m%20x.gguf?download=true', {repo: 'a/b', file: 'sub/m x.gguf'}],
    ['https://huggingface.co/a/b?show_file_info=x-Q8_0.gguf', {repo: 'a/b', file: 'x-Q8_0.gguf'}],
    ['https://huggingface.co/a/b/tree/main?show_file_info=s%2Fx.gguf', {repo: 'a/b', file: 's/x.gguf'}],
    ['http://127.0.0.1:80/a/b', undefined],
    ['http://hub.test:81/a/b/resolve/main/m.gguf', {repo: 'a/b', file: 'm.gguf'}],
    ['https://example.com/a/b', undefined],
    ['hf.co/a/b', undefined],
    ['ollama/x', undefined],
  ])('%s', (typed, name) => {
    expect(parseHubName(typed, ['hub.test:81'])).toEqual(name);
  });

  it.each([
    'hf:',
    'hf:a',
    'hf:a/',
    'hf:/b',
    'hf:a/..',
    'hf:../a',
    'hf:a/b:',
    'hf:a/b:x:y',
    'hf:a/b:Q4/m.gguf',
    'hf:a/b/m.bin',
    'hf:a/b/../m.gguf',
    'hf:a/b/.m.gguf',
    'hf:a/b/c\\m.gguf',
    'https://huggingface.co/a',
  ])('refuses %s', typed => {
    expect(() => parseHubName(typed)).toThrow(/names no GGUF model of the hub/);
  });

  it.each([
    ['https://huggingface.co/datasets/a/b', / is a data set, no model/],
    ['https://huggingface.co/spaces/a/b', / is a space, no model/],
    ['https://huggingface.co/a/b/blob/v2/m.gguf', /from the branch main alone, not from "v2"/],
    ['https://huggingface.co/a/b/resolve/c0ffee/m.gguf', /not from "c0ffee"/],
    ['https://huggingface.co/a/b/tree/v2', /not from "v2"/],
    ['https://huggingface.co/a/b?show_file_info=../x.gguf', /names no GGUF model of the hub/],
  ])('refuses %s', (typed, message) => {
    expect(() => parseHubName(typed)).toThrow(message);
  });

  it('is what formatHubName writes', () => {
    for (const typed of ['hf:a/b', 'hf:a/b:Q4_0', 'hf:a/b/c/d.gguf'])
      expect(formatHubName(parseHubName(typed) ?? {repo: ''})).toBe(typed);
  });
});

describe('quantisationOf', () => {
  it.each([
    ['Qwen2.5-7B-Instruct-Q4_K_M.gguf', 'Q4_K_M'],
    ['q8_0/model-00001-of-00003.gguf', 'Q8_0'],
    ['model.IQ3_XXS.gguf', 'IQ3_XXS'],
    ['model-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL'],
    ['BF16/model-BF16-00001-of-00002.gguf', 'BF16'],
    ['gpt-oss-20b-mxfp4.gguf', 'MXFP4'],
    ['model-fp16.gguf', 'FP16'],
    ['ggml-model.gguf', undefined],
    ['Q4ever.gguf', undefined],
  ])('%s', (path, name) => {
    expect(quantisationOf(path)).toBe(name);
  });

  it('has bits, and other spellings', () => {
    expect(['IQ2_M', 'Q4_K_M', 'UD-Q6_K', 'TQ1_0', 'MXFP4', 'BF16', 'F32', 'X'].map(bitsOf)).toEqual([
      2,
      4,
      6,
      1,
      4,
      16,
      32,
      undefined,
    ]);
    expect(isSameQuantisation('q4_k_m', 'UD-Q4_K_M')).toBe(true);
    expect(isSameQuantisation('Q4_K_M', 'Q4_K_S')).toBe(false);
  });
});

describe('parametersIn', () => {
  it.each([
    ['Qwen/Qwen2.5-Coder-7B-Instruct-GGUF', 7e9],
    ['a/SmolLM2-360M', 360e6],
    ['a/qwen2.5_0.5b', 0.5e9],
    ['a/Phi-4', undefined],
    ['a/v100bit', undefined],
  ])('%s', (name, count) => {
    expect(parametersIn(name)).toBe(count);
  });
});

describe('the files of a repository', () => {
  const lfs = (path: string, size = 1_000) => ({
    type: 'file',
    path,
    size,
    oid: 'a'.repeat(40),
    lfs: {oid: 'B'.repeat(64), size},
  });

  it('are models, with all parts of split ones, the smallest first', () => {
    const files = readTree([
      lfs('m-Q8_0.gguf', 9),
      lfs('big/m-f16-00002-of-00002.gguf'),
      lfs('big/m-f16-00001-of-00002.gguf'),
      lfs('m-q2_k-00001-of-00002.gguf'),
      lfs('mmproj-m-f16.gguf'),
      lfs('m.imatrix.gguf'),
      lfs('config.json'),
      {type: 'directory', path: 'big'},
    ]);
    expect(variantsOf(files).map(({file, bytes, parts}) => [file, bytes, parts.length])).toEqual([
      ['m-Q8_0.gguf', 9, 1],
      ['big/m-f16-00001-of-00002.gguf', 2_000, 2],
    ]);
    expect(files[0]?.digest).toEqual({algorithm: 'sha256', hex: 'b'.repeat(64)});
  });

  it('are left out where they would lie elsewhere, or cannot be checked', () => {
    const odd = [
      lfs('../m.gguf'),
      lfs('/m.gguf'),
      lfs('a//m.gguf'),
      lfs('.hidden/m.gguf'),
      lfs('a\\..\\m.gguf'),
      lfs('c:m.gguf'),
      lfs('m\u001b.gguf'),
      lfs('m\u009b.gguf'),
      lfs('m\u202e.gguf'),
      lfs('m.gguf '),
      lfs(`${'m'.repeat(300)}.gguf`),
      lfs('empty.gguf', 0),
      {type: 'file', path: 'm.gguf', size: 4},
      {...lfs('m.gguf'), lfs: {oid: 'short', size: 4}},
      null,
      'm.gguf',
    ];
    expect(readTree(odd)).toEqual([]);
    expect(readTree({error: 'no list'})).toEqual([]);
    expect(isSafePath('a b/c.gguf')).toBe(true);
  });
});
