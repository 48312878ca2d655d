import type {Backend} from '../../core/backend.ts';
import {LlmError} from '../../core/errors.ts';
import type {Services} from '../createServices.ts';

/** Where a name without a backend is taken to belong. */
const usualBackend = 'ollama';

/**
 * The model that an action is about, which need not be there: `BACKEND/MODEL`, or the name alone for Ollama, with all the
 * slashes that it has. Throws `LlmError` (`auth`, `config`).
 */
export async function modelToManage(
  typed: string,
  {backends, settings}: Pick<Services, 'backends' | 'settings'>,
): Promise<{id: string; name: string; backend: Backend; model: string}> {
  const meant = settings.alias?.[typed] ?? typed;
  const slash = meant.indexOf('/');
  const hasBackend = slash > 0 && backends.find(meant.slice(0, slash)) !== undefined;
  const id = hasBackend ? meant.slice(0, slash) : usualBackend;
  const model = hasBackend ? meant.slice(slash + 1) : meant;
  return {id, name: `${id}/${model}`, backend: await backends.open(id), model};
}

/** The error for a backend that cannot do what is asked. */
export function cannotManage(backend: Backend, what: string): LlmError {
  return new LlmError({
    kind: 'capability',
    message: `${backend.label} does not ${what} models by asking`,
    hint: 'Its own program does.',
  });
}
