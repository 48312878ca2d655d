import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {marked} from 'marked';
import {expect, test} from 'vitest';
import type {MessageNode} from '../../src/core/conversation.ts';
import {withNode} from '../../src/core/conversation.ts';
import {exportFileName, writeExport} from '../../src/storage/exportFile.ts';
import {exportJson} from '../../src/storage/exportJson.ts';
import {exportMarkdown} from '../../src/storage/exportMarkdown.ts';
import {answer, emptyConversation, prompt} from './sampleConversation.ts';
import {temporaryFolder} from './temporaryFolder.ts';

function conversation(...nodes: MessageNode[]) {
  return nodes.reduce(withNode, emptyConversation('c1', Date.UTC(2026, 10, 21)));
}

const headings = (markdown: string) =>
  marked
    .lexer(markdown.replace(/^---\n[\s\S]*?\n---\n/, ''))
    .filter(token => token.type === 'heading')
    .map(token => token.raw.trim());

test('the markdown has front matter, a section a message, and the figures', () => {
  const text = exportMarkdown({
    ...conversation(prompt('p', null, 'Say "hi"\nplease'), {
      ...answer('a', 'p', 'hi'),
      reasoning: 'They want hi.',
      usage: {input: 5, output: 2, estimated: false},
      timing: {firstTokenMs: 420, totalMs: 1500, reasoningMs: 900, tokensPerSecond: 52.04},
    }),
    system: 'Be nice.',
    options: {temperature: 0.5},
  });
  expect(text).toBe(`---
format: llm-conversation 1
title: "Say \\"hi\\""
model: "ollama/tiny:1b"
created: 2026-11-21T00:00:00.000Z
updated: 2026-11-21T00:00:00.000Z
id: "c1"
system: "Be nice."
options: {"temperature":0.5}
---

<!-- llm:message {"role":"user","id":"p","created":1000} -->
## You

<!-- llm:text -->
Say "hi"
please
<!-- llm:end -->

<!-- llm:message {"role":"assistant","id":"a","created":1000,"model":"ollama/tiny:1b","stop":"stop","usage":{"input":5,"output":2,"estimated":false},"timing":{"firstTokenMs":420,"reasoningMs":900,"tokensPerSecond":52.04,"totalMs":1500}} -->
## Assistant

<details>
<summary>Thinking (900 ms)</summary>

<!-- llm:thinking -->
They want hi.
<!-- llm:end -->

</details>

<!-- llm:text -->
hi
<!-- llm:end -->

\`ollama/tiny:1b\` · 420 ms to the first token · 52.0 tok/s · 5 tokens in · 2 tokens out · 1.5 s in all
`);
});

test('for people alone there are neither front matter nor comments', () => {
  const text = exportMarkdown(
    conversation(
      {...prompt('p', null, 'Say hi'), attachments: [{kind: 'text', name: 'a`b', text: 'secret'}]},
      {...answer('a', 'p', '\n```js\nlet a\n'), reasoning: 'They want hi.'},
    ),
    {readBack: false},
  );
  expect(text).toBe(
    '# Say hi\n\n## You\n\nSay hi\n\n*Attached:* `` a`b ``\n\n## Assistant\n\n```js\nlet a\n```\n\n`ollama/tiny:1b`\n',
  );
});

test('only the active path is exported', () => {
  const text = exportMarkdown(
    conversation(prompt('p', null, 'q'), answer('a', 'p', 'discarded'), answer('b', 'p', 'chosen')),
  );
  expect(text).toContain('chosen');
  expect(text).not.toContain('discarded');
});

test.each([
  '```js\nlet a',
  '~~~~\n```\n~~~',
  '  ```\nx',
  '```',
  '1. ```js\n   let a\n   ```',
  '- a\n  ```js\n  let a',
  '> ```\n> quoted',
  '```js\nlet a\n```',
  '    indented ```',
  '<!-- never closed\n\n## You',
  '<pre>\nopen\n\ntext',
  '<script>\nalert(1)',
  '```md\n## You\n```\nafter',
  '\n\n    indented code first',
])('what follows the text %j is still a section of its own', body => {
  const text = exportMarkdown(
    conversation(
      prompt('p', null, body),
      {...answer('a', 'p', body), reasoning: body},
      prompt('q', 'a', 'and the end'),
    ),
  );
  expect(headings(text)).toEqual(['## You', '## Assistant', '## You']);
});

