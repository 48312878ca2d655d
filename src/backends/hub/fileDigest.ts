import {createHash} from 'node:crypto';
import type {FileHandle} from 'node:fs/promises';
import {LlmError} from '../../core/errors.ts';
import type {HubFile} from './hubFiles.ts';

/** Hashes a file as it comes. */
export type RunningDigest = {update(bytes: Uint8Array): void; hex(): string};

/** What git calls a blob is hashed with its size before it: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
export function startDigest({digest, bytes}: HubFile): RunningDigest {
  const hash = createHash(digest.algorithm === 'sha256' ? 'sha256' : 'sha1');
  if (digest.algorithm === 'git-blob') hash.update(`blob ${bytes}\0`);
  return {
    update: piece => void hash.update(piece),
    hex: () => hash.digest('hex'),
  };
}

const pieceBytes = 1024 * 1024;

/**
 * Hashes what stands in a file already, up to `length` bytes, and yields how far it is. Throws `cancelled`; what the file
 * is short of is left out.
 */
export async function* digestFile(
  handle: FileHandle,
  digest: RunningDigest,
  length: number,
  signal: AbortSignal,
): AsyncGenerator<number> {
  const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, length)));
  for (let at = 0; at < length; ) {
    if (signal.aborted) throw new LlmError({kind: 'cancelled', message: 'stopped'});
    const {bytesRead} = await handle.read(buffer, 0, Math.min(buffer.length, length - at), at);
    if (bytesRead === 0) return;
    digest.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
    yield at;
  }
}
