import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, readdir, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {LlmError, toLlmError} from '../../core/errors.ts';
import {endGroup} from '../endGroup.ts';
import {claimFile, type ProcessWatch} from '../hub/claimFile.ts';
import type {EnginePlatform, GpuBuild} from './enginePlatform.ts';
import {engineEntry, installedGpus} from './findEngine.ts';

/** What the engine takes on disk and from the network, in bytes, without a build for a graphics processor. */
export const engineBytes = 85_000_000;
/** What those builds add: the packages of node-llama-cpp 3.21.1 on Linux. */
export const gpuBytes: Readonly<Record<GpuBuild, number>> = {
  cuda: 540_000_000,
  vulkan: 71_000_000,
  metal: 0,
};

export type InstallEngineOptions = {
  /** The program `npm`. */
  npm: string;
  /** Where the engine is to be; it is replaced as a whole, and stays as it was when anything fails. */
  folder: string;
  /** The exact version of node-llama-cpp and its builds. */
  version: string;
  platform: EnginePlatform;
  /** A build that is wanted beside those that are installed. */
  gpu?: GpuBuild;
  /** Keeps two programs from installing at once. */
  watch: ProcessWatch;
  /** Loads the engine whose file is handed in, and throws when it does not run; then it takes no other's place. */
  probe(entry: string, signal: AbortSignal): Promise<void>;
};

/**
 * The packages to ask for, with their exact versions. Throws `LlmError`: `engine` where there is no build for the
 * machine, `usage` where there is none for a graphics processor.
 */
export function enginePackages({
  version,
  platform,
  gpus,
}: Pick<InstallEngineOptions, 'version' | 'platform'> & {gpus: readonly GpuBuild[]}): Record<string, string> {
  if (platform.build === undefined) throw noBuild(platform);
  const more = gpus.flatMap(gpu => platform.gpu[gpu] ?? noGpuBuild(gpu, platform));
  return Object.fromEntries(['node-llama-cpp', platform.build, ...more].map(name => [name, version]));
}

function noGpuBuild(gpu: GpuBuild, platform: EnginePlatform): never {
  const known = Object.keys(platform.gpu);
  throw new LlmError({
    kind: 'usage',
    message: `node-llama-cpp has no build for ${gpu} on ${platform.name}`,
    hint: known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none for graphics processors there.',
  });
}

/** Says that no engine runs on a kind of machine, and what to do instead. */
export function noBuild({name}: EnginePlatform): LlmError {
  return new LlmError({
    kind: 'engine',
    message: `There is no build of the embedded engine for ${name}`,
    hint: 'Use a model server instead, such as Ollama (https://ollama.com).',
  });
}

/**
 * Fetches node-llama-cpp with npm: the one build that this machine needs, without the 600 MB of the others, and without
 * running its install script, which would compile llama.cpp where it finds none. Builds for graphics processors that are
 * installed are fetched with it. Throws `LlmError` (`engine`; `storage` while another program installs), after an abort
 * kind `cancelled`.
 */
export async function installEngine(options: InstallEngineOptions, signal: AbortSignal): Promise<void> {
  const {npm, folder, version, platform, watch, probe} = options;
  const asked = options.gpu === undefined ? [] : [options.gpu];
  enginePackages({version, platform, gpus: asked});
  const release = await claim(folder, watch, signal);
  const staging = `${folder}.${process.pid}.part`;
  const former = `${folder}.${process.pid}.old`;
  try {
    await clearLeftovers(folder);
    const packages = enginePackages({version, platform, gpus: withInstalled(folder, platform, asked)});
    await mkdir(staging, {recursive: true, mode: 0o700});
    const about = {name: 'llm-local-engine', private: true, dependencies: packages};
    await writeFile(path.join(staging, 'package.json'), `${JSON.stringify(about, null, 2)}\n`, {mode: 0o600});
    await runNpm(npm, staging, signal);
    const absent = Object.keys(packages).find(
      name => !existsSync(path.join(staging, 'node_modules', name, 'package.json')),
    );
    if (absent !== undefined) throw notInstalled(`npm left out ${absent}`);
    await tryOut(staging, platform, probe, signal);
    if (existsSync(folder)) await rename(folder, former);
    await rename(staging, folder);
  } catch (thrown) {
    if (!existsSync(folder) && existsSync(former)) await rename(former, folder);
    if (signal.aborted) throw new LlmError({kind: 'cancelled', message: 'stopped', cause: thrown});
    throw thrown instanceof LlmError ? thrown : notInstalled(String(thrown), thrown);
  } finally {
    // What is left of a failure must not lie there for ever, and is no failure of its own.
    for (const each of [staging, former]) await rm(each, {recursive: true, force: true}).catch(() => {});
    await release();
  }
}