test('thinking cannot break out of its fold, and no text controls a terminal', () => {
  const text = exportMarkdown(
    conversation(prompt('p', null, '\x1b[2Jhello'), {
      ...answer('a', 'p', 'a\u202eb'),
      reasoning: 'x</details>\n<SUMMARY>y',
      model: 'x/`tick`\n## Fake',
    }),
  );
  expect(text.match(/<\/?details>/g)).toEqual(['<details>', '</details>']);
  expect(text).not.toMatch(/[\x1b\u202e]/);
  expect(headings(text)).toEqual(['## You', '## Assistant']);
});

test('a failed answer says why', () => {
  const text = exportMarkdown(
    conversation(prompt('p', null, 'q'), {
      ...answer('a', 'p', ''),
      stop: 'error',
      error: {kind: 'overloaded', message: 'the server is busy'},
    }),
  );
  expect(text).toContain('failed: `the server is busy`');
});

test('the JSON has every branch, exactly, and nothing that controls a terminal', () => {
  const nodes: MessageNode[] = [
    {
      ...prompt('p', null, 'q\x1b[31m\u009b\u202e\u2028'),
      attachments: [
        {kind: 'image', name: 'i', mediaType: 'image/png', data: new Uint8Array([0, 255])},
        {kind: 'text', name: 't', text: 'words'},
      ],
    },
    answer('a', 'p', 'one'),
    {...answer('b', 'p', 'two'), usage: {output: 3, estimated: true}, timing: {totalMs: 5}},
  ];
  const shortened = {from: 'b', summary: 'before that'};
  const json = exportJson({...conversation(...nodes), options: {temperature: 1}, system: 's', shortened});
  expect(json).not.toMatch(/[\x1b\u0080-\u009f\u2028\u202e]/);
  expect(JSON.parse(json)).toEqual({
    format: 'llm-conversation',
    version: 1,
    id: 'c1',
    title: expect.any(String),
    created: Date.UTC(2026, 10, 21),
    updated: Date.UTC(2026, 10, 21),
    model: 'ollama/tiny:1b',
    system: 's',
    options: {temperature: 1},
    shortened,
    head: 'b',
    messages: [
      {
        ...nodes[0],
        attachments: [
          {kind: 'image', name: 'i', mediaType: 'image/png', data: 'AP8='},
          {kind: 'text', name: 't', text: 'words'},
        ],
      },
      nodes[1],
      nodes[2],
    ],
  });
});

test('the file name is made of the title and the day', () => {
  const date = new Date(2026, 0, 5, 23, 59).getTime();
  expect(exportFileName('How do I: switch models?', date)).toBe('llm-how-do-i-switch-models-2026-01-05.md');
  expect(exportFileName('../../etc/passwd\0', date, 'json')).toBe('llm-etc-passwd-2026-01-05.json');
  expect(exportFileName('  …?! ', date)).toBe('llm-chat-2026-01-05.md');
  expect(exportFileName('橋は Brücke', date)).toBe('llm-橋は-brücke-2026-01-05.md');
  expect(Buffer.byteLength(exportFileName('橋'.repeat(500), date))).toBeLessThan(255);
});

test('an export is private and never overwrites a file without being told', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'chat.md');
  writeExport(path, 'one', {overwrite: false});
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(() => writeExport(path, 'two', {overwrite: false})).toThrow(
    expect.objectContaining({kind: 'file', message: `${path} exists already`}),
  );
  expect(readFileSync(path, 'utf8')).toBe('one');
  writeExport(path, 'two', {overwrite: true});
  expect(readFileSync(path, 'utf8')).toBe('two');
  writeExport(join(folder, 'new.md'), 'three', {overwrite: true});
  expect(readdirSync(folder).sort()).toEqual(['chat.md', 'new.md']);
});

test('an export that cannot be written is an error that names it', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'plain'), '');
  for (const name of ['missing/chat.md', 'sub', 'plain/chat.md']) {
    const path = join(folder, name);
    expect(() => writeExport(path, 'x', {overwrite: true})).toThrow(
      expect.objectContaining({kind: 'file', message: expect.stringContaining(path)}),
    );
  }
  expect(readdirSync(join(folder, 'sub'))).toEqual([]);
});
