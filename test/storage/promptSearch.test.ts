import {appendFileSync, existsSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {
  createWords,
  madePrompt,
  misspell,
  seeded,
  writeMadeHistory,
} from '../../scripts/bench/madePrompts.ts';
import {appendPrompt} from '../../src/storage/promptHistory.ts';
import {createPromptSearch, type PromptSearch, type PromptsFound} from '../../src/storage/promptSearch.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const program = join(import.meta.dirname, '..', '..', 'src', 'storage', 'promptSearchWorker.ts');

function setUp(settings: {program?: string; recent?: number; idleMs?: number} = {}) {
  const file = join(temporaryFolder(), 'history');
  const search = createPromptSearch({file, program, ...settings});
  onTestFinished(() => search.close());
  return {file, search};
}

/** Everything that a search shows, up to its end. */
function ask(search: PromptSearch, query: string): Promise<PromptsFound[]> {
  const {promise, resolve} = Promise.withResolvers<PromptsFound[]>();
  const shown: PromptsFound[] = [];
  search.search(query, found => {
    shown.push(found);
    if (found.state !== 'searching') resolve(shown);
  });
  return promise;
}

/** The prompts that a search has found in the end. */
async function find(search: PromptSearch, query: string): Promise<string[]> {
  const shown = await ask(search, query);
  return (shown.at(-1)?.prompts ?? []).map(({prompt}) => prompt);
}

describe('the search over earlier prompts', () => {
  it('finds every old prompt of some thousand by its words, in any order, and with a slip of the hand', async () => {
    const {file, search} = setUp({recent: 200});
    const prompts = [...new Set(writeMadeHistory(file, 4000, 3).toReversed())];
    const random = seeded(4);
    const missed: string[] = [];
    let asked = 0;
    for (let n = 0; n < 25; n++) {
      const prompt = prompts[2000 + random(prompts.length - 2000)] ?? '';
      const words = [...new Set(prompt.split(/\s+/).filter(word => /^[a-z]{5,}$/.test(word)))];
      const [one, two] = [words[0], words.at(-1)];
      if (!one || !two || one === two) continue;
      for (const query of [
        `${one} ${two}`,
        `${two} ${one}`,
        `${misspell(one, random)} ${two}`,
        prompt.split('\n')[0] ?? '',
      ]) {
        asked++;
        if (!(await find(search, query)).includes(prompt)) missed.push(`${query} → ${prompt}`);
      }
    }
    expect(asked).toBeGreaterThan(40);
    expect(missed).toEqual([]);
  });

  it('finds a word by an abbreviation of it, after what fits better', async () => {
    const {file, search} = setUp();
    appendPrompt(file, 'what was pasted here?', 1000);
    appendPrompt(file, 'use pstd as it stands', 2000);
    appendPrompt(file, 'a spotted dog', 3000);
    expect(await find(search, 'pstd')).toEqual(['use pstd as it stands', 'what was pasted here?']);
  });

  it('shows something at once, and says when all were searched', async () => {
    const {file, search} = setUp({recent: 10});
    appendPrompt(file, 'the needle of long ago', 1000);
    for (let n = 0; n < 1000; n++)
      appendPrompt(file, `prompt ${n} about hay and ${'more '.repeat(20)}`, 2000 + n);
    const shown = await ask(search, '');
    expect(shown[0]?.state).toBe('searching');
    expect(shown[0]?.prompts[0]?.prompt).toMatch(/^prompt 999/);
    const found = await ask(search, 'needle');
    expect(found[0]).toEqual({prompts: [], state: 'searching'});
    expect(found.at(-1)).toEqual({
      prompts: [{prompt: 'the needle of long ago', date: 1000, tier: 'word-start'}],
      state: 'all',
    });
  });

  it('puts what begins with the text first, then what has it at a word, then inside, then all its words, then typos', async () => {
    const {file, search} = setUp();
    const ranked = [
      'merge two branches',
      'how to merge two branches',
      'automerge two of them',
      'two things to merge',
      'how to mrege one or two',
    ];
    for (const prompt of ranked.toReversed()) appendPrompt(file, prompt, 1000);
    appendPrompt(file, 'nothing of it', 2000);
    expect(await find(search, 'merge two')).toEqual(ranked);
  });

  it('shows a prompt once, at its newest, and newer ones before older ones that fit as well', async () => {
    const {file, search} = setUp();
    for (const [at, prompt] of ['fix a', 'fix b', 'Fix a', 'fix a'].entries())
      appendPrompt(file, prompt, 1000 * (at + 1));
    const found = (await ask(search, 'fix')).at(-1);
    expect(found?.prompts.map(({prompt, date}) => [prompt, date])).toEqual([
      ['fix a', 4000],
      ['fix b', 2000],
    ]);
  });

  it('finds one and two letters, other scripts, accents, several lines, and what is not a word', async () => {
    const {file, search} = setUp();
    const prompts = [
      '量化模型是什么',
      'Éclair au café',
      'first\nsecond line',
      'a = b => c++;',
      'a\0b \u001b[31m',
    ];
    for (const prompt of prompts) appendPrompt(file, prompt, 1000);
    expect(await find(search, '模型')).toEqual(['量化模型是什么']);
    expect(await find(search, 'ECLAIR cafe')).toEqual(['Éclair au café']);
    expect(await find(search, 'first second')).toEqual(['first\nsecond line']);
    expect(await find(search, '=> c++')).toEqual(['a = b => c++;']);
    expect(await find(search, '模')).toEqual(['量化模型是什么']);
    expect(await find(search, 'zz')).toEqual([]);
    expect(await find(search, '"* OR [(\\')).toEqual([]);
    expect(await find(search, '31m')).toEqual(['a\0b \u001b[31m']);
  });

  it('leaves torn entries out, and takes in what is added by whomever', async () => {
    const {file, search} = setUp();
    appendPrompt(file, 'whole one', 1000);
    appendFileSync(
      file,
      '\n# 2025-11-15 12:00:00.000000\n+torn one\n# 2025-11-15 12:00:01.000000\n+after one\n',
    );
    appendFileSync(file, '\n# 2025-11-15 12:00:02.000000\n+half of o');
    expect(await find(search, 'one')).toEqual(['after one', 'whole one']);
    appendFileSync(file, 'ne\n');
    appendPrompt(file, 'one more', 5000);
    expect(await find(search, 'one')).toEqual(['one more', 'half of one', 'after one', 'whole one']);
  });

  it('reads a file anew that was replaced or removed', async () => {
    const {file, search} = setUp();
    appendPrompt(file, 'old prompt', 1000);
    expect(await find(search, 'prompt')).toEqual(['old prompt']);
    writeFileSync(
      file,
      '\n# 2025-11-15 12:00:00.000000\n+a quite different prompt\n\n# 2025-11-15 12:00:00.000000\n+x\n',
    );
    expect(await find(search, 'prompt')).toEqual(['a quite different prompt']);
    rmSync(file);
    expect(await find(search, 'prompt')).toEqual([]);
    appendPrompt(file, 'new prompt', 1000);
    expect(await find(search, 'prompt')).toEqual(['new prompt']);
  });

  it('forgets a query when a newer one comes, and a search that was stopped', async () => {
    const {file, search} = setUp();
    writeMadeHistory(file, 3000, 5);
    const shown: string[] = [];
    for (const query of ['a', 'ab', 'abc'])
      search.search(query, ({state}) => shown.push(`${query} ${state}`));
    const stop = search.search('abcd', ({state}) => shown.push(`abcd ${state}`));
    stop();
    await ask(search, 'the');
    expect(shown).toEqual(['a searching', 'ab searching', 'abc searching', 'abcd searching']);
  });

  it('says so when only the newest can be searched, because the thread does not start', async () => {
    const {file, search} = setUp({program: '/nowhere/worker.js', recent: 300});
    for (let n = 0; n < 2000; n++) appendPrompt(file, `prompt ${n} ${'x'.repeat(80)}`, n + 1);
    const shown = await ask(search, 'prompt 19');
    expect(shown.at(-1)?.state).toBe('recent');
    expect(shown.at(-1)?.prompts[0]?.prompt).toMatch(/^prompt 1999 /);
    expect(await find(search, 'prompt 3 ')).not.toContainEqual(expect.stringMatching(/^prompt 3 /));
  });

  it('starts its thread at the first search, ends it for want of use, and starts it again', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
    onTestFinished(() => void vi.useRealTimers());
    const started = vi.fn();
    process.on('worker', started);
    onTestFinished(() => void process.off('worker', started));
    const {file, search} = setUp({idleMs: 1000});
    appendPrompt(file, 'one prompt', 1000);
    expect(started).not.toHaveBeenCalled();
    const {promise, resolve} = Promise.withResolvers<void>();
    const stop = search.search('one', ({state}) => state === 'all' && resolve());
    await promise;
    stop();
    vi.advanceTimersByTime(999);
    expect(await find(search, 'one')).toEqual(['one prompt']);
    expect(started).toHaveBeenCalledTimes(1);
    search.search('one', () => {})();
    vi.advanceTimersByTime(1000);
    expect(await find(search, 'one')).toEqual(['one prompt']);
    expect(started).toHaveBeenCalledTimes(2);
  });

  it('works without any history, creates no file, and is silent once it is closed', async () => {
    const {file, search} = setUp();
    expect((await ask(search, 'x')).at(-1)).toEqual({prompts: [], state: 'all'});
    expect(existsSync(file)).toBe(false);
    const show = vi.fn();
    search.search('y', show);
    search.close();
    const shown = show.mock.calls.length;
    await vi.waitFor(() => expect(shown).toBe(1));
    expect(show).toHaveBeenCalledTimes(1);
  });
});

it('the made prompts are the same for the same seed, and varied', () => {
  const make = (seed: number): string[] => {
    const random = seeded(seed);
    const word = createWords(random);
    return Array.from({length: 300}, () => madePrompt(random, word));
  };
  expect(make(1)).toEqual(make(1));
  expect(make(1)).not.toEqual(make(2));
  expect(make(1).some(prompt => prompt.includes('\n'))).toBe(true);
  expect(make(1).some(prompt => /\p{Script=Han}/u.test(prompt))).toBe(true);
});
