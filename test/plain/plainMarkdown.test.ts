import {expect, it} from 'vitest';
import {plainMarkdown} from '../../src/plain/plainMarkdown.ts';

it('makes lines of a table, and takes the signs of headings and code away', () => {
  const text = [
    '### Commands',
    '',
    '| command | what it does |',
    '| --- | :-: |',
    '| `/set [KEY \\| off]`, `/s` | show *or* set |',
    '| `/quit` | end |',
    '',
    'A `prefix` is enough | always.',
  ].join('\n');
  expect(plainMarkdown(text)).toBe(
    'Commands\n\n/set [KEY | off], /s: show *or* set\n/quit: end\n\nA prefix is enough | always.',
  );
});
