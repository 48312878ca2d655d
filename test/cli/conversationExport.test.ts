import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, it} from 'vitest';
import {type ConversationExport, exportConversation} from '../../src/cli/conversationExport.ts';
import {withNode} from '../../src/core/conversation.ts';
import {loadTheme} from '../../src/theme/loadTheme.ts';
import {answer, emptyConversation, prompt} from '../storage/sampleConversation.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';

const themes = fileURLToPath(new URL('../../themes', import.meta.url));

const conversation = [
  prompt('p', null, 'Say hi'),
  answer('a', 'p', '```js\nconst a = "hi"; // x\n```'),
].reduce(withNode, emptyConversation('c1'));

const how = (change: Partial<ConversationExport> = {}): ConversationExport => ({
  file: '',
  overwrite: false,
  folder: temporaryFolder(),
  home: '/nowhere',
  themeOn: background => loadTheme('default', [themes], background),
  now: new Date(2026, 0, 5).getTime(),
  ...change,
});

it('writes markdown under a name made of the title when none is given', async () => {
  const settings = how();
  const path = await exportConversation(conversation, settings);
  expect(path).toBe(join(settings.folder, 'llm-say-hi-2026-01-05.md'));
  expect(readFileSync(path, 'utf8')).toContain('\n## Assistant\n');
});

it.each([
  ['chat.json', /^\{\n {2}"format": "llm-conversation"/],
  ['chat.MARKDOWN', /^---\n/],
  ['chat.htm', /^<!doctype html>/],
])('takes the format of %s from its ending', async (file, beginning) => {
  expect(readFileSync(await exportConversation(conversation, how({file})), 'utf8')).toMatch(beginning);
});

it('puts a file that begins with ~/ into the home folder', async () => {
  const home = temporaryFolder();
  expect(await exportConversation(conversation, how({file: '~/x.md', home}))).toBe(join(home, 'x.md'));
});

it('colours code in the theme, for light and for dark where the theme is made for both', async () => {
  const html = readFileSync(await exportConversation(conversation, how({file: 'x.html'})), 'utf8');
  expect(html).toContain(
    '<span class="code-keyword">const</span> a = <span class="code-string">&quot;hi&quot;</span>',
  );
  expect(html).toMatch(
    /\.code-keyword \{ color: var\(--ansi-4\);[\s\S]*prefers-color-scheme: dark[\s\S]*\.code-keyword \{/,
  );
  expect(html).not.toContain('\x1b');
});

it('has only the colours of a theme that is made for one background', async () => {
  const themeOn: ConversationExport['themeOn'] = background => loadTheme('dracula', [themes], background);
  const html = readFileSync(await exportConversation(conversation, how({file: 'x.html', themeOn})), 'utf8');
  expect(html).toContain('color-scheme: dark;');
  expect(html).not.toContain('prefers-color-scheme');
  expect(html).toMatch(/body \{ color: #f8f8f2;/);
});

it('refuses an ending that stands for nothing, and writes nothing', async () => {
  await expect(exportConversation(conversation, how({file: 'x.docx'}))).rejects.toMatchObject({
    kind: 'usage',
    message: 'cannot export to x.docx',
  });
});

it('replaces an existing file only when it is told to', async () => {
  const settings = how({file: 'x.html'});
  const path = join(settings.folder, 'x.html');
  writeFileSync(path, 'mine');
  await expect(exportConversation(conversation, settings)).rejects.toMatchObject({kind: 'file'});
  expect(readFileSync(path, 'utf8')).toBe('mine');
  await exportConversation(conversation, {...settings, overwrite: true});
  expect(readFileSync(path, 'utf8')).toContain('<!doctype html>');
});
