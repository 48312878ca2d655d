import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {LlmError} from '../../core/errors.ts';
import type {EnginePlatform, GpuBuild} from './enginePlatform.ts';

/** What the engine takes on disk and from the network, in bytes, without a build for a graphics processor. */
export const engineBytes = 85_000_000;
/** What those builds add: the packages of node-llama-cpp 3.22 on Linux. */
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
  gpu?: GpuBuild;
};

/** The packages to ask for, with their exact versions. Throws `LlmError` (`engine`) where there is no such build. */
export function enginePackages({
  version,
  platform,
  gpu,
}: Pick<InstallEngineOptions, 'version' | 'platform' | 'gpu'>): Record<string, string> {
  if (platform.build === undefined) throw noBuild(platform);
  const more = gpu === undefined ? [] : platform.gpu[gpu];
  if (more === undefined) {
    const known = Object.keys(platform.gpu);
    throw new LlmError({
      kind: 'usage',
      message: `node-llama-cpp has no build for ${gpu} on ${platform.name}`,
      hint: known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none for graphics processors there.',
    });
  }
  return Object.fromEntries(['node-llama-cpp', platform.build, ...more].map(name => [name, version]));
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
 * running its install script, which would compile llama.cpp where it finds none. Throws `LlmError` (`engine`), after an
 * abort kind `cancelled`.
 */
export async function installEngine(options: InstallEngineOptions, signal: AbortSignal): Promise<void> {
  const {npm, folder} = options;
  const packages = enginePackages(options);
  const staging = `${folder}.${process.pid}.part`;
  const former = `${folder}.${process.pid}.old`;
  try {
    await rm(staging, {recursive: true, force: true});
    await mkdir(staging, {recursive: true, mode: 0o700});
    const about = {name: 'llm-local-engine', private: true, dependencies: packages};
    await writeFile(path.join(staging, 'package.json'), `${JSON.stringify(about, null, 2)}\n`, {mode: 0o600});
    await runNpm(npm, staging, signal);
    const absent = Object.keys(packages).find(
      name => !existsSync(path.join(staging, 'node_modules', name, 'package.json')),
    );
    if (absent !== undefined) throw notInstalled(`npm left out ${absent}`);
    if (existsSync(folder)) await rename(folder, former);
    await rename(staging, folder);
  } catch (thrown) {
    if (!existsSync(folder) && existsSync(former)) await rename(former, folder);
    if (signal.aborted) throw new LlmError({kind: 'cancelled', message: 'stopped', cause: thrown});
    throw thrown instanceof LlmError ? thrown : notInstalled(String(thrown), thrown);
  } finally {
    // What is left of a failure must not lie there for ever, and is no failure of its own.
    for (const each of [staging, former]) await rm(each, {recursive: true, force: true}).catch(() => {});
  }
}

/** How much of what npm wrote is kept for an error's detail, in characters. */
const keptOutput = 4096;

async function runNpm(npm: string, folder: string, signal: AbortSignal): Promise<void> {
  const words = ['install', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
  const onWindows = process.platform === 'win32';
  const child = spawn(
    onWindows ? `"${npm}"` : npm,
    [...words, '--no-package-lock', '--no-progress', '--loglevel=error'],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
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
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
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
