import {closeSync, openSync} from 'node:fs';

/**
 * Creates an empty file that only its owner can read, whatever the umask is: SQLite fills it then, and would leave the
 * mode of its own to the umask. False when there is a file of that name. Throws the error of the file system.
 */
export function reserveFile(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
