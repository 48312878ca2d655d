import {readdir, stat} from 'node:fs/promises';
import {isAbsolute, join, resolve, sep} from 'node:path';
import {LlmError} from '../../core/errors.ts';

/** The name of the model that comes with the program. */
export const guideName = 'guide';

export type ModelFile = {id: string; path: string};

/**
 * The models that can be named: the guide, then every `.gguf` file under the models folder in alphabetical order,
 * by its path there without extension. Of a split model only the first part counts; a missing folder is an empty one.
 */
export async function listModelFiles(guidePath: string, modelsFolder: string): Promise<ModelFile[]> {
  const entries = await readdir(modelsFolder, {recursive: true}).catch(() => []);
  const files = entries
    .filter(entry => /\.gguf$/i.test(entry) && isFirstPart(entry))
    .map(entry => ({id: nameOf(entry), path: join(modelsFolder, entry)}))
    .filter(file => file.id !== guideName)
    .sort((a, b) => a.id.localeCompare(b.id));
  return [{id: guideName, path: guidePath}, ...files];
}

/**
 * The file that a model's name stands for: `guide`, a name from the models folder (with or without `.gguf`),
 * or the path of a file. Throws `LlmError` kind `model-unknown` for anything else, `engine` where the guide is missing.
 */
export async function findModelFile(model: string, guidePath: string, modelsFolder: string): Promise<string> {
  if (model === guideName) {
    if (await isFile(guidePath)) return guidePath;
    throw new LlmError({
      kind: 'engine',
      message: `The built-in guide is missing: ${guidePath}`,
      hint: 'Install the program again, or choose another model with /model.',
    });
  }
  if (isAbsolute(model) || /^\.\.?[/\\]/.test(model)) return resolve(model);
  const files = await listModelFiles(guidePath, modelsFolder);
  const file = files.find(({id}) => id === model || id === nameOf(model));
  if (file) return file.path;
  const path = resolve(model);
  if (/\.gguf$/i.test(model) || (await isFile(path))) return path;
  throw new LlmError({
    kind: 'model-unknown',
    message: `The embedded engine has no model named ${model}`,
    hint: `It has: ${files.map(({id}) => id).join(', ')}. Give the path of a .gguf file, or put it into ${modelsFolder}.`,
  });
}

const partSuffix = /-(\d{5})-of-\d{5}$/;

function isFirstPart(entry: string): boolean {
  const part = partSuffix.exec(withoutExtension(entry))?.[1];
  return part === undefined || Number(part) === 1;
}

function nameOf(entry: string): string {
  return withoutExtension(entry).replace(partSuffix, '').split(sep).join('/');
}

function withoutExtension(entry: string): string {
  return entry.replace(/\.gguf$/i, '');
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    entry => entry.isFile(),
    () => false,
  );
}
