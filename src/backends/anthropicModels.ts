import type {Model, ModelCapability} from '../core/backend.ts';
import {type JsonObject, listOf, objectOf, optional, positiveOf, textOf} from './jsonFields.ts';

/** What a model of Anthropic's takes; a missing field is unknown. */
export type AnthropicFacts = {
  /** The longest answer, in tokens. */
  maxTokens?: number;
  /** Decides by itself how long to think. */
  adaptive?: boolean;
  /** Thinks up to a number of tokens. */
  enabled?: boolean;
  /** The levels of effort that can be asked for. */
  efforts?: readonly string[];
  structured?: boolean;
};

/** Reads one page of `GET /v1/models`, and where the next one begins. Undefined when it is no such list. */
export function readAnthropicList(
  body: unknown,
  backend: string,
): {models: Model[]; next?: string} | undefined {
  const fields = objectOf(body);
  if (!Array.isArray(fields?.data)) return undefined;
  const models = listOf(fields.data).flatMap(entry => readAnthropicModel(entry, backend) ?? []);
  const next = fields.has_more === true ? textOf(fields.last_id) : undefined;
  return {models, ...(next && {next})};
}

/** Reads one model as the list has it. */
export function readAnthropicModel(entry: unknown, backend: string): Model | undefined {
  const fields = objectOf(entry);
  const id = textOf(fields?.id);
  if (!fields || !id) return undefined;
  const created = Date.parse(textOf(fields.created_at) ?? '');
  const given = objectOf(fields.capabilities);
  const capabilities: ModelCapability[] = ['chat', 'tools'];
  if (given && isSupported(given.image_input)) capabilities.push('vision');
  if (given && isSupported(given.thinking)) capabilities.push('thinking');
  return {
    id,
    backend,
    ...optional('contextMax', positiveOf(fields.max_input_tokens)),
    ...(created > 0 && {modified: created}),
    ...(given && {capabilities}),
  };
}

/** Reads what `GET /v1/models/ID` says a model takes. */
export function readAnthropicFacts(body: unknown): AnthropicFacts {
  const fields = objectOf(body) ?? {};
  const given = objectOf(fields.capabilities);
  const types = objectOf(objectOf(given?.thinking)?.types);
  const effort = objectOf(given?.effort);
  return {
    ...optional('maxTokens', positiveOf(fields.max_tokens)),
    ...(types && {adaptive: isSupported(types.adaptive), enabled: isSupported(types.enabled)}),
    ...(effort && {efforts: isSupported(effort) ? effortsOf(effort) : []}),
    ...(given && {structured: isSupported(given.structured_outputs)}),
  };
}

function effortsOf(effort: JsonObject): string[] {
  return Object.keys(effort).filter(level => isSupported(effort[level]));
}

function isSupported(value: unknown): boolean {
  return objectOf(value)?.supported === true;
}
