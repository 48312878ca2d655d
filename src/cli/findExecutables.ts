import {accessSync, constants, statSync} from 'node:fs';
import path from 'node:path';

/** The programs of a name in the folders of `PATH`, in the order in which a shell would find them. */
export function findExecutables(name: string, folders: readonly string[]): string[] {
  return [...new Set(folders)].map(folder => path.join(folder, name)).filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
