import type {Backend} from '../../src/core/backend.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {ReplyEvent, ReplyRequest} from '../../src/core/reply.ts';

export type Collected = {events: ReplyEvent[]; text: string; reasoning: string; error: LlmError | undefined};

/** Reads an answer to its end, good or bad; anything but an `LlmError` is thrown on. */
export async function collectReply(
  backend: Backend,
  request: Partial<ReplyRequest> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Collected> {
  const events: ReplyEvent[] = [];
  let error: LlmError | undefined;
  try {
    for await (const event of backend.reply(
      {model: 'scripted', messages: [{role: 'user', text: 'hello'}], options: {}, ...request},
      signal,
    )) {
      events.push(event);
    }
  } catch (thrown) {
    if (!(thrown instanceof LlmError)) throw thrown;
    error = thrown;
  }
  const joined = (type: 'text' | 'reasoning'): string =>
    events.map(event => (event.type === type ? event.text : '')).join('');
  return {events, text: joined('text'), reasoning: joined('reasoning'), error};
}
