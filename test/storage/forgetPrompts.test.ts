import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {forgetPrompts} from '../../src/storage/forgetPrompts.ts';
import {appendPrompt, parsePromptHistory} from '../../src/storage/promptHistory.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const sample = [
  '# written by hand, without a blank line before\n+first\n',
  '\n# 2025-11-15 12:00:00.000000\n+secret line\n+and another\n',
  '\n# 2025-11-15 12:00:01.000000\r\n+kept\r\n',
  'not an entry at all\n',
  '\n# 2025-11-15 12:00:02.000000\n+secret again\n',
  '\n# 2025-11-15 12:00:03.000000\n+torn sec',
] as const;

function fileOf(text: string): {path: string; folder: string; text(): string} {
  const folder = temporaryFolder();
  const path = join(folder, 'history');
  writeFileSync(path, text, {mode: 0o600});
  return {path, folder, text: () => readFileSync(path, 'utf8')};
}

test('only what is forgotten goes; the rest stays byte for byte', () => {
  const {path, folder, text} = fileOf(sample.join(''));
  expect(forgetPrompts(path, prompt => prompt.startsWith('secret'))).toBe(2);
  // What stands between two entries belongs to the one before.
  expect(text()).toBe([sample[0], sample[2], sample[3], sample[5]].join(''));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['history']);
  expect(forgetPrompts(path, prompt => prompt === 'torn sec')).toBe(1);
  expect(text()).toBe([sample[0], sample[2], sample[3]].join(''));
});

test('a file in which nothing is forgotten is not touched, nor is one that is not there made', () => {
  const {path, folder} = fileOf(sample.join(''));
  const before = statSync(path);
  expect(forgetPrompts(path, () => false)).toBe(0);
  expect(statSync(path)).toMatchObject({ino: before.ino, mtimeMs: before.mtimeMs});
  expect(forgetPrompts(join(folder, 'none'), () => true)).toBe(0);
  expect(readdirSync(folder)).toEqual(['history']);
});

test('a link to the file stays a link', () => {
  const {path, folder, text} = fileOf(sample.join(''));
  const link = join(folder, 'link');
  symlinkSync(path, link);
  forgetPrompts(link, () => true);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(text()).toBe('# written by hand, without a blank line before\n'.slice(0, 0));
});

test('one that is at work is not disturbed, and what a dead one left is cleared away', () => {
  const {path, folder, text} = fileOf(sample.join(''));
  writeFileSync(`${path}.new`, 'half');
  expect(() => forgetPrompts(path, () => true)).toThrow('another llm is changing the prompt history');
  expect(text()).toBe(sample.join(''));
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(`${path}.new`, longAgo, longAgo);
  expect(forgetPrompts(path, prompt => prompt.startsWith('secret'))).toBe(2);
  expect(readdirSync(folder)).toEqual(['history']);
});

test('prompts that another program adds meanwhile are kept', async () => {
  const {path} = fileOf('');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'promptAppender.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  let rounds = 0;
  while (child.exitCode === null && rounds < 200) {
    appendPrompt(path, 'secret', Date.now());
    expect(forgetPrompts(path, prompt => prompt === 'secret')).toBe(1);
    rounds += 1;
    await new Promise(resolve => setImmediate(resolve));
  }
  if (child.exitCode === null) await once(child, 'close');
  const prompts = parsePromptHistory(readFileSync(path, 'utf8')).map(({prompt}) => prompt);
  expect(rounds).toBeGreaterThan(1);
  expect(prompts.sort()).toEqual(Array.from({length: 3000}, (_, number) => `prompt ${number}`).sort());
});
