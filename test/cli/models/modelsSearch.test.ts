import {Command} from 'commander';
import {describe, expect, it} from 'vitest';
import {defineModels, models} from '../../../src/cli/models/models.ts';
import {parseSizeFilter} from '../../../src/cli/models/sizeFilter.ts';
import {llamaValues, madeGguf} from '../../backends/hub/madeGguf.ts';
import {type MadeRepository, startMadeHub} from '../../backends/hub/madeHub.ts';
import {fakeIo} from '../fakeIo.ts';
import {isolatedEnvironment, scriptedServices} from '../fakeServices.ts';

const file = madeGguf({...llamaValues, 'tokenizer.ggml.model': 'bpe'}, 3_000_000);
const repositories: Record<string, MadeRepository> = {
  'a/Coder-7B-GGUF': {files: {'c-Q4_K_M.gguf': file}, downloads: 3_000_000, tags: ['license:apache-2.0']},
  'b/Coder-7B-GGUF': {
    files: {'c-Q8_0.gguf': file, 'b-Q4_0.gguf': file, 'a-Q4_0.gguf': file},
    downloads: 900,
    gguf: {total: 7.6e9},
  },
  'c/Coder-30B-GGUF': {files: {'c-Q2_K.gguf': file}, downloads: 40},
  'd/Coder': {files: {'c.gguf': file}, downloads: 1, gated: 'manual', gguf: {total: 1.5e9}},
};

async function prepared(options: {pageSize?: number} = {}, made = repositories) {
  const hub = await startMadeHub({repositories: made, ...options});
  const {services} = scriptedServices({}, isolatedEnvironment({HF_ENDPOINT: hub.url}));
  const runIn = async (terminal: {terminal?: boolean; columns?: number}, args: string[]) => {
    const fake = fakeIo({stdin: '', ...terminal});
    const command = defineModels(new Command('llm models').exitOverride());
    command.parse(args, {from: 'user'});
    const status = await models({command, services, io: fake.io, firstFrame: null});
    return {status, out: fake.stdout(), err: fake.stderr()};
  };
  const run = (...args: string[]) => runIn({}, args);
  const runAt = (columns: number, ...args: string[]) => runIn({terminal: true, columns}, args);
  const names = async (...args: string[]): Promise<string[]> =>
    (await run('search', 'coder', ...args)).out
      .trimEnd()
      .split('\n')
      .map(line => line.split(' ')[0] ?? '');
  return {hub, run, runAt, names};
}

