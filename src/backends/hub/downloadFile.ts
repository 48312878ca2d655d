import {constants, type FileHandle, mkdir, open, readdir, rename, rm, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {LlmError, toLlmError} from '../../core/errors.ts';
import type {PullProgress} from '../../core/pull.ts';
import {pause} from '../pause.ts';
import type {Hub} from './createHub.ts';
import {diskError} from './diskError.ts';
import {digestFile, type RunningDigest, startDigest} from './fileDigest.ts';
import type {HubFile} from './hubFiles.ts';
import {tellSilence} from './tellSilence.ts';

export type Download = {
  hub: Hub;
  repo: string;
  revision: string;
  file: HubFile;
  /** Where it is to lie. */
  path: string;
  /** The wait before a lost connection is made again, in ms; each further one waits twice as long. */
  firstWaitMs?: number;
  /** After so many ms without a byte it is told that one is waited for. */
  quietMs?: number;
  /** Throws where the disk has no room for so many more bytes. */
  requireRoom?: (bytes: number) => Promise<void>;
};

/** How often a connection is made again without a byte having come in between. */
const attempts = 6;
/** A hub that asks for a longer pause is not waited for, in ms. */
const longestWaitMs = 60_000;
/** How often progress is told of, in bytes. */
const stepBytes = 256 * 1024;
/** The same in ms, where bytes come slowly. */
const stepMs = 500;
const usualQuietMs = 3_000;

/** The unfinished file. Its name tells of the content, so that what began as another one is never gone on with. */
export function partPath(path: string, {digest}: HubFile): string {
  return `${path}.${digest.hex.slice(0, 16)}.part`;
}

/** Bytes of a file that are on disk, finished or not. */
export async function bytesThere(path: string, file: HubFile): Promise<number> {
  const [whole = 0, part = 0] = await Promise.all(
    [path, partPath(path, file)].map(each =>
      stat(each).then(
        found => found.size,
        () => 0,
      ),
    ),
  );
  return whole === file.bytes ? whole : Math.min(part, file.bytes);
}

/**
 * Brings one file of a repository to the disk, going on with what an earlier try has left. The file appears under its
 * name only when all of it is there, its hash is right, and the disk has it. Stopped by the signal, by a full disk or by
 * the end of the process, it leaves the part behind. Throws `LlmError`.
 */
export async function* downloadFile(download: Download, signal: AbortSignal): AsyncGenerator<PullProgress> {
  const {file, path} = download;
  const part = partPath(path, file);
  try {
    await mkdir(dirname(path), {recursive: true, mode: 0o700});
    await removeOtherParts(path, part);
    if (yield* isThere(download, signal)) {
      await rm(part, {force: true});
      return;
    }
    // A finished file of that size was taken for this one; it stays until the new one is there.
    const whole = await stat(path).catch(() => undefined);
    const begun = await stat(part).catch(() => undefined);
    if (whole?.size === file.bytes) await download.requireRoom?.(file.bytes - (begun?.size ?? 0));
    for (;;) {
      const handle = await open(part, constants.O_RDWR | constants.O_CREAT, 0o600);
      let end: {isRight: boolean; wasResumed: boolean};
      try {
        end = yield* fill(handle, download, signal);
        if (end.isRight) await handle.sync();
      } finally {
        await handle.close();
      }
      if (end.isRight) break;
      await rm(part, {force: true});
      if (!end.wasResumed) throw wrongDigest(download);
      // What an earlier process has left may be damaged.
      yield {status: 'what was there is damaged, beginning anew'};
    }
    await rename(part, path);
    await syncFolder(dirname(path));
  } catch (thrown) {
    const left = await stat(part).catch(() => undefined);
    if (left?.size === 0) await rm(part, {force: true});
    throw diskError(thrown, part);
  }
}

/** Whether the finished file is there, and right. */
async function* isThere({file, path}: Download, signal: AbortSignal): AsyncGenerator<PullProgress, boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size !== file.bytes) return false;
  const handle = await open(path, 'r');
  try {
    const digest = startDigest(file);
    yield* check(handle, digest, file.bytes, signal);
    if (digest.hex() !== file.digest.hex) return false;
  } finally {
    await handle.close();
  }
  yield {status: 'verified', digest: file.digest.hex, completed: file.bytes, total: file.bytes};
  return true;
}

