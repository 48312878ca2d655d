import {LlmError} from '../core/errors.ts';
import type {Message} from '../core/message.ts';
import type {ThinkLevel} from '../core/options.ts';
import type {ReplyRequest} from '../core/reply.ts';
import {listOf, objectOf} from './jsonFields.ts';
import {messageImages, messageText, toBase64} from './messageText.ts';
import {readComplaint} from './serverErrors.ts';

const budgets = {off: 0, low: 1_024, medium: 8_192, high: 24_576, max: 24_576} as const;
const levels = {off: 'minimal', low: 'low', medium: 'medium', high: 'high', max: 'high'} as const;

/**
 * The body of `POST /models/M:streamGenerateContent`. `refused` holds what the model has not taken before: names of
 * fields of `generationConfig`, `systemInstruction`, and `thinkingLevel` or `thinkingBudget` for one way to say it.
 *
 * https://ai.google.dev/api/generate-content
 */
export function geminiRequest(request: ReplyRequest, refused: ReadonlySet<string>): Record<string, unknown> {
  const {model, messages, options, think, schema} = request;
  const system = messages
    .filter(message => message.role === 'system')
    .map(messageText)
    .join('\n\n');
  const contents = messages.flatMap(wireMessage);
  const config: Record<string, unknown> = {
    temperature: options.temperature,
    topP: options.top_p,
    topK: options.top_k,
    seed: options.seed,
    maxOutputTokens: options.max_tokens,
    stopSequences: options.stop && [...options.stop],
    presencePenalty: options.presence_penalty,
    frequencyPenalty: options.frequency_penalty,
    thinkingConfig: thinkingConfig(model, think, refused),
    ...(schema && {responseMimeType: 'application/json', ...schemaField(schema, refused)}),
  };
  const given = Object.entries(config).filter(([name, value]) => value !== undefined && !refused.has(name));
  const instructs = system !== '' && !refused.has('systemInstruction');
  return {
    // A model that takes no instruction reads it before the first words.
    contents: system !== '' && !instructs ? withPreface(contents, system) : contents,
    ...(instructs && {systemInstruction: {parts: [{text: system}]}}),
    ...(given.length > 0 && {generationConfig: Object.fromEntries(given)}),
  };
}

type Content = {role: 'user' | 'model'; parts: object[]};

function wireMessage(message: Message): Content[] {
  if (message.role === 'system') return [];
  const text = messageText(message);
  const parts = [
    ...messageImages(message).map(({mediaType, data}) => ({
      inlineData: {mimeType: mediaType, data: toBase64(data)},
    })),
    ...(text === '' ? [] : [{text}]),
  ];
  return parts.length === 0 ? [] : [{role: message.role === 'assistant' ? 'model' : 'user', parts}];
}

function withPreface(contents: Content[], text: string): Content[] {
  const [first, ...rest] = contents;
  return first?.role === 'user'
    ? [{...first, parts: [{text}, ...first.parts]}, ...rest]
    : [{role: 'user', parts: [{text}]}, ...contents];
}

/**
 * From the third generation on there are levels of thinking, before it a number of tokens. Without a wish the thoughts
 * are asked for all the same where they are known to exist, so that a long silence is seen to be thinking.
 */
function thinkingConfig(
  model: string,
  think: ThinkLevel | undefined,
  refused: ReadonlySet<string>,
): object | undefined {
  const hasLevels = /gemini-([3-9]|\d\d)/.test(model);
  if (think === undefined) {
    return hasLevels || /gemini-2\.5-(pro|flash)(?!.*(image|tts|audio|live))/.test(model)
      ? {includeThoughts: true}
      : undefined;
  }
  const shown = think === 'off' ? {} : {includeThoughts: true};
  if (hasLevels ? !refused.has('thinkingLevel') : refused.has('thinkingBudget'))
    return {...shown, thinkingLevel: levels[think]};
  return {...shown, thinkingBudget: budgets[think]};
}

/** The newer field takes JSON Schema, the older one a part of it. */
function schemaField(schema: object, refused: ReadonlySet<string>): object {
  return refused.has('responseJsonSchema')
    ? {responseSchema: openApiSchema(schema)}
    : {responseJsonSchema: schema};
}

const openApiKeys = new Set([
  ...['type', 'format', 'title', 'description', 'nullable', 'enum', 'items', 'minItems', 'maxItems'],
  ...[
    'properties',
    'required',
    'minimum',
    'maximum',
    'minLength',
    'maxLength',
    'pattern',
    'anyOf',
    'default',
  ],
]);

/** What of a JSON Schema the older field takes. */
function openApiSchema(schema: unknown): unknown {
  const fields = objectOf(schema);
  if (!fields) return schema;
  const kept = Object.entries(fields).filter(([key]) => openApiKeys.has(key));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (key === 'properties') {
        const properties = Object.entries(objectOf(value) ?? {});
        return [key, Object.fromEntries(properties.map(([name, each]) => [name, openApiSchema(each)]))];
      }
      if (key === 'items') return [key, openApiSchema(value)];
      return [key, key === 'anyOf' ? listOf(value).map(openApiSchema) : value];
    }),
  );
}

/** What of a request a model does not take, in the names that `geminiRequest` knows. */
export function geminiRefusal(thrown: unknown, body: Readonly<Record<string, unknown>>): string | undefined {
  if (!(thrown instanceof LlmError) || thrown.status !== 400) return undefined;
  if (thrown.kind !== 'bad-request' && thrown.kind !== 'capability') return undefined;
  const {text} = readComplaint(thrown.detail ?? '');
  const config = objectOf(body.generationConfig) ?? {};
  const thinking = objectOf(config.thinkingConfig);
  if (body.systemInstruction && /(developer|system).?instruction/i.test(text)) return 'systemInstruction';
  if (thinking && /think|budget/i.test(text)) {
    if (thinking.thinkingLevel !== undefined && /level/i.test(text)) return 'thinkingLevel';
    if (thinking.thinkingBudget !== undefined && /Unknown name "?thinking_?budget/i.test(text))
      return 'thinkingBudget';
    return 'thinkingConfig';
  }
  if (config.responseJsonSchema && /response_?json_?schema/i.test(text)) return 'responseJsonSchema';
  if (!/unknown name|not (enabled|supported)|unsupported|cannot find field/i.test(text)) return undefined;
  if (/penalty is not enabled/i.test(text))
    return ['presencePenalty', 'frequencyPenalty'].find(name => config[name] !== undefined);
  const plain = text.replaceAll('_', '').toLowerCase();
  return Object.keys(config).find(name => plain.includes(name.toLowerCase()));
}