describe('llm models search', () => {
  it('filters by size, quantisation and licence, up to the limit, over as many pages as it takes', async () => {
    const {names} = await prepared({pageSize: 1});
    expect(await names()).toHaveLength(4);
    expect(await names('--size', '7b')).toEqual(['hf:a/Coder-7B-GGUF', 'hf:b/Coder-7B-GGUF']);
    expect(await names('--size', '<=3b')).toEqual(['hf:d/Coder']);
    expect(await names('--size', '8b..', '--quant', 'q2_k')).toEqual(['hf:c/Coder-30B-GGUF']);
    expect(await names('--licence', 'apache-2.0')).toEqual(['hf:a/Coder-7B-GGUF']);
    expect(await names('--license', 'apache-2.0')).toEqual(['hf:a/Coder-7B-GGUF']);
    expect(await names('--limit', '1', '--quant', 'Q8_0')).toEqual(['hf:b/Coder-7B-GGUF']);
  });

  it('tells in a line what is known of each, and in JSON', async () => {
    const {run} = await prepared();
    const {out} = await run('search', 'coder', '--size', '1.5b');
    expect(out).toBe('hf:d/Coder  1.5B weights · 1 downloads · 0 likes · 2026-01-02 · terms to accept\n');
    expect(JSON.parse((await run('search', 'coder', '--json', '--limit', '1')).out)).toEqual([
      {
        name: 'hf:a/Coder-7B-GGUF',
        repo: 'a/Coder-7B-GGUF',
        parameters: 7e9,
        downloads: 3_000_000,
        likes: 0,
        licence: 'apache-2.0',
        gated: false,
        quantizations: ['Q4_K_M'],
        modified: '2026-01-02T03:04:05.000Z',
      },
    ]);
  });

  it('says that there are more', async () => {
    const {run} = await prepared();
    expect((await run('search', 'coder', '--limit', '3')).err).toBe(
      'llm: more fit than these 3: --limit shows more\n',
    );
    expect((await run('search', 'coder', '--limit', '4')).err).toBe('');
    const many = Object.fromEntries(
      Array.from({length: 1_200}, (_, index) => [`many/m-${index}`, {files: {'m-Q4_0.gguf': file}}]),
    );
    const other = await prepared({}, many);
    expect((await other.run('search', 'many', '--quant', 'Q8_0')).err).toContain(
      'llm: only the first 1,000 that were found were looked at',
    );
  });

  it('takes an address without a scheme for a repository, and lists those of one quantisation', async () => {
    const {run} = await prepared();
    for (const typed of ['hf.co/b/Coder-7B-GGUF', 'huggingface.co/b/Coder-7B-GGUF/tree/main'])
      expect((await run('search', typed)).out).toMatch(/^hf:b\/Coder-7B-GGUF/);
    const {files} = JSON.parse((await run('search', 'hf:b/Coder-7B-GGUF', '--quant', 'q4_0', '--json')).out);
    expect(files.map((each: {file: string}) => each.file).sort()).toEqual(['a-Q4_0.gguf', 'b-Q4_0.gguf']);
  });

  it('leaves out what does not fit a narrow terminal', async () => {
    const {run, runAt} = await prepared();
    const {out} = await runAt(60, 'search', 'coder');
    for (const line of out.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(out).toContain('apache-2.0');
    expect(out).not.toContain('likes');
    const table = await runAt(60, 'search', 'hf:a/Coder-7B-GGUF');
    expect(table.out).toMatch(/\n {3}quantisation {2}size {2}memory +here +file\n.*c-Q4_K_M\.gguf\n/);
    expect(table.out).toContain('\nThe memory is reckoned with 8,192 tokens.\n');
    expect((await runAt(45, 'search', 'hf:a/Coder-7B-GGUF')).out).not.toContain('c-Q4_K_M.gguf');
    expect((await runAt(45, 'search', 'hf:b/Coder-7B-GGUF')).out).toContain('b-Q4_0.gguf');
    expect((await run('search', 'hf:a/Coder-7B-GGUF')).out).toContain('memory with 8,192 tokens');
  });

  it('says so when nothing was found', async () => {
    const {run} = await prepared();
    expect(await run('search', 'nothing', 'of', 'it')).toEqual({
      status: 0,
      out: '',
      err: 'llm: nothing was found. Try fewer words or other filters: llm help models\n',
    });
  });

  it('lists a repository with what each file takes, and names files where the quantisation says too little', async () => {
    const {run} = await prepared();
    const {out, err} = await run('search', 'hf:b/Coder-7B-GGUF', '--context', '100000');
    expect(err).toBe('llm: the model has a context of 32,768 tokens at most: the memory is for that\n');
    expect(out).toMatch(/^hf:b\/Coder-7B-GGUF · context up to 32,768 tokens\n/);
    expect(out).toContain('memory with 32,768 tokens');
    const {files, context} = JSON.parse((await run('show', 'hf:b/Coder-7B-GGUF', '--json')).out);
    expect(context).toBe(8_192);
    expect(files).toHaveLength(3);
    // The weights, 2 KiB a token, and room to compute in.
    for (const each of files) expect(each.memory).toBe(file.length + 2_048 * 8_192 + 64e6);
    expect(files.map(({name}: {name: string}) => name).sort()).toEqual([
      'hf:b/Coder-7B-GGUF/a-Q4_0.gguf',
      'hf:b/Coder-7B-GGUF/b-Q4_0.gguf',
      'hf:b/Coder-7B-GGUF:Q8_0',
    ]);
    expect(files.filter(({best}: {best: boolean}) => best)).toHaveLength(1);
  });

  it.each([
    [['search', 'x', '--size', 'large'], /^--size wants a number of weights, got "large"/],
    [['search', 'x', '--limit', '0'], /^--limit wants a whole number, got "0"/],
    [['search', 'x', '--sort', 'age'], /^--sort wants downloads, likes, updated or trending, got "age"/],
    [['search', 'x', '--context', '5'], /^--context is for the files of one repository/],
    [['search', 'hf:a/Coder-7B-GGUF', '--context', 'big'], /^--context wants a whole number/],
    [['search', 'hf:a/Coder-7B-GGUF:Q9'], /^a\/Coder-7B-GGUF has no quantisation Q9/],
    [['search', 'hf:a/Coder-7B-GGUF', '--size', '7b'], /^--size is for a search by words/],
    [['search', 'hf:a/Coder-7B-GGUF', '--quant', 'Q9'], /^a\/Coder-7B-GGUF has no quantisation Q9/],
    [['search', 'hf:a/Coder-7B-GGUF:Q4_K_M', '--quant', 'Q8_0'], /^--quant does not go with a name/],
    [['show', 'x', '--context', '5'], /^--context is for models of the hub/],
    [['pull', 'openai/x', '--ollama'], /^--ollama does not go with a model of openai/],
    [['list', '--size', '7b'], /^models list takes no --size/],
  ])('refuses %j', async (args, message) => {
    const {run} = await prepared();
    await expect(run(...args)).rejects.toThrow(message);
  });
});

describe('parseSizeFilter', () => {
  it.each([
    ['7b', [6e9, 7.6e9, 8e9], [5e9, 8.1e9]],
    ['<=8b', [8.03e9, 1e6], [9e9]],
    ['<8b', [7.9e9], [8e9]],
    ['>=3b', [3.09e9, 2.9e9, 70e9], [2.5e9]],
    ['> 3B', [3.1e9], [3e9]],
    ['3b..8b', [3e9, 8e9], [2.9e9, 8.1e9]],
    ['..500m', [1, 5e8], [6e8]],
    ['1.5b..', [1.5e9], [1.4e9]],
  ])('%s', (typed, fitting, others) => {
    const fits = parseSizeFilter(typed);
    expect(fitting.map(fits)).toEqual(fitting.map(() => true));
    expect(others.map(fits)).toEqual(others.map(() => false));
  });

  it.each(['', '..', '7', 'b', '=>7b', '7b8b'])('refuses %j', typed => {
    expect(() => parseSizeFilter(typed)).toThrow(/--size wants/);
  });
});
