import type {ReplyEvent, ReplyRequest} from '../core/reply.ts';
import {createTolerantSender} from './createTolerantSender.ts';
import {createOpenAiReader} from './openAiReader.ts';
import {openAiRequest, refusedField} from './openAiRequest.ts';
import type {Dialect} from './presets.ts';
import {readReply} from './readReply.ts';
import type {Transport} from './transport.ts';

export type ChatCompletionsSettings = {
  transport: Transport;
  /** What stands before `/chat/completions`: `/v1`. */
  prefix: string;
  dialect: Dialect;
};

/** Makes the function that answers by `POST /v1/chat/completions`. It throws `LlmError`. */
export function createChatCompletions({
  transport,
  prefix,
  dialect,
}: ChatCompletionsSettings): (request: ReplyRequest, signal: AbortSignal) => AsyncGenerator<ReplyEvent> {
  const {label, baseUrl} = transport;
  const send = createTolerantSender(transport);
  /** Models whose template opens the thinking in the prompt. */
  const opensInPrompt = new Set<string>();

  return async function* (request, signal) {
    const {model} = request;
    const {reply, left, refused} = await send({
      path: `${prefix}/chat/completions`,
      model,
      signal,
      build: without => openAiRequest(request, dialect, without),
      refusedField,
    });
    try {
      for (const field of new Set(left.map(each => personalName(each, refused)))) {
        if (field) yield {type: 'warning', message: `${label} does not accept ${field}; it was left out.`};
      }
      const reader = createOpenAiReader({
        model,
        label,
        complaint: transport.complaint,
        inlineThinking: dialect.inlineThinking,
        startInside: opensInPrompt.has(model) && request.think !== 'off',
      });
      yield* readReply(reply, reader, {label, baseUrl, like: 'an OpenAI-style server'});
      if (reader.thinkingOpensInPrompt()) opensInPrompt.add(model);
    } finally {
      reply.discard();
    }
  };
}

/**
 * What a person calls a refused field; undefined when nobody asked for it, so that its absence concerns nobody. Of the
 * two names of a limit one is sent in place of the other: only when both are refused is there no limit.
 */
function personalName(field: string, refused: ReadonlySet<string>): string | undefined {
  switch (field) {
    case 'stream_options':
    case 'return_progress':
      return undefined;
    case 'max_tokens':
    case 'max_completion_tokens':
      return refused.has('max_tokens') && refused.has('max_completion_tokens') ? 'max_tokens' : undefined;
    case 'random_seed':
      return 'seed';
    case 'reasoning_effort':
    case 'chat_template_kwargs':
      return 'a level of thinking';
    case 'response_format':
      return 'a schema';
    default:
      return field;
  }
}
