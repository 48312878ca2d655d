import {renderToString} from 'ink';
import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import type {LiveReply} from '../../src/core/liveReply.ts';
import {Activity, type ActivityView, activityWidth} from '../../src/ui/Activity.tsx';
import {plainStyles} from './look.ts';

const live = (change: Partial<LiveReply> = {}): LiveReply => ({
  id: 'a',
  parent: 'p',
  model: 'openrouter/deepseek/deepseek-r1-distill-qwen-32b',
  phase: 'reasoning',
  text: '',
  reasoning: '',
  started: Date.now(),
  ...change,
});

const drawn = (reply: LiveReply, view: ActivityView, motion = true): string =>
  renderToString(<Activity live={reply} styles={plainStyles} motion={motion} {...view} />, {columns: 200});

describe('the activity line', () => {
  it.each([30, 40, 60, 80, 200])('fits into %d columns and never loses the key that stops', columns => {
    for (const thought of ['', 'What is known of it so far is not much, but it may do.']) {
      for (const phase of ['connecting', 'loading', 'reading', 'reasoning', 'answering'] as const) {
        const line = drawn(live({phase, ratio: 0.5}), {columns, thought});
        expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        expect(stringWidth(line)).toBe(activityWidth(live({phase, ratio: 0.5}), {columns, thought}));
        expect(line).toContain('50 % · 0 s · Esc stops');
      }
    }
  });

  it.each([30, 80])('counts down a pause in %d columns, and never loses the key that stops', columns => {
    const wait = {reason: 'OpenAI asks \u001b[2Jto slow down', attempt: 1, ms: 6_200};
    const line = drawn(live({phase: 'waiting', wait}), {columns, thought: 'hm'});
    expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(stringWidth(line)).toBe(activityWidth(live({phase: 'waiting', wait}), {columns, thought: 'hm'}));
    expect(line).toContain('again in 7 s · Esc stops');
    if (columns === 80) expect(line).toContain('OpenAI asks ␛[2Jto slow down');
  });

  it('shows the thought where there is room for it, and then the short name of the model', () => {
    const thought = 'A thought that is too long for the rest of the line, and is cut.';
    expect(drawn(live({model: 'ollama/qwen3:4b'}), {columns: 80, thought})).toMatch(
      /^. thinking: qwen3:4b · 0 s · Esc stops · A thought that is too long for the res…$/,
    );
    expect(drawn(live({model: 'ollama/qwen3:4b'}), {columns: 40, thought})).not.toContain('thought');
    expect(drawn(live({model: 'ollama/qwen3:4b'}), {columns: 80})).toContain('thinking: ollama/qwen3:4b ');
  });

  it('has a mark that stands still where nothing may move', () => {
    expect(drawn(live(), {}, false)).toMatch(/^… thinking/);
    expect(drawn(live(), {})).not.toMatch(/^…/);
  });
});
