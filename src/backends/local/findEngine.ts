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

function lookIn(folder: string, {gpu}: EnginePlatform): Omit<FoundEngine, 'place'> | undefined {
  const modules = path.join(folder, 'node_modules');
  const about = readPackage(path.join(modules, library));
  if (about?.version === undefined) return undefined;
  const entry = path.join(modules, library, about.main ?? path.join('dist', 'index.js'));
  if (!existsSync(entry)) return undefined;
  // In a clone an empty package stands in the place of each build that it leaves out.
  const isThere = (name: string): boolean => readPackage(path.join(modules, name))?.name === name;
  const gpus = (Object.keys(gpu) as GpuBuild[]).filter(each => {
    const [first] = gpu[each] ?? [];
    return first === undefined || isThere(first);
  });
  return {entry, version: about.version, gpus};
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
