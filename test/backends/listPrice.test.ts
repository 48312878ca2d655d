import {describe, expect, it} from 'vitest';
import {listPrice} from '../../src/backends/listPrice.ts';
import {presets} from '../../src/backends/presets.ts';

const tokens = {input: 1_000_000, output: 100_000, cached: 0, estimated: false};
const at = Date.UTC(2026, 5, 1);
const openai = 'https://api.openai.com/v1';

describe('the price list', () => {
  it.each([
    ['openai', 'gpt-4o-mini'],
    ['mistral', 'mistral-small-latest'],
    ['deepseek', 'deepseek-chat'],
    ['groq', 'llama-3.3-70b-versatile'],
    ['openrouter', 'openai/gpt-4o-mini'],
    ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
    ['xai', 'grok-4'],
  ])('knows %s by its address, and %s there', async (id, model) => {
    const url = presets.find(preset => preset.id === id)?.baseUrl ?? '';
    expect(await listPrice({url, model, tokens, at})).toBeGreaterThan(0);
  });

  it('adds up what comes in and what goes out, and takes less for what was cached', async () => {
    const whole = await listPrice({url: openai, model: 'gpt-4o-mini', tokens, at});
    expect(whole).toBe(0.21);
    const cached = await listPrice({
      url: openai,
      model: 'gpt-4o-mini',
      tokens: {...tokens, cached: 500_000},
      at,
    });
    expect(cached).toBe(0.1725);
  });

  it.each([
    [openai, 'no-such-model'],
    ['https://gateway.example/v1', 'gpt-4o-mini'],
    ['not an address', 'gpt-4o-mini'],
  ])('knows no price at %s for %s', async (url, model) => {
    expect(await listPrice({url, model, tokens, at})).toBeUndefined();
  });

  it('knows none for counts that make no sense together', async () => {
    const odd = {input: 10, output: Number.NaN, cached: 0, estimated: false};
    expect(await listPrice({url: openai, model: 'gpt-4o-mini', tokens: odd, at})).toBeUndefined();
  });
});
