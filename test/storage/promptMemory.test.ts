import {appendFileSync, chmodSync, existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {createPromptMemory} from '../../src/cli/createPromptMemory.ts';
import {appendPrompt, parsePromptHistory} from '../../src/storage/promptHistory.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const packageRoot = join(import.meta.dirname, '..', '..');

function setUp(prompts: readonly string[] = [], keeps = true) {
  const file = join(temporaryFolder(), 'history');
  for (const [at, prompt] of prompts.entries()) appendPrompt(file, prompt, at + 1);
  const memory = createPromptMemory({file, keeps, packageRoot, now: () => 5000});
  onTestFinished(() => memory.close());
  const all = (): string[] => {
    const found: string[] = [];
    for (let prompt = memory.history.at(0); prompt !== undefined; prompt = memory.history.at(found.length))
      found.push(prompt);
    return found;
  };
  return {file, memory, all};
}

describe('the memory of prompts', () => {
  it('goes back to the first prompt ever typed, newest first, the same one in a row once', () => {
    const prompts = Array.from({length: 5000}, (_, index) => `prompt ${index >> 1}\n${'x'.repeat(100)}`);
    const {all, memory} = setUp([...prompts, 'a', 'b', 'a']);
    const expected = [...new Set(prompts), 'a', 'b', 'a'].toReversed();
    expect(all()).toEqual(expected);
    expect(memory.history.at(expected.length)).toBeUndefined();
    expect(memory.history.at(3)).toBe(expected[3]);
  });

  it('adds what is remembered in front, and to the file', () => {
    const {all, memory, file} = setUp(['one', 'two']);
    memory.remember('three\nlines');
    memory.remember('three\nlines');
    memory.remember('one');
    expect(all()).toEqual(['one', 'three\nlines', 'two', 'one']);
    expect(parsePromptHistory(readFileSync(file, 'utf8')).at(-1)).toEqual({prompt: 'one', date: 5000});
  });

  it('adds nothing to the file where it may not, and remembers all the same', () => {
    const {all, memory, file} = setUp([], false);
    memory.remember('secret');
    expect(all()).toEqual(['secret']);
    expect(existsSync(file)).toBe(false);
  });

  it('remembers a prompt also when the file cannot be written, and says so', () => {
    const memory = createPromptMemory({file: '/dev/null/history', keeps: true, packageRoot});
    onTestFinished(() => memory.close());
    expect(() => memory.remember('one')).toThrow(/history/);
    expect(memory.history.at(0)).toBe('one');
  });

  it('suggests the newest prompt that goes on as it was begun', () => {
    const {memory} = setUp(['explain trees', 'explain graphs', 'write a test', 'explain']);
    expect(memory.history.suggest('explain')).toBe('explain graphs');
    expect(memory.history.suggest('explain t')).toBe('explain trees');
    expect(memory.history.suggest('nothing')).toBeUndefined();
    memory.remember('nothing else');
    expect(memory.history.suggest('nothing')).toBe('nothing else');
  });

  it('searches all prompts', async () => {
    const {memory} = setUp(['an old needle', ...Array.from({length: 50}, (_, index) => `hay ${index}`)]);
    const found: string[] = [];
    await new Promise<void>(resolve => {
      memory.search.search('neelde', ({prompts, state}) => {
        if (state !== 'all') return;
        found.push(...prompts.map(({prompt}) => prompt));
        resolve();
      });
    });
    expect(found).toEqual(['an old needle']);
  });

  it('shows nothing of a search that was stopped before it could begin', async () => {
    const {memory} = setUp(['one']);
    const stopped = vi.fn();
    memory.search.search('one', stopped)();
    await new Promise<void>(resolve => {
      memory.search.search('one', ({state}) => state === 'all' && resolve());
    });
    expect(stopped).not.toHaveBeenCalled();
  });

  it('leaves out a torn entry, and makes a file private that others could read', () => {
    const {file, memory: first} = setUp(['whole']);
    first.close();
    appendFileSync(file, '\n# 2025-11-15 12:00:00.000000\n+torn');
    chmodSync(file, 0o644);
    const memory = createPromptMemory({file, keeps: true, packageRoot});
    onTestFinished(() => memory.close());
    expect(memory.warnings).toEqual([expect.stringContaining('now private')]);
    expect(memory.history.at(0)).toBe('whole');
    expect(memory.history.at(1)).toBeUndefined();
  });
});
