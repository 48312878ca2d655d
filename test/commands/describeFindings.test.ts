import {expect, it} from 'vitest';
import type {Finding} from '../../src/commands/command.ts';
import {describeFindings} from '../../src/commands/describeFindings.ts';

const findings: Finding[] = [
  {area: 'terminal', state: 'ok', text: 'it is wide enough'},
  {
    area: 'backends',
    state: 'problem',
    text: 'Ollama does not answer',
    remedy: 'Start it with `ollama serve`.',
  },
  {area: 'terminal', state: 'warning', text: 'it has no colours'},
];

it('groups what was found by its area, each with its mark and remedy, and sums up', () => {
  expect(describeFindings(findings)).toBe(
    'terminal\n  ✓ it is wide enough\n  ! it has no colours\n\nbackends\n  ✗ Ollama does not answer\n    → Start it with `ollama serve`.\n\n1 problem, 1 thing to know.',
  );
  expect(describeFindings([])).toBe('All is well.');
});

it('breaks long lines between words, below their beginning', () => {
  const text = describeFindings(findings.slice(1, 2), {width: 24});
  expect(text).toBe(
    'backends\n  ✗ Ollama does not\n    answer\n    → Start it with\n      `ollama serve`.\n\n1 problem.',
  );
});

it('lets no text of a server act on the terminal', () => {
  const text = describeFindings([{area: 'a\x1b[2J', state: 'ok', text: 'b\x07\nc', remedy: '\x9bd'}]);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
  expect(text.split('\n')).toHaveLength(5);
});
