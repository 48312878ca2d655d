import {createRequire} from 'node:module';
import {expect, test} from 'vitest';
import {highlightLanguage, highlightLanguages, languageName} from '../../src/markdown/languages.ts';

type Core = {
  listLanguages(): string[];
  highlight(code: string, options: {language: string; ignoreIllegals: boolean}): {value: string};
};

test('the bundle registers exactly the languages that may be asked for', async () => {
  const core = createRequire(import.meta.url)('../../scripts/highlightLanguages.cjs') as Core;
  expect(core.listLanguages().sort()).toEqual([...highlightLanguages].sort());
  // Loaded only now, because it registers all its languages in the same place when nothing is bundled.
  const {supportsLanguage} = await import('cli-highlight');
  for (const language of highlightLanguages) {
    expect(supportsLanguage(language), language).toBe(true);
    expect(core.highlight('a = "b" # c', {language, ignoreIllegals: true}).value, language).toContain('a');
  }
});

test.each([
  ['ts', 'typescript'],
  ['tsx', 'typescript'],
  ['jsx', 'javascript'],
  ['JSONC', 'json'],
  ['json5', 'json'],
  ['svelte', 'xml'],
  ['vue', 'xml'],
  ['html', 'xml'],
  ['zsh', 'bash'],
  ['sh', 'bash'],
  ['console', 'bash'],
  ['yml', 'yaml'],
  ['py', 'python'],
  ['rs', 'rust'],
  ['golang', 'go'],
  ['c++', 'cpp'],
  ['C#', 'csharp'],
  ['ps1', 'powershell'],
  ['Dockerfile', 'dockerfile'],
  ['toml', 'ini'],
  ['python title="x.py"', 'python'],
  ['js{1,3}', 'javascript'],
  ['{.ruby .numberLines}', 'ruby'],
  ['{r}', 'r'],
  ['language-go', 'go'],
])('a fence of %s is coloured as %s', (info, language) => {
  expect(highlightLanguage(info)).toBe(language);
});

test.each(['', '   ', 'mermaid', 'nope', 'constructor', '__proto__', 'toString'])(
  'a fence of "%s" is not coloured',
  info => {
    expect(highlightLanguage(info)).toBeUndefined();
  },
);

test('the name of a language is the first word, as its author wrote it', () => {
  expect(languageName('Python title=x')).toBe('Python');
  expect(languageName('')).toBe('');
  expect(languageName('x'.repeat(100))).toHaveLength(40);
});
