import {describe, expect, it} from 'vitest';
import {activePath, type Conversation, type MessageNode, withNode} from '../../src/core/conversation.ts';
import {exportMarkdown} from '../../src/storage/exportMarkdown.ts';
import {readMarkdownExport} from '../../src/storage/readMarkdownExport.ts';
import {pick, type Random, randoms} from '../core/randoms.ts';
import {createRandom, randomMarkdown} from '../markdown/randomMarkdown.ts';
import {answer, emptyConversation, prompt} from './sampleConversation.ts';

const conversation = (...nodes: MessageNode[]): Conversation =>
  nodes.reduce(withNode, emptyConversation('c1', 1_790_000_000_123));

const there = (given: Conversation): Conversation => readMarkdownExport(exportMarkdown(given), 'chat.md');

/** Lines that look like the export's own, or that do not stand in a file as they are. */
const hostileLines = [
  ...[
    '<!-- llm:end -->',
    '<!-- llm:endx -->',
    '<!-- llm:text -->',
    '<!-- llm:message {"role":"user","id":"x"} -->',
  ],
  ...[
    '---',
    '## You',
    '## Assistant',
    '</details>',
    '<details>',
    '<summary>',
    '-->',
    '<!--',
    '<pre>',
    '```',
    '~~~~',
  ],
  ...[
    'title: x',
    '',
    ' ',
    '   ',
    '\t',
    'a\r',
    '\r',
    '\x1b[31mred',
    '\u202e',
    '\u2028',
    '\ud800',
    '\0',
    '\ufeff',
    '&lt;details',
  ],
];

function randomText(random: Random): string {
  const parts = Array.from({length: 1 + random(4)}, () =>
    random(2) === 0 ? randomMarkdown(createRandom(random(1e9))) : pick(random, hostileLines),
  );
  const text = parts.join(pick(random, ['\n', '\n\n', '\r\n', '']));
  return random(6) === 0 ? text.replaceAll(/\r?\n/g, '\r\n') : text;
}

function randomConversation(random: Random): Conversation {
  const text = () => randomText(random);
  const nodes: MessageNode[] = [];
  for (let index = 0; index < 1 + random(5); index++) {
    const parent = nodes.at(-1)?.id ?? null;
    const id = `m${index}`;
    nodes.push(
      parent === null || random(2) === 0
        ? {
            ...prompt(id, parent, text()),
            ...(random(2) === 0 && {
              attachments: [
                {kind: 'text', name: text(), text: text()},
                {
                  kind: 'image',
                  name: 'i]().png',
                  mediaType: 'image/png',
                  data: new Uint8Array([0, 255, random(256)]),
                },
              ],
            }),
          }
        : {
            ...answer(id, parent, random(8) === 0 ? '' : text()),
            ...(random(2) === 0 && {reasoning: text()}),
            ...(random(3) === 0 && {
              stop: 'error',
              error: {kind: 'overloaded', message: text(), hint: 'x --> y'},
            }),
            ...(random(2) === 0 && {
              usage: {input: random(99), output: random(99), estimated: random(2) === 0},
              timing: {firstTokenMs: random(99), tokensPerSecond: random(999) / 7, totalMs: random(9999)},
            }),
          },
    );
  }
  return {
    ...conversation(...nodes),
    title: text(),
    model: 'ollama/"tiny": 1b',
    ...(random(2) === 0 && {system: text()}),
    ...(random(2) === 0 && {options: {temperature: 0.7, stop: ['-->', '\n']}, think: 'high'}),
    ...(random(2) === 0 && {shortened: {from: 'm0', summary: text(), ...(random(2) === 0 && {until: 'm0'})}}),
  };
}

describe('a markdown export that is read again', () => {
  it('is the conversation that was exported, whatever its texts', () => {
    const random = randoms(7);
    for (let round = 0; round < 150; round++) {
      const given = randomConversation(random);
      const text = exportMarkdown(given);
      const read = readMarkdownExport(text, 'chat.md');
      expect(read).toEqual(given);
      expect(exportMarkdown(read)).toBe(text);
    }
  });

  it('has only the path that was being talked along', () => {
    const read = there(
      conversation(prompt('p', null, 'q'), answer('a', 'p', 'discarded'), answer('b', 'p', 'chosen')),
    );
    expect(activePath(read).map(({id}) => id)).toEqual(['p', 'b']);
    expect(read.nodes.size).toBe(2);
  });

  it('takes what a person has changed, also where the exact text is kept beside it', () => {
    const text = exportMarkdown(
      conversation(prompt('p', null, 'red \x1b[31m text'), answer('a', 'p', 'plain')),
    );
    const changed = text.replace('red \u241b[31m text', 'blue text').replace('plain', 'fancy');
    expect(activePath(readMarkdownExport(changed, 'x')).map(node => node.text)).toEqual([
      'blue text',
      'fancy',
    ]);
  });

  it('may have been saved by an editor with other line ends and a mark in front, and be tidied up', () => {
    const given = conversation(prompt('p', null, 'two\nlines'), answer('a', 'p', 'yes'));
    const text = exportMarkdown(given).replace('"two"', 'two').replaceAll('\n', '\r\n');
    expect(readMarkdownExport(`\ufeff${text}`, 'x')).toEqual(given);
  });

  it('was being written when it was exported: then it was interrupted', () => {
    const read = there(
      conversation(prompt('p', null, 'q'), {...answer('a', 'p', 'half'), stop: 'streaming'}),
    );
    expect(read.nodes.get('a')?.stop).toBe('interrupted');
  });
});

describe('what is no such export', () => {
  const good = exportMarkdown(conversation(prompt('p', null, 'q'), answer('a', 'p', 'yes')));
  const lineOf = (part: string) => good.slice(0, good.indexOf(part)).split('\n').length;

  it.each([
    ['', 'chat.md: this is no conversation that llm exported'],
    ['# Title\n\n## You\n', 'chat.md: this is no conversation that llm exported'],
    ['---\ntitle: x\n---\n', 'chat.md: this is no conversation that llm exported'],
    [good.replace('id: "c1"\n', ''), 'chat.md, line 1: the front matter names no id'],
    [
      good.replace('"role":"user"', '"role":"system"'),
      `chat.md, line ${lineOf('<!-- llm:message')}: this message has`,
    ],
    [good.replace('"id":"a"', '"id":"p"'), 'there are two messages with this id'],
    [
      good.replaceAll('<!-- llm:end -->', ''),
      `chat.md, line ${lineOf('<!-- llm:text')}: the end of this block is missing`,
    ],
  ])('is refused with its place', (text, message) => {
    expect(() => readMarkdownExport(text, 'chat.md')).toThrow(
      expect.objectContaining({kind: 'file', message: expect.stringContaining(message)}),
    );
  });
});
