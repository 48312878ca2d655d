import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {type EnginePlatform, enginePlatform, type GpuBuild} from './enginePlatform.ts';

/** node-llama-cpp as it is installed. */
export type FoundEngine = {
  /** The file to import. */
  entry: string;
  version: string;
  /** Whether it lies in the folder of its own (`own`), or came with the program. */
  place: 'own' | 'program';
  /** Builds for graphics processors that are installed with it. */
  gpus: readonly GpuBuild[];
};

export type EnginePlaces = {
  /** The folder that an engine is fetched into on demand; it need not exist. */
  engineFolder: string;
  /** The package of this program: what is installed with it is found from there upwards. */
  packageRoot: string;
  platform?: EnginePlatform;
};

const library = 'node-llama-cpp';

/**
 * Finds node-llama-cpp without loading it: the one that was fetched, when its version is that of this program, else the
 * one that came with the program.
 */
export function findEngine({
  engineFolder,
  packageRoot,
  platform = enginePlatform(),
}: EnginePlaces): FoundEngine | undefined {
  const wanted = engineVersion(packageRoot);
  const own = lookIn(engineFolder, platform);
  if (own && (wanted === undefined || own.version === wanted)) return {...own, place: 'own'};
  for (let folder = packageRoot; ; folder = path.dirname(folder)) {
    const found = lookIn(folder, platform);
    if (found) return {...found, place: 'program'};
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The version of node-llama-cpp that this program is made for; undefined when its package does not say. */
export function engineVersion(packageRoot: string): string | undefined {
  const {dependencies, devDependencies} = readPackage(packageRoot) ?? {};
  return dependencies?.[library] ?? devDependencies?.[library];
}

function lookIn(folder: string, platform: EnginePlatform): Omit<FoundEngine, 'place'> | undefined {
  const version = readPackage(path.join(folder, 'node_modules', library))?.version;
  const entry = engineEntry(folder);
  if (version === undefined || entry === undefined) return undefined;
  return {entry, version, gpus: installedGpus(folder, platform)};
}

/** The file to import of the engine that is installed in a folder; undefined where there is none. */
export function engineEntry(folder: string): string | undefined {
  const at = path.join(folder, 'node_modules', library);
  const entry = path.join(at, readPackage(at)?.main ?? path.join('dist', 'index.js'));
  return existsSync(entry) ? entry : undefined;
}

/** The builds for graphics processors that are installed in a folder, whether or not the engine beside them is whole. */
export function installedGpus(folder: string, {gpu}: EnginePlatform): readonly GpuBuild[] {
  const modules = path.join(folder, 'node_modules');
  // In a clone an empty package stands in the place of each build that it leaves out.
  const isThere = (name: string): boolean => readPackage(path.join(modules, name))?.name === name;
  return (Object.keys(gpu) as GpuBuild[]).filter(each => {
    const [first] = gpu[each] ?? [];
    return first === undefined || isThere(first);
  });
}

type Package = {
  name?: string;
  version?: string;
  main?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
};

function readPackage(folder: string): Package | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Package;
  } catch {
    return undefined;
  }
}
