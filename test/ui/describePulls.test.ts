import {expect, it} from 'vitest';
import type {Pull} from '../../src/commands/createPulls.ts';
import {describePulls} from '../../src/ui/describePulls.ts';

const pull = (name: string, completed: number, total: number): Pull => ({
  name,
  state: 'running',
  figures: {status: '', completed, total, parts: 1},
});

it('tells in a few words which models are on their way, and how far they are together', () => {
  expect(describePulls([])).toBe('');
  expect(describePulls([{name: 'ollama/a', state: 'stopped'}])).toBe('');
  expect(describePulls([{name: 'ollama/a', state: 'running'}])).toBe('↓ a');
  expect(describePulls([pull('ollama/qwen2.5:3b', 1, 4)])).toBe('↓ qwen2.5:3b 25 %');
  expect(describePulls([pull('ollama/a', 1, 4), pull('ollama/b', 3, 4)])).toBe('↓ 2 models 50 %');
  expect(describePulls([pull(`ollama/hf.co/${'long'.repeat(20)}`, 1, 4)]).length).toBeLessThan(36);
});