/** Completes the part. Resolves with whether its hash is right, and whether something of it was there before. */
async function* fill(
  handle: FileHandle,
  download: Download,
  signal: AbortSignal,
): AsyncGenerator<PullProgress, {isRight: boolean; wasResumed: boolean}> {
  const {hub, file, quietMs = usualQuietMs} = download;
  const {size} = await handle.stat();
  let at = Math.min(size, file.bytes);
  if (size > file.bytes) await handle.truncate(at);
  const wasResumed = at > 0;
  let digest = startDigest(file);
  yield* check(handle, digest, at, signal);
  const progress = (status: string): PullProgress => ({
    status,
    digest: file.digest.hex,
    completed: at,
    total: file.bytes,
  });
  yield progress('downloading');
  let hasCome = false;
  // A server that knows no ranges begins anew each time: what it sends again is no progress.
  let furthest = at;
  for (let failed = 0; at < file.bytes; ) {
    try {
      const reply = await hub.read({...download, path: file.path}, {start: at}, signal);
      if (reply.status !== 206 || startOf(reply.headers) !== at) {
        // It sends the file from the beginning, or from where nobody asked.
        if (reply.status === 206 && startOf(reply.headers) !== undefined) throw oddRange(download);
        if (at > 0) await handle.truncate(0);
        at = 0;
        digest = startDigest(file);
      }
      let told = {at, time: Date.now()};
      for await (const chunk of tellSilence(reply, quietMs)) {
        if (chunk === 'silence') {
          yield progress('downloading');
          yield {status: `waiting for ${hub.label}`};
          continue;
        }
        const wanted = chunk.subarray(0, file.bytes - at);
        await writeAll(handle, wanted, at);
        digest.update(wanted);
        at += wanted.byteLength;
        hasCome = true;
        if (at > furthest) failed = 0;
        furthest = Math.max(furthest, at);
        if (at - told.at >= stepBytes || Date.now() - told.time >= stepMs) {
          told = {at, time: Date.now()};
          yield progress('downloading');
        }
        if (at >= file.bytes) break;
      }
      if (at < file.bytes) throw cutShort(download);
    } catch (thrown) {
      const wait = waitAfter(toLlmError(diskError(thrown, download.path)), failed, hasCome, download);
      failed++;
      yield progress('downloading');
      // Of no part: it stands beside the figures until bytes come again.
      yield {status: 'the connection was lost, taking it up again'};
      await pause(wait, signal);
    }
  }
  yield progress('verifying');
  return {isRight: digest.hex() === file.digest.hex, wasResumed};
}

/** How long to wait before the next try, in ms. Throws the error where there is to be none. */
function waitAfter(error: LlmError, failed: number, hasCome: boolean, {firstWaitMs = 500}: Download): number {
  const isPassing =
    ['interrupted', 'timeout', 'overloaded', 'rate-limit'].includes(error.kind) ||
    (error.status !== undefined && error.status >= 500) ||
    // A network that was there may come back, and a signed address that has run out is given anew.
    (hasCome && ['unreachable', 'auth'].includes(error.kind));
  const wait = error.retryAfterMs ?? firstWaitMs * 2 ** failed;
  if (!isPassing || failed >= attempts || wait > longestWaitMs) throw error;
  return wait;
}

/** Hashes what is there. It came at no rate, so it is told of in words. */
async function* check(
  handle: FileHandle,
  digest: RunningDigest,
  length: number,
  signal: AbortSignal,
): AsyncGenerator<PullProgress> {
  let told = 0;
  for await (const at of digestFile(handle, digest, length, signal)) {
    const percent = Math.floor((at / length) * 100);
    if (percent < told + 1) continue;
    told = percent;
    yield {status: `checking what is there already: ${percent} %`};
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const {bytesWritten} = await handle.write(bytes, done, bytes.byteLength - done, at + done);
    done += bytesWritten;
  }
}

/** Parts of what the file was once upstream are of no use any more. */
async function removeOtherParts(path: string, part: string): Promise<void> {
  const start = `${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    const isPart = name.startsWith(start) && /^[\da-f]{16}\.part$/.test(name.slice(start.length));
    if (isPart && name !== basename(part)) await rm(join(dirname(path), name), {force: true});
  }
}

/** The new name outlasts a power cut. Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** The first byte that is sent, by `Content-Range: bytes 100-199/200`. */
function startOf(headers: Headers): number | undefined {
  const [, start] = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '') ?? [];
  return start === undefined ? undefined : Number(start);
}

function cutShort({hub, file}: Download): LlmError {
  return new LlmError({
    kind: 'interrupted',
    message: `${hub.label} ended ${basename(file.path)} before its last byte.`,
    hint: 'Pull it again: what has come is kept.',
  });
}

function oddRange({hub, file}: Download): LlmError {
  return new LlmError({
    kind: 'protocol',
    message: `${hub.label} sends another piece of ${basename(file.path)} than was asked for.`,
    hint: 'Try again later; a proxy on the way may be at fault.',
  });
}

function wrongDigest({hub, file}: Download): LlmError {
  return new LlmError({
    kind: 'protocol',
    message: `${basename(file.path)} came with another content than ${hub.label} promises (its hash is not ${file.digest.hex.slice(0, 12)}…).`,
    hint: 'It was thrown away. A proxy on the way may have changed it, or the repository is damaged.',
  });
}
