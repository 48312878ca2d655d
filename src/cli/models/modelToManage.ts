import {formatHubName, type HubName} from '../../backends/hub/hubName.ts';
import type {Backend} from '../../core/backend.ts';
import {LlmError} from '../../core/errors.ts';
import type {Services} from '../createServices.ts';
import {hubNameOf} from './hubNameOf.ts';

/** Where a name without a backend is taken to belong. */
const usualBackend = 'ollama';
/** Where a model of the hub is taken to belong. */
const fileBackend = 'local';

export type ManagedModel = {id: string; name: string; backend: Backend; model: string};

/**
 * The model that an action is about, which need not be there: `BACKEND/MODEL`, `hf:…`, or the name alone for Ollama, with
 * all the slashes that it has. With `ollama` one of the hub is Ollama's too. Throws `LlmError` (`auth`, `config`, `usage`).
 */
export async function modelToManage(
  typed: string,
  {backends, settings, environment}: Pick<Services, 'backends' | 'settings' | 'environment'>,
  {ollama = false}: {ollama?: boolean} = {},
): Promise<ManagedModel> {
  const meant = settings.alias?.[typed] ?? typed;
  const hub = hubNameOf(meant.replace(/^local\/(?=hf:)/, ''), {...environment});
  if (hub && ollama) {
    const model = nameForOllama(hub);
    return {
      id: usualBackend,
      name: `${usualBackend}/${model}`,
      backend: await backends.open(usualBackend),
      model,
    };
  }
  if (hub) {
    const model = formatHubName(hub);
    return {id: fileBackend, name: model, backend: await backends.open(fileBackend), model};
  }
  const slash = meant.indexOf('/');
  const hasBackend = slash > 0 && backends.find(meant.slice(0, slash)) !== undefined;
  const id = hasBackend ? meant.slice(0, slash) : usualBackend;
  if (ollama && id !== usualBackend)
    throw new LlmError({kind: 'usage', message: `--ollama does not go with a model of ${id}`});
  const model = hasBackend ? meant.slice(slash + 1) : meant;
  return {id, name: `${id}/${model}`, backend: await backends.open(id), model};
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
