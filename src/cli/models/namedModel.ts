import type {Backend} from '../../core/backend.ts';
import {LlmError} from '../../core/errors.ts';
import type {Services} from '../createServices.ts';

/** The one model that an action is about. Throws `LlmError` (`usage`, `model-unknown`, `auth`, `unreachable`). */
export async function namedModel(
  action: string,
  words: readonly string[],
  services: Pick<Services, 'resolveName' | 'resolve'>,
): Promise<{name: string; backend: Backend; model: string}> {
  const [typed, ...more] = words;
  if (typed === undefined || more.length > 0)
    throw new LlmError({
      kind: 'usage',
      message: `models ${action} wants one model, got ${words.length}`,
      hint: `For example: llm models ${action} ollama/qwen2.5:3b`,
    });
  const name = await services.resolveName(typed);
  return {name, ...(await services.resolve(name))};
}
