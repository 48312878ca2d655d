import {LlmError, toLlmError} from './errors.ts';
import type {Message} from './message.ts';
import type {GenerationOptions} from './options.ts';
import {type ResolveModel, streamReply} from './streamReply.ts';

export type AsideSettings = {
  resolve: ResolveModel;
  /** Full model name. */
  model: string;
  messages: readonly Message[];
  /** Those of the conversation. Only `num_ctx` counts: with another one, a server would load the model anew. */
  options: GenerationOptions;
  /** The most tokens to answer with. */
  maxTokens?: number;
};

/**
 * One answer that is no part of any conversation, as a whole: a summary, a title. Throws `LlmError`, kind `cancelled`
 * after an abort.
 */
export async function askAside(
  {resolve, model, messages, options: {num_ctx}, maxTokens}: AsideSettings,
  signal: AbortSignal,
): Promise<string> {
  let text = '';
  const options = {
    ...(num_ctx !== undefined && {num_ctx}),
    ...(maxTokens !== undefined && {max_tokens: maxTokens}),
  };
  const request = {model, messages, options};
  await streamReply(
    {
      resolve,
      request,
      take(event) {
        if (event.type === 'text') text += event.text;
      },
    },
    signal,
  ).catch((thrown: unknown) => {
    throw signal.aborted
      ? new LlmError({kind: 'cancelled', message: 'stopped', cause: thrown})
      : toLlmError(thrown);
  });
  return text;
}
