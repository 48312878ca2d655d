import type {Model, ModelCapability} from '../core/backend.ts';
import {type JsonObject, listOf, objectOf, optional, positiveOf, textOf} from './jsonFields.ts';
import {ollamaAbilities} from './modelAbilities.ts';

/** What `/api/ps` says about one loaded model. */
export type LoadedModel = {name: string} & Pick<Model, 'context' | 'memory' | 'gpuMemory' | 'expires'>;

/** Reads `GET /api/ps`. */
export function readLoaded(body: unknown): LoadedModel[] {
  return listOf(objectOf(body)?.models).flatMap(entry => {
    const fields = objectOf(entry);
    const name = textOf(fields?.model) ?? textOf(fields?.name);
    const expires = Date.parse(textOf(fields?.expires_at) ?? '');
    const onGpu = fields?.size_vram;
    return name
      ? [
          {
            name,
            ...optional('context', positiveOf(fields?.context_length)),
            ...optional('memory', positiveOf(fields?.size)),
            // None of it being there is worth telling too.
            ...(typeof onGpu === 'number' && onGpu >= 0 && {gpuMemory: onGpu}),
            ...(!Number.isNaN(expires) && {expires}),
          },
        ]
      : [];
  });
}

/** The loaded model of a name; `llama3.2` and `llama3.2:latest` are the same. */
export function findLoaded(loaded: readonly LoadedModel[], model: string): LoadedModel | undefined {
  return loaded.find(entry => withTag(entry.name) === withTag(model));
}

/** Reads `GET /api/tags`; undefined when it is no such list. A name that comes twice counts once. */
export function readTags(
  body: unknown,
  backend: string,
  loaded: readonly LoadedModel[],
): Model[] | undefined {
  const models = objectOf(body)?.models;
  // A server without models writes null.
  if (models !== null && !Array.isArray(models)) return undefined;
  const read = listOf(models).flatMap(entry => {
    const fields = objectOf(entry);
    const id = textOf(fields?.model) ?? textOf(fields?.name);
    return fields && id ? [modelOf(fields, id, backend, findLoaded(loaded, id))] : [];
  });
  return [...new Map(read.map(model => [model.id, model])).values()];
}

/** Reads `POST /api/show` of one model. */
export function readShow(body: unknown, id: string, backend: string, loaded: readonly LoadedModel[]): Model {
  const fields = objectOf(body) ?? {};
  const info = objectOf(fields.model_info) ?? {};
  const architecture = textOf(info['general.architecture']);
  const contextMax =
    positiveOf(info[`${architecture}.context_length`]) ??
    positiveOf(Object.entries(info).find(([key]) => key.endsWith('.context_length'))?.[1]);
  return {
    ...modelOf(fields, id, backend, findLoaded(loaded, id)),
    ...optional('contextMax', contextMax),
    texts: {
      ...optional('parameters', textOf(fields.parameters)),
      ...optional('system', textOf(fields.system)),
      ...optional('template', textOf(fields.template)),
      ...optional('licence', textOf(fields.license)),
    },
  };
}

function modelOf(fields: JsonObject, id: string, backend: string, loaded: LoadedModel | undefined): Model {
  const details = objectOf(fields.details);
  const modified = Date.parse(textOf(fields.modified_at) ?? '');
  const capabilities = capabilitiesOf(fields.capabilities);
  return {
    id,
    backend,
    loaded: loaded !== undefined,
    ...optional('size', positiveOf(fields.size)),
    ...optional('parameters', textOf(details?.parameter_size)),
    ...optional('quantization', textOf(details?.quantization_level)),
    ...optional('contextMax', positiveOf(details?.context_length)),
    ...optional('context', loaded?.context),
    ...optional('memory', loaded?.memory),
    ...optional('gpuMemory', loaded?.gpuMemory),
    ...optional('expires', loaded?.expires),
    ...optional('digest', textOf(fields.digest)),
    ...(!Number.isNaN(modified) && {modified}),
    ...ollamaAbilities(id, capabilities),
  };
}

const capabilityNames: Readonly<Record<string, ModelCapability>> = {
  completion: 'chat',
  thinking: 'thinking',
  vision: 'vision',
  tools: 'tools',
  embedding: 'embedding',
};

function capabilitiesOf(value: unknown): ModelCapability[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap(name => {
    const known =
      typeof name === 'string' && Object.hasOwn(capabilityNames, name) ? capabilityNames[name] : undefined;
    return known ? [known] : [];
  });
}

function withTag(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).includes(':') ? name : `${name}:latest`;
}
