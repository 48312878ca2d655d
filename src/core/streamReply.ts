import type {Backend} from './backend.ts';
import {LlmError} from './errors.ts';
import type {StopReason} from './message.ts';
import type {ReplyEvent, ReplyRequest} from './reply.ts';
import {untilAborted} from './untilAborted.ts';

/** Finds the backend of a full model name. Throws `LlmError`. */
export type ResolveModel = (model: string) => Promise<{backend: Backend; model: string}>;

export type StreamSettings = {
  resolve: ResolveModel;
  /** What is asked; `model` is the full name. */
  request: ReplyRequest;
  /** Takes each event as it comes. A promise holds the stream back until it settles. */
  take(event: ReplyEvent): void | Promise<void>;
};

/** How an answer ended, and who gave it. */
export type EndedReply = {reason: StopReason; backend: Backend};

/**
 * Asks a model and hands on what it answers. Resolves when the answer has ended; throws `LlmError`, also
 * when the backend ended it without a reason, and whatever `take` throws.
 */
export async function streamReply(
  {resolve, request, take}: StreamSettings,
  signal: AbortSignal,
): Promise<EndedReply> {
  const {backend, model} = await untilAborted(resolve(request.model), signal);
  let reason: StopReason | undefined;
  for await (const event of backend.reply({...request, model}, signal)) {
    if (event.type === 'finish') reason = event.reason === 'tool-calls' ? 'stop' : event.reason;
    const held = take(event);
    if (held) await untilAborted(held, signal);
  }
  if (reason) return {reason, backend};
  throw new LlmError({
    kind: 'interrupted',
    message: `${backend.label} ended the answer without finishing it`,
  });
}
