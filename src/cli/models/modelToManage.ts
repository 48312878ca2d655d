import {type HubName, parseHubName} from '../../backends/hub/hubName.ts';
import {managedName, splitName} from '../../commands/managedName.ts';
import type {Backend} from '../../core/backend.ts';
import {LlmError} from '../../core/errors.ts';
import type {Services} from '../createServices.ts';
import {hubHosts} from './hubHosts.ts';

/** Which server pulls a model of the hub with `--ollama`. */
const hubServer = 'ollama';

export type ManagedModel = {id: string; name: string; backend: Backend; model: string};

/**
 * The model that an action is about, which need not be there: `BACKEND/MODEL`, `hf:…`, or the name alone for Ollama, with
 * all the slashes that it has. With `ollama` one of the hub is Ollama's too. `find` reads the name. Throws `LlmError`
 * (`auth`, `config`, `usage`).
 */
export async function modelToManage(
  typed: string,
  {backends, settings, environment}: Pick<Services, 'backends' | 'settings' | 'environment'>,
  {ollama = false, find = managedName}: {ollama?: boolean; find?: typeof managedName} = {},
): Promise<ManagedModel> {
  const name = find(typed, {
    aliases: settings.alias ?? {},
    isBackend: id => backends.find(id) !== undefined,
    hubHosts: hubHosts(environment),
  });
  const {backend: id, model} = splitName(name);
  const hub = model.startsWith('hf:') ? parseHubName(model) : undefined;
  if (hub && ollama) {
    const named = nameForOllama(hub);
    return {
      id: hubServer,
      name: `${hubServer}/${named}`,
      backend: await backends.open(hubServer),
      model: named,
    };
  }
  if (ollama && id !== hubServer)
    throw new LlmError({kind: 'usage', message: `--ollama does not go with a model of ${id}`});
  return {id, name: hub ? model : name, backend: await backends.open(id), model};
}

/** Source: https://huggingface.co/docs/hub/ollama; the tag is a quantisation or the name of a file. */
function nameForOllama({repo, quant, file}: HubName): string {
  const tag = file?.split('/').at(-1) ?? quant;
  return `hf.co/${repo}${tag === undefined ? '' : `:${tag}`}`;
}

/** The error for a backend that cannot do what is asked. */
export function cannotManage(backend: Backend, what: string): LlmError {
  return new LlmError({
    kind: 'capability',
    message: `${backend.label} does not ${what} models by asking`,
    hint: 'Its own program does.',
  });
}
