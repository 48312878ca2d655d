import {existsSync, statSync} from 'node:fs';
import {isAbsolute, resolve} from 'node:path';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {BackendRegistry} from './backendRegistry.ts';
import {discover} from './discover.ts';

/** A model by its backend and its name there. */
export type ResolvedModel = {
  backend: string;
  model: string;
  /** `backend/model`, as listings print it. */
  name: string;
};

export type ResolveOptions = {
  backends: BackendRegistry;
  aliases?: Readonly<Record<string, string>>;
  /** The id of the backend that runs a file; without one, files are refused. */
  fileBackend?: string;
  /** The name there of a model of the hub, `hf:…`. Throws `LlmError` (`model-unknown`, `usage`). */
  findPulled?: (name: string) => Promise<string>;
  /** The folder that relative paths start from. */
  folder: string;
  /** The folder that `~` stands for; without it `~` is a name like others. */
  home?: string;
  signal: AbortSignal;
  /** Longest search among the local servers, in ms. */
  withinMs?: number;
};

/** The full name of a model. */
export function fullName(backend: string, model: string): ResolvedModel {
  return {backend, model, name: `${backend}/${model}`};
}

/**
 * Finds out which model a person means: a path to a GGUF file, a model of the hub that was pulled, an alias,
 * `backend/name`, or a name that one of the local backends has. Only the last asks anybody. Throws `model-unknown` with
 * the nearest names, and `file` for a path where nothing is.
 */
export async function resolveModel(name: string, options: ResolveOptions): Promise<ResolvedModel> {
  const {backends, aliases = {}} = options;
  const asked = name.trim();
  if (asked === '') throw new LlmError({kind: 'usage', message: 'The name of the model is empty.'});
  const file = fileOf(asked, options);
  if (file) return file;
  const {fileBackend, findPulled} = options;
  if (fileBackend !== undefined && findPulled && asked.startsWith('hf:'))
    return fullName(fileBackend, await findPulled(asked));
  const aliased = Object.hasOwn(aliases, asked) ? aliases[asked] : undefined;
  if (aliased !== undefined) return resolveModel(aliased, {...options, aliases: {}});
  const slash = asked.indexOf('/');
  const backend = slash > 0 ? asked.slice(0, slash) : '';
  if (backend && slash < asked.length - 1 && backends.find(backend)) {
    return fullName(backend, asked.slice(slash + 1));
  }
  return search(asked, options);
}

/** A path is what looks like one, or a GGUF file that is there. */
function fileOf(asked: string, {folder, home, fileBackend}: ResolveOptions): ResolvedModel | undefined {
  // A name from the settings, or in quotes, has met no shell that knows `~`.
  const inHome = home !== undefined && /^~[\\/]/.test(asked);
  const looksLikePath = inHome || /^\.{1,2}[\\/]/.test(asked) || isAbsolute(asked);
  const path = inHome ? resolve(home, asked.slice(2)) : resolve(folder, asked);
  if (!looksLikePath && !(asked.toLowerCase().endsWith('.gguf') && existsSync(path))) return undefined;
  const found = statSync(path, {throwIfNoEntry: false});
  if (!found?.isFile()) {
    throw new LlmError({
      kind: 'file',
      message: `${neutraliseLine(asked)}: ${found ? 'this is not a file' : 'there is no such file'}.`,
      hint: 'Give the path of a GGUF file.',
    });
  }
  if (fileBackend !== undefined) return fullName(fileBackend, path);
  throw new LlmError({kind: 'usage', message: 'Model files cannot be run here.'});
}

async function search(asked: string, options: ResolveOptions): Promise<ResolvedModel> {
  const {backends, aliases = {}, signal, withinMs = 1_500} = options;
  const known = await localModels(backends, signal, withinMs);
  const matches =
    [(model: string) => model === asked, (model: string) => sameName(model, asked)]
      .map(fits => known.filter(each => fits(each.model)))
      .find(found => found.length > 0) ?? [];
  const [only] = matches;
  if (only && matches.length === 1) return only;
  const shown = JSON.stringify(neutraliseLine(asked));
  if (only) {
    throw new LlmError({
      kind: 'model-unknown',
      message: `${shown} is the name of several models.`,
      hint: `Give one in full: ${list(matches.map(match => match.name))}.`,
    });
  }
  const candidates = [...Object.keys(aliases), ...known.map(each => each.name)];
  const near = await nearest(asked, candidates);
  const ids = backends.entries.map(entry => entry.id);
  throw new LlmError({
    kind: 'model-unknown',
    message: `There is no model ${shown}.`,
    hint:
      near.length > 0
        ? `Did you mean ${list(near)}?`
        : known.length > 0
          ? `These are here: ${list(known.map(each => each.name).slice(0, 5))}.`
          : `No local server answers. A full name is BACKEND/MODEL, with one of ${ids.join(', ')}.`,
  });
}

/** The models of the local servers that answer, and of the local backends that are no servers. */
async function localModels(
  backends: BackendRegistry,
  signal: AbortSignal,
  withinMs: number,
): Promise<ResolvedModel[]> {
  const [found, own] = await Promise.all([
    discover(backends.entries, backends.open, signal, {withinMs}),
    Promise.all(
      backends.entries
        .filter(entry => entry.local && entry.baseUrl === undefined)
        .map(async entry => ({
          entry,
          models: await backends
            .open(entry.id)
            .then(backend => backend.models(signal))
            .catch(() => []),
        })),
    ),
  ]);
  return [...found, ...own].flatMap(({entry, models}) => models.map(model => fullName(entry.id, model.id)));
}

/** Case does not count, nor does the tag that stands for none. */
function sameName(model: string, asked: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/:latest$/, '');
  return plain(model) === plain(asked);
}

/** Up to three names that are close to what was typed. */
export async function nearest(asked: string, candidates: readonly string[]): Promise<string[]> {
  if (candidates.length === 0) return [];
  const {default: Fuse} = await import('fuse.js');
  const fuse = new Fuse([...new Set(candidates)], {threshold: 0.5, ignoreLocation: true});
  return fuse.search(asked.slice(0, 100), {limit: 3}).map(result => result.item);
}

function list(names: readonly string[]): string {
  return names.map(neutraliseLine).join(', ');
}
