import {describe, expect, it} from 'vitest';
import {activePath, type Conversation, type MessageNode, withNode} from '../../src/core/conversation.ts';
import {exportMarkdown} from '../../src/storage/exportMarkdown.ts';
import {readMarkdownExport} from '../../src/storage/readMarkdownExport.ts';
import {randoms} from '../core/randoms.ts';
import {randomConversation} from './randomConversation.ts';
import {answer, emptyConversation, prompt} from './sampleConversation.ts';

const conversation = (...nodes: MessageNode[]): Conversation =>
  nodes.reduce(withNode, emptyConversation('c1', 1_790_000_000_123));

const there = (given: Conversation): Conversation => readMarkdownExport(exportMarkdown(given), 'chat.md');

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
