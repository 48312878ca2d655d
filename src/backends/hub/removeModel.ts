import {realpath, rm, rmdir} from 'node:fs/promises';
import {dirname, join, relative, resolve, sep} from 'node:path';
import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {claimFile, type ProcessWatch} from './claimFile.ts';
import {diskError} from './diskError.ts';
import {formatHubName, type HubName} from './hubName.ts';
import {type PulledModel, pulledModels, repositoryFolder} from './pulledModels.ts';

/**
 * Deletes what was pulled of a repository and fits the name, finished or not, with the folders that are empty then.
 * Throws `model-unknown` where nothing was pulled or several models fit, `storage`.
 */
export async function removePulled(
  modelsFolder: string,
  name: HubName,
  watch: ProcessWatch,
  signal: AbortSignal,
): Promise<void> {
  const found = await pulledModel(modelsFolder, name);
  const release = await claimFile(
    join(repositoryFolder(modelsFolder, name.repo), ...found.file.split('/')),
    watch,
    signal,
  );
  try {
    await removeFiles(modelsFolder, found.paths);
  } finally {
    await release();
  }
  await removeEmptyFolders(modelsFolder, found.paths[0] ?? modelsFolder);
}

/** The one model in the models folder that a name means, finished or not. Throws `model-unknown` for none, and several. */
export async function pulledModel(modelsFolder: string, name: HubName): Promise<PulledModel> {
  const [found, ...more] = await pulledModels(modelsFolder, name);
  const shown = formatHubName(name);
  if (!found)
    throw new LlmError({
      kind: 'model-unknown',
      message: `Nothing of ${shown} is in ${modelsFolder}.`,
      hint: 'See what is: llm models list local',
    });
  if (more.length > 0)
    throw new LlmError({
      kind: 'model-unknown',
      message: `${shown} stands for several models.`,
      hint: `Name one: ${neutraliseLine([found, ...more].map(({file}) => `hf:${name.repo}/${file}`).join(', '))}`,
    });
  return found;
}

/** Deletes files that lie in the models folder; the first part of a split model first. Throws `storage`. */
export async function removeFiles(modelsFolder: string, paths: readonly string[]): Promise<void> {
  for (const path of [...paths].sort()) {
    await requireInside(modelsFolder, path);
    await rm(path, {force: true}).catch((thrown: unknown) => {
      throw diskError(thrown, path);
    });
  }
}

/** Deletes the folders above a file that have become empty, up to the models folder. */
export async function removeEmptyFolders(modelsFolder: string, path: string): Promise<void> {
  const top = resolve(modelsFolder);
  for (let folder = dirname(resolve(path)); folder.startsWith(top + sep); folder = dirname(folder)) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

/** A link may lead a folder out of the models folder: what lies there is not ours to delete. */
async function requireInside(modelsFolder: string, path: string): Promise<void> {
  const [top, folder] = await Promise.all([realpath(modelsFolder), realpath(dirname(path))]);
  const way = relative(top, folder);
  if (!way.startsWith('..') && resolve(top, way) === folder) return;
  throw new LlmError({
    kind: 'usage',
    message: `${path} does not lie in the models folder.`,
    hint: 'Delete it yourself, if it is to go.',
  });
}
