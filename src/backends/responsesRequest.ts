import {LlmError} from '../core/errors.ts';
import type {Message} from '../core/message.ts';
import type {ReplyRequest} from '../core/reply.ts';
import {isStrictSchema} from './isStrictSchema.ts';
import {messageImages, messageText, toBase64} from './messageText.ts';
import {refusedField} from './openAiRequest.ts';
import {readComplaint} from './serverErrors.ts';

/**
 * The body of `POST /v1/responses`; nothing is stored at the server. `refused` holds what the model has not taken before:
 * names of fields, and `reasoning.summary` for a part of one.
 *
 * https://platform.openai.com/docs/api-reference/responses/create
 */
export function responsesRequest(
  request: ReplyRequest,
  refused: ReadonlySet<string>,
): Record<string, unknown> {
  const {model, messages, options, schema} = request;
  const instructions = messages
    .filter(message => message.role === 'system')
    .map(messageText)
    .join('\n\n');
  const fields: Record<string, unknown> = {
    model,
    ...(instructions && {instructions}),
    input: messages.flatMap(wireMessage),
    stream: true,
    store: false,
    temperature: options.temperature,
    top_p: options.top_p,
    max_output_tokens: options.max_tokens,
    reasoning: reasoningOf(request, refused),
    ...(schema && {
      text: {format: {type: 'json_schema', name: 'answer', strict: isStrictSchema(schema), schema}},
    }),
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => value !== undefined && !refused.has(name)),
  );
}

/** Whether a request asks for nothing that only chat completions have. */
export function fitsResponses({options}: ReplyRequest): boolean {
  const {stop, seed, presence_penalty, frequency_penalty} = options;
  return [stop, seed, presence_penalty, frequency_penalty].every(value => value === undefined);
}

function wireMessage(message: Message): object[] {
  if (message.role === 'system') return [];
  const text = messageText(message);
  if (message.role === 'assistant') return text === '' ? [] : [{role: 'assistant', content: text}];
  const content = [
    ...messageImages(message).map(({mediaType, data}) => ({
      type: 'input_image',
      image_url: `data:${mediaType};base64,${toBase64(data)}`,
    })),
    ...(text === '' ? [] : [{type: 'input_text', text}]),
  ];
  return content.length === 0 ? [] : [{role: 'user', content}];
}

/** A summary of the thinking is asked for where a model is known to think, so that a long silence is seen to be that. */
function reasoningOf({model, think}: ReplyRequest, refused: ReadonlySet<string>): object | undefined {
  const thinks = /^(o\d|gpt-([5-9]|\d\d))/.test(model) && !/chat/.test(model);
  const effort =
    think === undefined ? undefined : think === 'off' ? 'none' : think === 'max' ? 'high' : think;
  const summary = think !== 'off' && (thinks || think !== undefined) && !refused.has('reasoning.summary');
  if (effort === undefined && !summary) return undefined;
  return {...(effort && {effort}), ...(summary && {summary: 'auto'})};
}

/** What of a request a model does not take, in the names that `responsesRequest` knows. */
export function responsesRefusal(
  thrown: unknown,
  body: Readonly<Record<string, unknown>>,
): string | undefined {
  if (thrown instanceof LlmError && thrown.status === 400) {
    const {text, param} = readComplaint(thrown.detail ?? '');
    // Summaries are kept from organisations that are not verified.
    if (param === 'reasoning.summary' || (body.reasoning && /reasoning summar/i.test(text)))
      return 'reasoning.summary';
  }
  // Names that are words of everyday prove nothing about a field.
  return refusedField(thrown, {
    ...body,
    input: undefined,
    text: undefined,
    instructions: undefined,
    store: undefined,
  });
}
