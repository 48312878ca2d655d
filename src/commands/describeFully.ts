import type {Backend, Model} from '../core/backend.ts';

/**
 * All that a backend knows of a model: what describing it tells, and what only its list has, such as size and digest.
 * Throws `LlmError` where it cannot be described.
 */
export async function describeFully(backend: Backend, model: string, signal: AbortSignal): Promise<Model> {
  const [described, listed] = await Promise.all([
    backend.describe(model, signal),
    backend.models(signal).catch(() => []),
  ]);
  const known = listed.find(({id}) => id === described.id || id === `${described.id}:latest`);
  return {...known, ...described};
}
