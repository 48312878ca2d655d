import {readdir} from 'node:fs/promises';

/** The paths of the files below a folder, relative to it. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {withFileTypes: true});
  return entries.filter(entry => entry.isFile()).map(entry => entry.name);
}
