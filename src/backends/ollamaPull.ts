import {LlmError, toLlmError} from '../core/errors.ts';
import type {PullProgress} from '../core/pull.ts';
import {optional, positiveOf, textOf} from './jsonFields.ts';
import {readNdjson} from './ndjson.ts';
import {pause} from './pause.ts';
import type {PullRoom} from './pullRoom.ts';
import type {Transport} from './transport.ts';

/** How often a pull is taken up again without a byte having come in between. */
const attempts = 5;
/** The wait before the first of them, in ms; each further one waits twice as long. */
const firstWaitMs = 500;
const againHint = 'What has come is kept; pull it again.';

/**
 * Has an Ollama server pull a model: `POST /api/pull`. The server keeps what has come, so that a connection that is lost
 * takes the pull up where it was, also after the server was started anew; it checks the digest of each layer itself.
 * Throws `LlmError`: `storage` as soon as `room` says that what is still to come does not fit the disk.
 */
export async function* pullFromOllama(
  transport: Transport,
  model: string,
  signal: AbortSignal,
  room?: PullRoom,
): AsyncGenerator<PullProgress> {
  const own = room?.enter(model);
  /** How far each layer was at most: a server that is asked anew tells of all of them again. */
  const reached = new Map<string, number>();
  try {
    for (let failed = 0; ; failed++) {
      try {
        for await (const progress of pullOnce(transport, model, signal)) {
          const {digest = '', completed = 0} = progress;
          if (completed > (reached.get(digest) ?? 0)) {
            failed = 0;
            reached.set(digest, completed);
          }
          await own?.require(progress);
          yield progress;
        }
        return;
      } catch (thrown) {
        const error = toLlmError(thrown);
        const hasBegun = reached.size > 0;
        if (!isLost(error, hasBegun) || failed >= attempts) throw forPull(error, hasBegun);
        yield {status: 'the connection was lost, taking the pull up again'};
        await pause(firstWaitMs * 2 ** failed, signal);
      }
    }
  } finally {
    own?.leave();
  }
}

/** A server that is started anew refuses connections for a while; one that never took any may not run at all. */
function isLost({kind}: LlmError, hasBegun: boolean): boolean {
  return kind === 'interrupted' || (hasBegun && (kind === 'unreachable' || kind === 'overloaded'));
}

/** The advice that fits an answer in a chat is none for a pull. */
function forPull(error: LlmError, hasBegun: boolean): LlmError {
  const {kind, message, hint, status, detail} = error;
  const again = hasBegun ? againHint : kind === 'interrupted' ? 'Pull it again.' : undefined;
  const isOfChat = /\/(retry|model|set|continue)\b/.test(hint);
  // What is wrong with an address, a key or a name has a remedy of its own.
  if (kind === 'cancelled' || (!isOfChat && !(hasBegun && kind === 'unreachable'))) return error;
  return new LlmError({
    kind,
    message,
    hint: again ?? (error.unsent ? 'Start it with `ollama serve`, and pull it again.' : 'Pull it again.'),
    ...(status !== undefined && {status}),
    ...(error.unsent && {unsent: true}),
    ...(detail !== undefined && {detail}),
  });
}

async function* pullOnce(
  transport: Transport,
  model: string,
  signal: AbortSignal,
): AsyncGenerator<PullProgress> {
  const {label} = transport;
  const {chunks} = await transport.send({
    path: '/api/pull',
    body: JSON.stringify({model, stream: true}),
    signal,
    model,
  });
  for await (const lines of readNdjson(chunks, {label})) {
    for (const {record} of lines) {
      if (record.error !== undefined && record.error !== null) throw refusal(transport, record, model);
      const status = textOf(record.status) ?? '';
      if (status === 'success') return;
      yield {
        status,
        ...optional('digest', textOf(record.digest)),
        ...optional('completed', bytesOf(record.completed)),
        ...optional('total', bytesOf(record.total)),
      };
    }
  }
  throw new LlmError({
    kind: 'interrupted',
    message: `${label} ended the pull of ${model} without finishing it.`,
    hint: againHint,
  });
}

/** The server looks the name up elsewhere, and passes on what it was told there. */
function refusal(transport: Transport, record: object, model: string): LlmError {
  const error = transport.complaint(record, model);
  if (!/file does not exist|not found|invalid model name/i.test(error.message)) return error;
  return new LlmError({
    kind: 'model-unknown',
    message: `${transport.label} finds no model ${model} to pull.`,
    hint: 'The names are listed at https://ollama.com/library; a GGUF repository of Hugging Face is hf.co/USER/REPOSITORY.',
  });
}

/** A number of bytes that a disk can hold; a server may say anything. */
function bytesOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? positiveOf(value) : undefined;
}
