import {accessSync, constants} from 'node:fs';

/** Why one of these files and folders cannot be written; undefined where all can be, or are not there. */
export function whyUnwritable(paths: readonly string[]): string | undefined {
  return paths.map(refusal).find(reason => reason !== undefined);
}

function refusal(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    switch (error instanceof Error && 'code' in error && error.code) {
      case 'EROFS':
        return 'read-only file system';
      case 'EACCES':
      case 'EPERM':
        return 'no permission to write it or its folder';
      default:
        return undefined;
    }
  }
}
