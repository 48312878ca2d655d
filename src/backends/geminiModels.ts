import type {Model} from '../core/backend.ts';
import {listOf, objectOf, optional, positiveOf, textOf} from './jsonFields.ts';

/** Reads one page of `GET /models`, and the token of the next one. Undefined when it is no such list. */
export function readGeminiList(body: unknown, backend: string): {models: Model[]; next?: string} | undefined {
  const fields = objectOf(body);
  // A list without models has no field for them.
  if (
    !fields ||
    (fields.models === undefined ? Object.keys(fields).length > 0 : !Array.isArray(fields.models))
  )
    return undefined;
  const models = listOf(fields.models)
    .filter(answers)
    .flatMap(entry => readGeminiModel(entry, backend) ?? []);
  const next = textOf(fields.nextPageToken);
  return {models, ...(next && {next})};
}

/** Reads one model as the list has it. */
export function readGeminiModel(entry: unknown, backend: string): Model | undefined {
  const fields = objectOf(entry);
  const id = textOf(fields?.name)?.replace(/^models\//, '');
  return id ? {id, backend, ...optional('contextMax', positiveOf(fields?.inputTokenLimit))} : undefined;
}

/** Models for embeddings, images and speech are in the list too. */
function answers(entry: unknown): boolean {
  const methods = objectOf(entry)?.supportedGenerationMethods;
  return !Array.isArray(methods) || methods.includes('generateContent');
}
