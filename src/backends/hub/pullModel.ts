import {mkdir, statfs} from 'node:fs/promises';
import {join} from 'node:path';
import {LlmError} from '../../core/errors.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {PullProgress} from '../../core/pull.ts';
import {optional} from '../jsonFields.ts';
import {claimFile, type ProcessWatch} from './claimFile.ts';
import type {Hub} from './createHub.ts';
import {diskError} from './diskError.ts';
import {bytesThere, downloadFile} from './downloadFile.ts';
import type {MachineMemory} from './fit.ts';
import type {HubName} from './hubName.ts';
import {machineMemory} from './machineMemory.ts';
import {pulledId, repositoryFolder} from './pulledModels.ts';
import {removeEmptyFolders} from './removeModel.ts';
import {wantedVariant} from './wantedVariant.ts';

export type PullRequest = {
  hub: Hub;
  name: HubName;
  modelsFolder: string;
  /** Keeps two pulls of one file apart. */
  watch: ProcessWatch;
  /** Bytes that can still be written to a folder; the file system's own answer if not given. */
  freeBytes?: (folder: string) => Promise<number>;
  /** The memory to choose for; this machine's own if not given. */
  machine?: () => Promise<MachineMemory>;
  /** See `Download`. */
  firstWaitMs?: number;
  quietMs?: number;
};

/**
 * Pulls a model of the hub into the models folder, `USER/REPO/FILE.gguf` there, and tells how far it has come. A name
 * without a quantisation means the best one for this machine. All parts of a split model come, the first of them last:
 * the model is there only when it is whole.
 *
 * Throws `LlmError`: those of `Hub` and `wantedVariant`, `model-unknown` for a file that is not there, `storage` where the disk has no room
 * (looked at first) or another program pulls the same, `protocol` for a wrong hash, `cancelled`.
 */
export async function* pullModel(request: PullRequest, signal: AbortSignal): AsyncGenerator<PullProgress> {
  const {hub, name, modelsFolder, watch, freeBytes = freeBytesIn, machine = machineMemory} = request;
  const {firstWaitMs, quietMs} = request;
  yield {status: `looking at ${name.repo}`};
  const repository = await hub.repository(name.repo, signal);
  const {repo, revision} = repository;
  const variant = await wantedVariant({hub, name, repository, modelsFolder, machine}, signal);
  const model = pulledId(repo, variant.file);
  yield {status: `pulling ${neutraliseLine(variant.file)}`, model};

  const folder = repositoryFolder(modelsFolder, repo);
  const files = variant.parts.map(file => ({file, path: join(folder, ...file.path.split('/'))}));
  const [first] = files;
  if (!first) return;
  const release = await prepare(first.path, folder, watch, signal);
  try {
    const there = await Promise.all(files.map(({file, path}) => bytesThere(path, file)));
    const missing = variant.bytes - there.reduce((sum, bytes) => sum + bytes, 0);
    const requireRoom = async (bytes: number): Promise<void> => {
      const free = bytes > 0 ? await freeBytes(folder) : 0;
      if (free < bytes) throw noRoom(model, folder, bytes, free);
    };
    await requireRoom(missing);
    // All sizes are known before the first byte comes.
    const parts = files.map(({file}, index) => ({
      digest: file.digest.hex,
      completed: there[index] ?? 0,
      total: file.bytes,
    }));
    yield {status: missing > 0 ? 'pulling' : 'checking what is there already', parts};
    const waits = {...optional('firstWaitMs', firstWaitMs), ...optional('quietMs', quietMs)};
    for (const {file, path} of [...files.slice(1), first]) {
      const download = {hub, repo, revision, file, path, requireRoom, ...waits};
      yield* downloadFile(download, signal);
    }
  } finally {
    await release();
    await removeEmptyFolders(modelsFolder, first.path);
  }
}

async function prepare(
  path: string,
  folder: string,
  watch: ProcessWatch,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  try {
    await mkdir(folder, {recursive: true, mode: 0o700});
    return await claimFile(path, watch, signal);
  } catch (thrown) {
    throw diskError(thrown, folder);
  }
}

async function freeBytesIn(folder: string): Promise<number> {
  const {bavail, bsize} = await statfs(folder);
  return bavail * bsize;
}

function noRoom(model: string, folder: string, missing: number, free: number): LlmError {
  return new LlmError({
    kind: 'storage',
    message: `There is no room for ${neutraliseLine(model)} in ${folder}: it takes ${formatBytes(missing)} more, and ${formatBytes(free)} are free`,
    hint: 'Make room, choose a smaller quantisation, or another folder with LLM_HOME.',
  });
}
