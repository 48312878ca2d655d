import {LlmError, toLlmError} from '../core/errors.ts';
import {formatBytes} from '../core/figures.ts';
import type {PullProgress} from '../core/pull.ts';
import {optional, positiveOf, textOf} from './jsonFields.ts';
import {readNdjson} from './ndjson.ts';
import {pause} from './pause.ts';
import type {Transport} from './transport.ts';

/** How often a pull is taken up again without a byte having come in between. */
const attempts = 5;
/** The wait before the first of them, in ms; each further one waits twice as long. */
const firstWaitMs = 500;

/**
 * Has an Ollama server pull a model: `POST /api/pull`. The server keeps what has come, so that a connection that is lost
 * takes the pull up where it was; it checks the digest of each layer itself. Throws `LlmError`: `storage` as soon as
 * what is still to come is known to be more than `freeSpace` says is left, in bytes.
 */
export async function* pullFromOllama(
  transport: Transport,
  model: string,
  signal: AbortSignal,
  freeSpace?: () => Promise<number | undefined>,
): AsyncGenerator<PullProgress> {
  const requireRoom = freeSpace && createRoomCheck(model, freeSpace);
  for (let failed = 0; ; failed++) {
    try {
      for await (const progress of pullOnce(transport, model, signal)) {
        if (progress.completed) failed = 0;
        await requireRoom?.(progress);
        yield progress;
      }
      return;
    } catch (thrown) {
      const error = toLlmError(thrown);
      if (error.kind !== 'interrupted' || failed >= attempts) throw thrown;
      yield {status: 'the connection was lost, taking the pull up again'};
      await pause(firstWaitMs * 2 ** failed, signal);
    }
  }
}

/** Layers are told of one after the other: each new one is held against the disk once, before it fills it. */
function createRoomCheck(
  model: string,
  freeSpace: () => Promise<number | undefined>,
): (progress: PullProgress) => Promise<void> {
  const seen = new Set<string>();
  return async ({digest, total = 0, completed = 0}) => {
    if (digest === undefined || total === 0 || seen.has(digest)) return;
    seen.add(digest);
    const free = await freeSpace();
    const needed = total - completed;
    if (free === undefined || needed <= free) return;
    throw new LlmError({
      kind: 'storage',
      message: `${model} needs ${formatBytes(needed)} more on the disk, and ${formatBytes(free)} are free.`,
      hint: 'Make room, for example with `llm models rm`, or pull a smaller quantisation.',
    });
  };
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
        ...optional('completed', positiveOf(record.completed)),
        ...optional('total', positiveOf(record.total)),
      };
    }
  }
  throw new LlmError({
    kind: 'interrupted',
    message: `${label} ended the pull of ${model} without finishing it.`,
    hint: 'Pull it again: what has come is kept.',
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
