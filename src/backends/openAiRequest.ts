import {LlmError} from '../core/errors.ts';
import type {ThinkLevel} from '../core/options.ts';
import type {ReplyRequest} from '../core/reply.ts';
import {isStrictSchema} from './isStrictSchema.ts';
import {messageImages, messageText, toBase64} from './messageText.ts';
import type {Dialect} from './presets.ts';
import {readComplaint} from './serverErrors.ts';

/** The body of `POST /v1/chat/completions`, with the fields that a server once refused left out. */
export function openAiRequest(
  request: ReplyRequest,
  dialect: Dialect,
  refused: ReadonlySet<string>,
): Record<string, unknown> {
  const {model, messages, options, think, schema} = request;
  const fields: Record<string, unknown> = {
    model,
    messages: messages.map(message => {
      const text = messageText(message);
      const images = messageImages(message).map(({mediaType, data}) => ({
        type: 'image_url',
        image_url: {url: `data:${mediaType};base64,${toBase64(data)}`},
      }));
      const content = images.length === 0 ? text : [...(text ? [{type: 'text', text}] : []), ...images];
      return {role: message.role, content};
    }),
    stream: true,
    ...(dialect.usageOnRequest && {stream_options: {include_usage: true}}),
    ...(dialect.promptProgress && {return_progress: true}),
    temperature: options.temperature,
    top_p: options.top_p,
    [dialect.seedField ?? 'seed']: options.seed,
    presence_penalty: options.presence_penalty,
    frequency_penalty: options.frequency_penalty,
    stop: options.stop && [...options.stop],
    ...(dialect.repeatField && {
      top_k: options.top_k,
      min_p: options.min_p,
      [dialect.repeatField]: options.repeat_penalty,
    }),
    ...(think !== undefined && thinkFields(think, dialect)),
    ...(schema &&
      dialect.schema && {
        response_format: {
          type: 'json_schema',
          json_schema: {name: 'answer', strict: isStrictSchema(schema), schema},
        },
      }),
  };
  const other = dialect.lengthField === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  fields[refused.has(dialect.lengthField) ? other : dialect.lengthField] = options.max_tokens;
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== undefined && !refused.has(name)),
  );
}

function thinkFields(think: ThinkLevel, dialect: Dialect): Record<string, unknown> {
  const effort = think === 'off' ? 'none' : think === 'max' ? 'high' : think;
  switch (dialect.thinking) {
    case 'effort':
      return {reasoning_effort: effort};
    case 'switch':
      return {reasoning_effort: think === 'off' ? 'none' : 'high'};
    case 'template':
      return {
        chat_template_kwargs: {
          enable_thinking: think !== 'off',
          ...(think !== 'off' && {reasoning_effort: effort}),
        },
      };
    default:
      return {};
  }
}

const indispensable = new Set(['model', 'messages', 'stream']);

/**
 * The field of a request that a server does not take at all, if that is what it complains about. A field whose value
 * it finds wrong is not meant: leaving out what a person asked for would be no remedy.
 */
export function refusedField(thrown: unknown, body: Readonly<Record<string, unknown>>): string | undefined {
  if (!(thrown instanceof LlmError) || thrown.kind !== 'bad-request') return undefined;
  if (thrown.status !== 400 && thrown.status !== 422) return undefined;
  const {text, code, type, param} = readComplaint(thrown.detail ?? '');
  const words = `${code} ${type} ${text}`;
  if (
    !/unsupported|n[o']t support|unknown|unrecogni[sz]ed|unexpected|extra|not (permitted|allowed)/i.test(
      words,
    )
  ) {
    return undefined;
  }
  const names = Object.keys(body).filter(name => body[name] !== undefined && !indispensable.has(name));
  const head = param.split(/[.[]/, 1)[0];
  return names.find(name => name === head) ?? names.find(name => new RegExp(`\\b${name}\\b`).test(words));
}
