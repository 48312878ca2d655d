import {appendFileSync, chmodSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {appendPrompt, parsePromptHistory, readRecentPrompts} from '../../src/storage/promptHistory.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const date = new Date(2025, 10, 15, 12, 0, 0, 250).getTime();
const prompts = (text: string) => parsePromptHistory(text).map(entry => entry.prompt);

test('a prompt is written as prompt_toolkit writes it', () => {
  const path = join(temporaryFolder(), 'history');
  appendPrompt(path, 'hello\n\n+ and # too', date);
  appendPrompt(path, 'second', new Date(2026, 0, 2, 3, 4, 5).getTime());
  expect(readFileSync(path, 'utf8')).toBe(
    '\n# 2025-11-15 12:00:00.250000\n+hello\n+\n++ and # too\n\n# 2026-01-02 03:04:05.000000\n+second\n',
  );
});

test('the example file is a history that can be read', () => {
  const path = join(import.meta.dirname, '../../.llm_chat_history.example');
  const text = readFileSync(path, 'utf8');
  const entries = parsePromptHistory(text);
  expect(entries.length).toBeGreaterThanOrEqual(12);
  expect(entries.length).toBe(text.match(/^# \d{4}-/gm)?.length);
  expect(entries[0]).toEqual({
    prompt: 'how do I switch models?',
    date: new Date(2025, 10, 15, 12).getTime(),
  });
  expect(entries.some(entry => entry.prompt.includes('\n\n```python\n'))).toBe(true);
  expect(entries.every((entry, index) => (entry.date ?? 0) > (entries[index - 1]?.date ?? 0))).toBe(true);
  expect(readRecentPrompts(path, 2)).toEqual(entries.slice(-2));
});

test('any prompts come back as they were written', () => {
  const pieces = [
    'a',
    '+',
    '#',
    '# 2025-11-15 12:00:00.000000',
    '\n',
    '\n\n',
    ' ',
    '\t',
    'ü',
    '😀',
    '橋',
    '\0',
    '\u2028',
  ];
  let state = 1;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  for (let round = 0; round < 30; round++) {
    const path = join(temporaryFolder(), 'history');
    const written = Array.from({length: 1 + random(10)}, (_, index) => ({
      prompt: `${Array.from({length: random(12)}, () => pieces[random(pieces.length)]).join('')}${index}`,
      date: date + random(1e9),
    }));
    for (const entry of written) appendPrompt(path, entry.prompt, entry.date);
    expect(parsePromptHistory(readFileSync(path, 'utf8'))).toEqual(written);
    expect(readRecentPrompts(path, 3)).toEqual(written.slice(-3));
  }
});

test('prompts that are empty lines only keep their lines, an empty one is not written', () => {
  const path = join(temporaryFolder(), 'history');
  appendPrompt(path, '', date);
  expect(statSync(path, {throwIfNoEntry: false})).toBeUndefined();
  appendPrompt(path, '\n\n', date);
  expect(prompts(readFileSync(path, 'utf8'))).toEqual(['\n\n']);
});

test('line ends of other systems become plain ones', () => {
  const path = join(temporaryFolder(), 'history');
  appendPrompt(path, 'a\r\nb\rc', date);
  expect(readRecentPrompts(path, 1)[0]?.prompt).toBe('a\nb\nc');
  expect(prompts('\r\n# 2025-11-15 12:00:00.000000\r\n+one\r\n+two\r\n\r\n+three\r\n')).toEqual([
    'one\ntwo',
    'three',
  ]);
});

test('torn entries are skipped and take nothing with them', () => {
  const whole = '\n# 2025-11-15 12:00:00.000000\n+whole\n';
  expect(prompts(`${whole}\n# 2025-11-15 12:00:01.000000\n+half of a li`)).toEqual(['whole']);
  expect(prompts(`\n# 2025-11-15 12:00:01.000000\n+half of a li${whole}`)).toEqual(['whole']);
  expect(prompts(`\n# 2025-11-15 12:0${whole}`)).toEqual(['whole']);
  expect(prompts(`\n#${whole}`)).toEqual(['whole']);
  expect(prompts('\n# 2025-11-15 12:00:01.000000\n')).toEqual([]);
  expect(prompts('')).toEqual([]);
});

test('a history cut at any byte and then continued loses at most the entry that was cut', () => {
  const entry = '\n# 2025-11-15 12:00:00.000000\n+wörd one\n+line two\n';
  const bytes = Buffer.from(entry);
  for (let cut = 0; cut < bytes.length; cut++) {
    const text = Buffer.concat([Buffer.from(entry), bytes.subarray(0, cut), Buffer.from(entry)]);
    const found = prompts(text.toString('utf8'));
    expect(found[0], `cut at ${cut}`).toBe('wörd one\nline two');
    expect(found.at(-1), `cut at ${cut}`).toBe('wörd one\nline two');
    // Cut exactly between two of its lines, an entry looks like a shorter one.
    for (const other of found.slice(1, -1)) expect(other, `cut at ${cut}`).toBe('wörd one');
  }
});

test('entries of other tools, without dates or blank lines, are read', () => {
  expect(parsePromptHistory('+one\n\n+two\n+more\n# noted\n+three\n')).toEqual([
    {prompt: 'one', date: undefined},
    {prompt: 'three', date: undefined},
  ]);
  expect(prompts('# 2025-11-15 12:00:00\n+one\n# 2025-11-15 12:00:01.5\n+two\n')).toEqual(['one', 'two']);
  expect(parsePromptHistory('# 2025-11-15 12:00:00.25\n+x\n')[0]?.date).toBe(date);
});

test('the newest prompts are read from the end of a file of many blocks', () => {
  const path = join(temporaryFolder(), 'history');
  const written: string[] = [];
  let text = '';
  for (let i = 0; i < 5000; i++) {
    const prompt = i % 7 === 0 ? `long ${'ü\n'.repeat(i % 300)}${i}` : `prompt ${i}`;
    written.push(prompt);
    text += `\n# 2025-11-15 12:00:00.000000\n${prompt
      .split('\n')
      .map(line => `+${line}\n`)
      .join('')}`;
  }
  writeFileSync(path, text);
  for (const limit of [0, 1, 2, 50, 400, 1500, 4999, 5000, 9999]) {
    expect(readRecentPrompts(path, limit).map(entry => entry.prompt)).toEqual(
      limit === 0 ? [] : written.slice(-limit),
    );
  }
});

test('there are no prompts where there is no file, and a folder in its place is named', () => {
  const folder = temporaryFolder();
  expect(readRecentPrompts(join(folder, 'none'), 5)).toEqual([]);
  expect(() => readRecentPrompts(folder, 5)).toThrow(folder);
  expect(() => appendPrompt(folder, 'x', date)).toThrow(folder);
});

test('the file is private, and one that was not is tightened with a warning', () => {
  const path = join(temporaryFolder(), 'history');
  expect(appendPrompt(path, 'x', date)).toEqual([]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  chmodSync(path, 0o644);
  expect(appendPrompt(path, 'y', date).join()).toContain(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  appendFileSync(path, '');
  expect(appendPrompt(path, 'z', date)).toEqual([]);
});
