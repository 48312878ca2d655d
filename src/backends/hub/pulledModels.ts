import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {HubName} from './hubName.ts';
import {isSameQuantisation, quantisationOf} from './quantisation.ts';

/** A model of the hub in the models folder. */
export type PulledModel = {
  /** `hf:…`'s path in its repository, of the first file. */
  file: string;
  /** Its name for the embedded engine, without `local/`. */
  id: string;
  /** The files on disk: all parts, what is unfinished, and claims. */
  paths: readonly string[];
  isComplete: boolean;
};

const partPattern = /\.gguf\.[\da-f]{16}\.part$/i;

/** The folder of a repository among the models: its name is the way, so that no list has to be kept. */
export function repositoryFolder(modelsFolder: string, repo: string): string {
  return join(modelsFolder, ...repo.split('/'));
}

/** The name of a file of a repository for the embedded engine, without `local/`. */
export function pulledId(repo: string, file: string): string {
  return `${repo}/${file.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '')}`;
}

/** What was pulled of a repository, and fits the name; also what is not finished. */
export async function pulledModels(modelsFolder: string, name: HubName): Promise<PulledModel[]> {
  const folder = repositoryFolder(modelsFolder, name.repo);
  const entries = await readdir(folder, {recursive: true}).catch(() => []);
  const paths = entries.map(entry => entry.replaceAll('\\', '/'));
  const files = paths.flatMap(path => {
    const [, file] = /^(.*\.gguf)(?:\.[\da-f]{16}\.part|\.claim-[\da-f]+)?$/i.exec(path) ?? [];
    return file === undefined ? [] : [{path, file}];
  });
  const groups = Map.groupBy(files, ({file}) => pulledId(name.repo, file));
  const models = [...groups].map(([id, members]) => {
    const [first] = [...members].sort((one, other) => (one.file < other.file ? -1 : 1));
    const file = first?.file ?? '';
    return {
      id,
      file,
      paths: members.map(({path}) => join(folder, path)),
      // The first part comes last, so that a split model that has it has all.
      isComplete: members.some(({path}) => path === file && isFirst(file)),
    };
  });
  return models
    .filter(({file, id}) => isMeant(file, id, name))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** What was begun and is not finished, of all repositories in the models folder. */
export async function unfinishedModels(modelsFolder: string): Promise<(PulledModel & {repo: string})[]> {
  const entries = await readdir(modelsFolder, {recursive: true}).catch(() => []);
  const parts = entries.filter(entry => partPattern.test(entry)).map(entry => entry.replaceAll('\\', '/'));
  const repos = new Set(parts.map(part => part.split('/').slice(0, 2).join('/')));
  const models = await Promise.all(
    [...repos].map(async repo => (await pulledModels(modelsFolder, {repo})).map(model => ({...model, repo}))),
  );
  return models.flat().filter(({paths}) => paths.some(path => partPattern.test(path)));
}

/** The bytes that models take on the disk. */
export async function bytesOf(models: readonly PulledModel[]): Promise<number> {
  const sizes = await Promise.all(
    models
      .flatMap(({paths}) => paths)
      .map(path =>
        stat(path).then(
          found => found.size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Whether a model of a repository, by its first file and its id, is one that a name of that repository means. */
export function isMeant(file: string, id: string, {repo, file: wanted, quant}: HubName): boolean {
  if (wanted !== undefined) return id === pulledId(repo, wanted);
  return quant === undefined || isSameQuantisation(quantisationOf(file) ?? '', quant);
}

function isFirst(file: string): boolean {
  return !/-\d{5}-of-\d{5}\.gguf$/i.test(file) || /-00001-of-\d{5}\.gguf$/i.test(file);
}
