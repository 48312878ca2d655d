import type {Backend} from '../../core/backend.ts';
import {LlmError} from '../../core/errors.ts';
import type {Services} from '../createServices.ts';

/** The one name that follows an action. Throws `LlmError` (`usage`). */
export function oneName(action: string, [typed, ...more]: readonly string[]): string {
  if (typed !== undefined && more.length === 0) return typed;
  throw new LlmError({
    kind: 'usage',
    message: `models ${action} wants one model, got ${typed === undefined ? 0 : more.length + 1}`,
    hint: `For example: llm models ${action} ollama/qwen2.5:3b`,
  });
}

/** The one model that an action is about. Throws `LlmError` (`usage`, `model-unknown`, `auth`, `unreachable`). */
export async function namedModel(
  action: string,
  words: readonly string[],
  services: Pick<Services, 'resolveName' | 'resolve'>,
): Promise<{name: string; backend: Backend; model: string}> {
  const name = await services.resolveName(oneName(action, words));
  return {name, ...(await services.resolve(name))};
}