/** Builds for graphics processors that are installed, and those that are asked for. */
export function withInstalled(
  folder: string,
  platform: EnginePlatform,
  asked: readonly GpuBuild[],
): readonly GpuBuild[] {
  return [...new Set([...installedGpus(folder, platform), ...asked])];
}

async function claim(folder: string, watch: ProcessWatch, signal: AbortSignal): Promise<() => Promise<void>> {
  try {
    return await claimFile(folder, watch, signal);
  } catch (thrown) {
    if (signal.aborted) throw new LlmError({kind: 'cancelled', message: 'stopped', cause: thrown});
    if (!(thrown instanceof LlmError)) throw notInstalled(String(thrown), thrown);
    const message = 'Another llm is fetching the embedded engine now.';
    throw new LlmError({kind: thrown.kind, message, hint: thrown.hint, cause: thrown});
  }
}

/** Clears away what programs have left that were killed while they fetched: whoever holds the claim is alone. */
async function clearLeftovers(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  const [part, old] = ['part', 'old'].map(end => new RegExp(`^${path.basename(folder)}\\.\\d+\\.${end}$`));
  const names = await readdir(parent);
  const former = names.find(name => old?.test(name));
  // Killed between the two renames, it left the working engine under its other name.
  if (former !== undefined && !existsSync(folder)) await rename(path.join(parent, former), folder);
  for (const name of names) {
    if (part?.test(name) || old?.test(name))
      await rm(path.join(parent, name), {recursive: true, force: true});
  }
}

async function tryOut(
  staging: string,
  platform: EnginePlatform,
  probe: InstallEngineOptions['probe'],
  signal: AbortSignal,
): Promise<void> {
  const entry = engineEntry(staging);
  if (entry === undefined) throw notInstalled('what npm fetched has no program');
  await probe(entry, signal).catch((thrown: unknown) => {
    if (signal.aborted) throw thrown;
    const {message, detail} = toLlmError(thrown, 'engine');
    throw new LlmError({
      kind: 'engine',
      message: `The embedded engine was not installed: what was fetched for ${platform.name} does not run (${message})`,
      hint: 'What was installed before is as it was. A model server does without it, such as Ollama (https://ollama.com).',
      cause: thrown,
      ...(detail && {detail}),
    });
  });
}

/** How much of what npm wrote is kept for an error's detail, in characters. */
const keptOutput = 4096;

/** Rejects after an abort when npm has ended: nothing is written into the folder any more. */
async function runNpm(npm: string, folder: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const words = ['install', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
  const onWindows = process.platform === 'win32';
  const child = spawn(
    onWindows ? `"${npm}"` : npm,
    [...words, '--no-package-lock', '--no-progress', '--loglevel=error'],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      // At the head of a group it can be ended with what it has started.
      detached: !onWindows,
      // npm is a script for the shell there.
      shell: onWindows,
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptOutput);
    });
  }
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const onAbort = (): void => void endGroup(child, closed).catch(() => {});
  signal.addEventListener('abort', onAbort, {once: true});
  const status = await closed.finally(() => signal.removeEventListener('abort', onAbort));
  signal.throwIfAborted();
  if (status === 0) return;
  const reason = /^npm (?:error|ERR!) (?!code\b|errno\b|A complete log)(.+)$/m.exec(output)?.[1];
  throw notInstalled(`npm ended with status ${status}${reason ? ` (${reason})` : ''}`, undefined, output);
}

function notInstalled(reason: string, cause?: unknown, detail?: string): LlmError {
  return new LlmError({
    kind: 'engine',
    message: `The embedded engine was not installed: ${reason}`,
    hint: 'Check the network and `npm ping`, then try again.',
    ...(cause !== undefined && {cause}),
    ...(detail && {detail}),
  });
}
