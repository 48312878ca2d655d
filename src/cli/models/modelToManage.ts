import {managedName, splitName} from '../../commands/managedName.ts';
import type {Backend} from '../../core/backend.ts';
import {LlmError} from '../../core/errors.ts';
import type {Services} from '../createServices.ts';

/**
 * The model that an action is about, which need not be there: see `managedName`. Throws `LlmError` (`auth`, `config`).
 */
export async function modelToManage(
  typed: string,
  {backends, settings}: Pick<Services, 'backends' | 'settings'>,
): Promise<{id: string; name: string; backend: Backend; model: string}> {
  const name = managedName(typed, {
    aliases: settings.alias,
    isBackend: id => backends.find(id) !== undefined,
  });
  const {backend: id, model} = splitName(name);
  return {id, name, backend: await backends.open(id), model};
}

/** The error for a backend that cannot do what is asked. */
export function cannotManage(backend: Backend, what: string): LlmError {
  return new LlmError({
    kind: 'capability',
    message: `${backend.label} does not ${what} models by asking`,
    hint: 'Its own program does.',
  });
}
