import {describe, expect, it} from 'vitest';
import {createServices} from '../../src/cli/createServices.ts';
import {isolatedEnvironment} from './fakeServices.ts';

const usage = {input: 1_000, output: 500, estimated: false};
const created = Date.UTC(2026, 5, 1);

describe('what an answer costs', () => {
  it.each([
    ['ollama/qwen2.5:3b', 0],
    ['local/guide', 0],
    ['openai/gpt-4o-mini', 0.000_45],
    ['openai/no-such-model', undefined],
    ['unknown/gpt-4o-mini', undefined],
    ['', undefined],
  ])('by %s is %s', async (model, price) => {
    const services = createServices(isolatedEnvironment({OPENAI_API_KEY: 'sk-1'}));
    expect(await services.priceOf({model, usage, created})).toBe(price);
    await services.close();
  });

  it('is not that of a cloud when another server stands in its place', async () => {
    const services = createServices(isolatedEnvironment({OPENAI_BASE_URL: 'https://gateway.example/v1'}));
    expect(await services.priceOf({model: 'openai/gpt-4o-mini', usage, created})).toBeUndefined();
    await services.close();
  });

  it('is not known without counts', async () => {
    const services = createServices(isolatedEnvironment());
    expect(await services.priceOf({model: 'openai/gpt-4o-mini', created})).toBeUndefined();
    await services.close();
  });
});
