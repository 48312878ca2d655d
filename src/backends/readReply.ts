import {LlmError} from '../core/errors.ts';
import type {ReplyEvent} from '../core/reply.ts';
import {parseJson} from './jsonFields.ts';
import {readSse} from './sse.ts';
import type {TransportReply} from './transport.ts';
import type {WireReader} from './wireReader.ts';

/** Where an answer comes from, for errors. */
export type ReplySource = {
  label: string;
  baseUrl: string;
  /** What the server should be: `an OpenAI-style server`. */
  like: string;
};

/** How long counts may follow the end of an answer, in ms. */
const lateCountsMs = 2_000;

/**
 * Reads one answer to its end, streamed as server-sent events or whole as JSON, whatever type it says it has. Text
 * that came before a failure comes before the failure here too. Throws what the server reports, `interrupted` for an
 * answer whose end was never said, and `protocol` for one in which nothing could be read. The reply is let go.
 */
export async function* readReply(
  reply: TransportReply,
  reader: WireReader,
  {label, baseUrl, like}: ReplySource,
): AsyncGenerator<ReplyEvent> {
  try {
    try {
      yield* readEvents(reply, reader, label);
    } catch (thrown) {
      yield* reader.heldBack();
      throw thrown;
    }
    let finished = false;
    for (const event of reader.end()) {
      finished ||= event.type === 'finish';
      yield event;
    }
    if (finished) return;
    if (reader.isForeign()) {
      throw new LlmError({
        kind: 'protocol',
        message: `${label} does not answer as ${like} does.`,
        hint: `Check the address ${baseUrl}: another program may be listening there.`,
      });
    }
    throw new LlmError({
      kind: 'interrupted',
      message: `${label} ended its answer without finishing it.`,
      hint: 'The answer may be incomplete: try again with /retry.',
    });
  } finally {
    reply.discard();
  }
}

async function* readEvents(
  reply: TransportReply,
  reader: WireReader,
  label: string,
): AsyncGenerator<ReplyEvent> {
  let chunks = reply.chunks;
  if (reply.contentType === 'application/json') {
    const text = await reply.text();
    const whole = parseJson(text);
    if (whole !== undefined) {
      yield* reader.readWhole(whole);
      return;
    }
    chunks = onlyChunk(new TextEncoder().encode(text));
  }
  let ending = false;
  for await (const batch of readSse(chunks, {label})) {
    for (const event of batch) yield* reader.read(event);
    if (reader.isDone()) return;
    if (!ending && reader.hasReason()) {
      ending = true;
      reply.endAfterSilence(reader.lateMs ?? lateCountsMs);
    }
  }
}

async function* onlyChunk(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}
