import {readdir} from 'node:fs/promises';
import {basename, dirname, isAbsolute, join, relative, sep} from 'node:path';
import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {ProcessWatch} from '../hub/claimFile.ts';
import {parseHubName} from '../hub/hubName.ts';
import {pulledModels} from '../hub/pulledModels.ts';
import {removeEmptyFolders, removeFiles, removePulled} from '../hub/removeModel.ts';
import {findModelFile, guideName, listModelFiles} from './modelFiles.ts';

export type RemoveLocal = {
  modelsFolder: string;
  guidePath: string;
  watch: ProcessWatch;
  /** Ends the engine of a file. */
  stop(path: string): Promise<void>;
};

/**
 * Deletes a model from the models folder, all parts of it: by its name, or as `hf:…`, then also what is not finished.
 * Throws `LlmError`: `usage` for the guide, and for a file that lies elsewhere; `model-unknown`; `storage`.
 */
export async function removeLocal(model: string, how: RemoveLocal, signal: AbortSignal): Promise<void> {
  const {modelsFolder, guidePath, watch, stop} = how;
  const name = parseHubName(model);
  if (name) {
    for (const {paths} of await pulledModels(modelsFolder, name)) await Promise.all(paths.map(stop));
    await removePulled(modelsFolder, name, watch, signal);
    return;
  }
  if (model === guideName)
    throw new LlmError({kind: 'usage', message: 'The guide belongs to the program, and stays.'});
  const inFolder = await listModelFiles(guidePath, modelsFolder);
  const isPath = isAbsolute(model) || /^\.\.?[/\\]/.test(model);
  const path = await findModelFile(model, guidePath, modelsFolder);
  if (isPath || !inFolder.some(each => each.path === path && each.id !== guideName))
    throw refused(`${neutraliseLine(model)} does not lie in the models folder.`);
  const way = relative(modelsFolder, path).split(sep);
  await stop(path);
  if (way.length > 2) {
    // It lies where a pull would put it: another program may be pulling it, or have left a part.
    const [user, repo, ...file] = way;
    await removePulled(modelsFolder, {repo: `${user}/${repo}`, file: file.join('/')}, watch, signal);
    return;
  }
  await removeFiles(modelsFolder, await partsOf(path));
  await removeEmptyFolders(modelsFolder, path);
}

/** All files of a split model; the file itself of another one. */
async function partsOf(path: string): Promise<string[]> {
  const [, start, end] = /^(.*-)\d{5}(-of-\d{5}\.gguf)$/i.exec(basename(path)) ?? [];
  if (start === undefined || end === undefined) return [path];
  const isPart = (name: string): boolean =>
    name.startsWith(start) && name.endsWith(end) && name.length === start.length + 5 + end.length;
  return (await readdir(dirname(path))).filter(isPart).map(name => join(dirname(path), name));
}

function refused(message: string): LlmError {
  return new LlmError({kind: 'usage', message, hint: 'Delete the file yourself, if it is to go.'});
}
