import {mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import type {CommandContext} from '../../src/commands/command.ts';
import {createPendingAttachments} from '../../src/commands/createPendingAttachments.ts';
import {isSameAttachment, mentionsIn, missingMentions, readMentioned} from '../../src/commands/mentions.ts';
import {LlmError} from '../../src/core/errors.ts';
import {sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';
import {fakeContext} from './fakeContext.ts';

const files = ['README.md', 'src/a.ts', 'a b.txt', 'Makefile', 'media.css', '2'];

function isFileOnDisk(path: string): boolean {
  return statSync(path, {throwIfNoEntry: false})?.isFile() ?? false;
}

function contextOver(fails: (source: string) => unknown = () => undefined): CommandContext {
  return fakeContext(sessionOver(createScriptedBackend()), {
    files: async () => files,
    isFile: async path => files.includes(path) || path === '~/notes.txt' || isFileOnDisk(path),
    attachments: createPendingAttachments(async source => {
      const failure = fails(source);
      if (failure) throw failure;
      return {kind: 'text', name: source, text: `text of ${source}`};
    }),
  });
}

async function attachedBy(text: string, context = contextOver()): Promise<string[]> {
  return (await readMentioned(text, context)).map(({name}) => name);
}

function folderWith(...names: string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'llm-mentions-'));
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), {recursive: true});
    writeFileSync(path.join(folder, name), name);
  }
  return folder;
}

describe('words that look like files', () => {
  it.each([
    ['what does @nonexist.txt say?', ['nonexist.txt']],
    ['@src/gone.ts, @src/gone.ts and @README.md', ['src/gone.ts']],
    ['@media, @types/node, @v1.2, me@mail.org, @user@host.org, `@code.ts`', []],
  ])('and name none are told of: %j', async (text, missing) => {
    expect(await missingMentions(text, contextOver())).toEqual(missing);
  });
});

describe('the files that a prompt names', () => {
  it.each([
    ['look at @README.md', ['README.md']],
    ['@src/a.ts and @"a b.txt" and @Makefile', ['src/a.ts', 'a b.txt', 'Makefile']],
    ['@./src/a.ts', ['src/a.ts']],
    ['Why (see @src/a.ts)? Or @README.md, or @media.css!', ['src/a.ts', 'README.md', 'media.css']],
    ['@README.md @README.md @./README.md', ['README.md']],
    ['first\n@README.md\nlast', ['README.md']],
  ])('are attached: %j', async (text, names) => {
    expect(await attachedBy(text)).toEqual(names);
  });

  it.each([
    'me@README.md',
    '@media and @param and @types/node and @',
    'from @/no/such/file.ts, @./gone.ts, @~x',
    '```\n@README.md\n```',
    '~~~ts\n@README.md\n```\n@src/a.ts',
    'the decorator `@README.md` here',
    '@"no such.txt"',
  ])('are none: %j', async text => {
    expect(await attachedBy(text)).toEqual([]);
  });

  it('are found again after the code', async () => {
    expect(await attachedBy('```\n@Makefile\n```\n@README.md `x` @src/a.ts')).toEqual([
      'README.md',
      'src/a.ts',
    ]);
  });

  it('may be anywhere on the disk, but no folder', async () => {
    const folder = folderWith('in/x y.txt', 'plain');
    const text = `@"${folder}/in/x y.txt", @${folder}/plain. @${folder}/in`;
    expect(await attachedBy(text)).toEqual([`${folder}/in/x y.txt`, `${folder}/plain`]);
  });

  it('may be in the home folder', async () => {
    expect(await attachedBy('@~/notes.txt, @~/gone.txt')).toEqual(['~/notes.txt']);
  });

  it('are not asked for when there is no @', async () => {
    const context = {...contextOver(), files: () => Promise.reject(new Error('asked'))};
    expect(await attachedBy('plain, me@host', context)).toEqual([]);
  });
});

describe('a file that cannot be read', () => {
  it('fails with its own error, and nothing is attached, so that the prompt can be sent again', async () => {
    const tooBig = new LlmError({kind: 'file', message: 'cannot attach src/a.ts: it is too large'});
    const context = contextOver(source => source === 'src/a.ts' && tooBig);
    await expect(readMentioned('@README.md @src/a.ts', context)).rejects.toBe(tooBig);
    expect(context.attachments.pending()).toEqual([]);
  });
});

describe('two attachments', () => {
  it('are the same when name and content are', () => {
    const one = {kind: 'text', name: 'a', text: 'x'} as const;
    expect(isSameAttachment(one, {...one})).toBe(true);
    expect(isSameAttachment(one, {...one, text: 'y'})).toBe(false);
    expect(isSameAttachment(one, {...one, name: 'b'})).toBe(false);
    const image = {kind: 'image', name: 'a', mediaType: 'image/png', data: new Uint8Array([1])} as const;
    expect(isSameAttachment(image, {...image, data: new Uint8Array([1])})).toBe(true);
    expect(isSameAttachment(image, {...image, data: new Uint8Array([2])})).toBe(false);
    expect(isSameAttachment(image, one)).toBe(false);
  });
});

describe('a long text', () => {
  it('is read in one pass', () => {
    const text = `${'@a `b ~~~ '.repeat(20_000)}\n${'`'.repeat(5000)}`;
    expect(mentionsIn(text).length).toBeGreaterThan(0);
  });
});
