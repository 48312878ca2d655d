import {describe, expect, it} from 'vitest';
import {joinParts, wrapLines} from '../../../src/ui/transcript/remark.ts';

describe('parts', () => {
  const parts = ['ollama/qwen3:4b', '240 ms to first token', '62 tok/s', '48 tokens', '<2/3>'];

  it('stand on one line where they fit', () => {
    expect(joinParts(parts, 80)).toBe(
      'ollama/qwen3:4b · 240 ms to first token · 62 tok/s · 48 tokens · <2/3>',
    );
  });

  it('are broken between them only', () => {
    expect(joinParts(parts, 40)).toBe(
      'ollama/qwen3:4b ·\n240 ms to first token · 62 tok/s ·\n48 tokens · <2/3>',
    );
  });

  it('that are longer than a line are broken all the same', () => {
    expect(joinParts(['x'.repeat(25), 'y'], 10)).toBe('xxxxxxxxxx\nxxxxxxxxxx\nxxxxx ·\ny');
  });
});

it('a numbered line goes on below its text', () => {
  expect(wrapLines('12 > two words\n     and more', 12)).toBe('12 > two\n     words\n     and\n     more');
});

it('lines keep the blanks at their beginning', () => {
  expect(wrapLines('  two words\nmore of them', 8)).toBe('  two\n  words\nmore of\nthem');
});
