import type {Model, ModelCapability} from '../core/backend.ts';
import {type JsonObject, listOf, objectOf, optional, positiveOf, textOf} from './jsonFields.ts';
import {listedAbilities} from './modelAbilities.ts';

/**
 * Reads a list of models as any OpenAI-style server sends it (`{data}`, `{models}` or a bare list), LM Studio's own
 * two lists included. Undefined when it is no such list. A name that comes twice counts once.
 */
export function readModelList(body: unknown, backend: string): Model[] | undefined {
  const fields = objectOf(body);
  const list = [body, fields?.data, fields?.models].find(Array.isArray);
  if (!list) return undefined;
  const models = listOf(list).flatMap(entry => {
    const each = typeof entry === 'string' ? {id: entry} : objectOf(entry);
    const model = each && readModel(each, backend);
    return model ? [model] : [];
  });
  return [...new Map(models.map(model => [model.id, model])).values()];
}

function readModel(fields: JsonObject, backend: string): Model | undefined {
  const id = textOf(fields.id) ?? textOf(fields.key) ?? textOf(fields.name) ?? textOf(fields.model);
  if (!id) return undefined;
  const meta = objectOf(fields.meta);
  const instances = Array.isArray(fields.loaded_instances)
    ? fields.loaded_instances.map(objectOf)
    : undefined;
  const instanceContext = positiveOf(objectOf(instances?.[0]?.config)?.context_length);
  const status = textOf(objectOf(fields.status)?.value) ?? textOf(fields.state);
  const loaded = instances ? instances.length > 0 : status ? status === 'loaded' : undefined;
  const created = positiveOf(fields.created);
  const capabilities = capabilitiesOf(fields);
  return {
    id,
    backend,
    ...optional('size', positiveOf(fields.size_bytes), positiveOf(meta?.size)),
    ...optional('parameters', textOf(fields.params_string)),
    ...optional('quantization', textOf(fields.quantization), textOf(objectOf(fields.quantization)?.name)),
    ...optional(
      'contextMax',
      positiveOf(fields.max_model_len),
      positiveOf(fields.max_context_length),
      positiveOf(fields.context_length),
      positiveOf(fields.context_window),
      positiveOf(meta?.n_ctx_train),
    ),
    ...optional(
      'context',
      instanceContext,
      positiveOf(fields.loaded_context_length),
      positiveOf(fields.max_model_len),
    ),
    ...optional('loaded', loaded),
    ...(created !== undefined && {modified: created * 1_000}),
    ...listedAbilities(fields, capabilities),
  };
}

function capabilitiesOf(fields: JsonObject): ModelCapability[] | undefined {
  const type = textOf(fields.type);
  const given = fields.capabilities;
  const named = Array.isArray(given) ? given : [];
  const flags = objectOf(given) ?? {};
  if (type === 'embedding' || type === 'embeddings') return ['embedding'];
  // Mistral lists models that read documents or moderate too.
  if (flags.completion_chat === false) return [];
  if (type !== 'llm' && type !== 'vlm' && given === undefined) return undefined;
  const sees = type === 'vlm' || flags.vision === true || named.includes('vision');
  const calls =
    flags.trained_for_tool_use === true || flags.function_calling === true || named.includes('tool_use');
  return [
    'chat',
    ...(sees ? (['vision'] as const) : []),
    ...(calls ? (['tools'] as const) : []),
    ...(objectOf(flags.reasoning) || flags.reasoning === true ? (['thinking'] as const) : []),
  ];
}
