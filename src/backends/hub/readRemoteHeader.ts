import {LlmError, toLlmError} from '../../core/errors.ts';
import {parseGguf} from '../local/readGguf.ts';
import type {Hub, HubRepository} from './createHub.ts';
import type {HubFile} from './hubFiles.ts';
import {type AttentionShape, attentionShape} from './memoryNeed.ts';

/** The first read, in bytes: the figures stand before the vocabulary, which takes megabytes. */
const firstRead = 64 * 1024;
/** No header is read further, in bytes. */
const lastRead = 64 * 1024 * 1024;

/**
 * Reads as much of a remote GGUF file's header as tells the shape of its attention, in pieces that grow. Undefined where
 * the header does not tell. Throws `LlmError`: those of `Hub.read`, and `file` for what is no GGUF file.
 */
export async function readRemoteHeader(
  hub: Hub,
  {repo, revision}: Pick<HubRepository, 'repo' | 'revision'>,
  {path, bytes}: HubFile,
  signal: AbortSignal,
): Promise<AttentionShape | undefined> {
  let have: Buffer = Buffer.alloc(0);
  for (let end = firstRead; ; end *= 8) {
    const range = {start: have.length, end: Math.min(end, lastRead, bytes)};
    have = Buffer.concat([have, await readRange(hub, {repo, revision, path}, range, signal)]);
    if (have.toString('latin1', 0, 4) !== 'GGUF') throw noModel(path);
    const parsed = parseGguf(have);
    if (parsed.result === 'fault') throw noModel(path);
    const values = parsed.result === 'header' ? parsed.header.values : parsed.values;
    // The vocabulary comes after all that is wanted here.
    const isPast = parsed.result === 'header' || [...values.keys()].some(key => key.startsWith('tokenizer.'));
    if (isPast || have.length >= Math.min(bytes, lastRead)) return attentionShape(values);
  }
}

async function readRange(
  hub: Hub,
  file: {repo: string; revision: string; path: string},
  {start, end}: {start: number; end: number},
  signal: AbortSignal,
): Promise<Buffer> {
  const reply = await hub.read(file, {start, end}, signal);
  // A server that knows no ranges sends the file from its beginning.
  const skipped = reply.status === 206 ? 0 : start;
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of reply.chunks) {
      pieces.push(piece);
      length += piece.byteLength;
      if (length >= skipped + end - start) break;
    }
  } catch (thrown) {
    throw toLlmError(thrown);
  }
  if (length <= skipped)
    throw new LlmError({
      kind: 'interrupted',
      message: `${hub.label} sent nothing of ${file.path}.`,
      hint: 'Try again.',
    });
  return Buffer.concat(pieces).subarray(skipped, skipped + end - start);
}

function noModel(path: string): LlmError {
  return new LlmError({
    kind: 'file',
    message: `${path} is no GGUF file that can be read here.`,
    hint: 'Choose another file of the repository.',
  });
}
