import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {createKeyBindings} from '../../src/commands/keyBindings.ts';
import {contextUse} from '../../src/core/contextUse.ts';
import type {WindowUse} from '../../src/ui/createContextGauge.ts';
import {contextStyle, type StatusFacts, statusText} from '../../src/ui/StatusLine.tsx';
import {emptyConversation} from '../core/sampleSession.ts';

const use = (change: Partial<WindowUse>): WindowUse => ({...contextUse(emptyConversation()), ...change});

const facts = (change: Partial<StatusFacts> = {}): StatusFacts => ({
  conversation: emptyConversation({model: 'ollama/qwen2.5-coder:3b'}),
  window: use({used: 1_234, window: 8_192, limit: 8_192}),
  cost: {dollars: 0, unpriced: 0, estimated: false},
  columns: 79,
  isStreaming: false,
  choosing: null,
  hint: '',
  labelOf: createKeyBindings().labelOf,
  ...change,
});

const line = (change?: Partial<StatusFacts>): string => Object.values(statusText(facts(change))).join('');

describe('the status line', () => {
  it('says which model answers, how full its context is and what to press', () => {
    expect(line()).toBe('ollama/qwen2.5-coder:3b · 1.2k of 8.2k tokens (15 %) · /help · Ctrl+D quits');
  });

  it('says what is under way beside the chat, and on a narrow line rather that than the context', () => {
    const background = '↓ phi4 43 %';
    expect(line({background})).toBe('ollama/qwen2.5-coder:3b · ↓ phi4 43 % · 15 % · /help · Ctrl+D quits');
    expect(line({background, columns: 40})).toMatch(/↓ phi4 43 % · \/help/);
    for (let columns = 20; columns < 100; columns++)
      expect(stringWidth(line({background, columns}))).toBeLessThanOrEqual(columns);
  });

  it.each([
    [{used: 1_234, window: 8_192, estimated: true}, '~1.2k of 8.2k tokens (15 %)'],
    [{used: 1_234}, '1.2k tokens'],
    [{used: 0, window: 8_192}, '8.2k context'],
    [{used: 9_900, window: 8_192}, '9.9k of 8.2k tokens (121 %)'],
  ])('shows %j as %s', (change, context) => {
    expect(statusText(facts({window: use(change)})).context).toBe(` · ${context} · `);
  });

  it.each([
    [{dollars: 0.0123, unpriced: 0, estimated: false}, ' · $0.012 · '],
    [{dollars: 0.0123, unpriced: 2, estimated: true}, ' · ~$0.012+ · '],
    [{dollars: 0, unpriced: 2, estimated: false}, '(15 %) · /help'],
  ])('shows the cost %j behind the context', (cost, words) => {
    expect(line({cost, columns: 100})).toContain(words);
  });

  it('shortens the context before it drops the cost', () => {
    const cost = {dollars: 0.0123, unpriced: 0, estimated: false};
    expect(line({cost, columns: 55})).toBe('ollama/q…oder:3b · 15 % · $0.012 · /help · Ctrl+D quits');
    expect(line({cost, columns: 40})).not.toContain('$');
  });

  it('shows nothing of a context of which nothing is known', () => {
    expect(line({window: use({used: 0})})).toBe('ollama/qwen2.5-coder:3b · /help · Ctrl+D quits');
    expect(line({window: undefined})).toBe('ollama/qwen2.5-coder:3b · /help · Ctrl+D quits');
  });

  it('fits every width, shortening the name in the middle before a key goes', () => {
    for (let columns = 1; columns < 90; columns++) {
      for (const change of [{}, {isStreaming: true}, {choosing: []}, {choosing: ['Ctrl+X delete']}]) {
        const text = line({...change, columns});
        if (columns >= 25) expect(stringWidth(text), text).toBeLessThanOrEqual(columns);
      }
    }
    expect(line({columns: 40})).toBe('ollam…r:3b · 15 % · /help · Ctrl+D quits');
    expect(line({columns: 34})).toContain('/help · Ctrl+D quits');
    expect(line({columns: 70})).toMatch(
      /^ollama\/qw…coder:3b · 1\.2k of 8\.2k tokens \(15 %\) · \/help · Ctrl\+D quits$/,
    );
  });

  it('leaves a name out of which a list with many keys would leave a letter or two', () => {
    const choosing = ['Ctrl+X delete', 'Alt+R rename', 'Alt+A archive'];
    expect(line({choosing})).toBe(
      'Enter chooses · Ctrl+X delete · Alt+R rename · Alt+A archive · Esc closes',
    );
    expect(line({choosing, columns: 110})).toMatch(/^ollama\/qwen2\.5-coder:3b · .*Enter chooses · Ctrl/);
  });

  it('keeps the way to choose and the way out of a list where there is no room for its other keys', () => {
    const choosing = ['Alt+S favourite'];
    expect(line({choosing, columns: 44})).toBe('Enter chooses · Alt+S favourite · Esc closes');
    expect(line({choosing, columns: 39})).toContain('Enter chooses · Esc closes');
  });

  it('gives a hint the place of the keys', () => {
    expect(line({hint: 'Ctrl+C again quits'})).toContain('tokens (15 %) · Ctrl+C again quits');
    expect(line({hint: 'Ctrl+C again quits', columns: 20})).toContain('Ctrl+C again quits');
  });

  it('begins with what typing does where that changes, but not over a list, in which one always types', () => {
    expect(line({mode: 'normal'})).toMatch(/^-- NORMAL -- ollama\/\S+ · 15 % · \/help · Ctrl\+D quits$/);
    expect(line({mode: 'insert', isStreaming: true})).toMatch(/^-- INSERT -- .*Esc stops/);
    expect(line({mode: 'visual', choosing: []})).toMatch(/^ollama/);
    for (let columns = 40; columns < 100; columns++)
      expect(stringWidth(line({mode: 'visual', columns}))).toBeLessThanOrEqual(columns);
  });

  it('shows the escape sequences in a name as text', () => {
    const model = 'ollama/\u001b[31mred';
    expect(line({conversation: emptyConversation({model})})).not.toContain('\u001b');
  });

  it.each([
    [{used: 6_500, limit: 8_192}, 'status'],
    [{used: 6_554, limit: 8_192}, 'warning'],
    [{used: 7_783, limit: 8_192}, 'error'],
    [{used: 8_000, window: 8_192, limit: 131_072}, 'status'],
    [{used: 8_000, window: 8_192}, 'status'],
  ])('colours %j as %s', (change, style) => {
    expect(contextStyle(use(change))).toBe(style);
  });
});
