import {describe, expect, it} from 'vitest';
import {rankFiles} from '../../../src/ui/composer/rankFiles.ts';

const files = [
  'README.md',
  'package.json',
  'src/ui/composer/createComposer.ts',
  'src/ui/composer/buffer.ts',
  'src/ui/ComposerView.tsx',
  'src/cli/chat.ts',
  'src/commands/createChat.ts',
  'test/cli/chat.test.ts',
  'docs/chatter/notes.md',
];

describe('the files that fit what is typed', () => {
  it.each([
    ['chat', 'src/cli/chat.ts'],
    ['src/cli', 'src/cli/chat.ts'],
    ['./src/cli', 'src/cli/chat.ts'],
    ['createchat', 'src/commands/createChat.ts'],
    ['CoView', 'src/ui/ComposerView.tsx'],
    ['crcomp', 'src/ui/composer/createComposer.ts'],
    ['buffer.ts', 'src/ui/composer/buffer.ts'],
    ['pakcage', 'package.json'],
    ['readme', 'README.md'],
  ])('begin, for %s, with %s', (typed, first) => {
    expect(rankFiles(typed, files)[0]).toBe(first);
  });

  it('are all that hold the letters in their order, the name before the folders', () => {
    expect(rankFiles('chat', files)).toEqual([
      'src/cli/chat.ts',
      'test/cli/chat.test.ts',
      'src/commands/createChat.ts',
      'docs/chatter/notes.md',
    ]);
    expect(rankFiles('qqq', files)).toEqual([]);
  });

  it('are those nearest to the folder when nothing is typed', () => {
    expect(rankFiles('', files).slice(0, 3)).toEqual([
      'README.md',
      'package.json',
      'src/ui/ComposerView.tsx',
    ]);
  });

  it('are fifty at most', () => {
    const many = Array.from({length: 500}, (_, index) => `folder${index}/file${index}.ts`);
    for (const typed of ['', 'f', 'file', 'flie']) expect(rankFiles(typed, many)).toHaveLength(50);
  });
});
