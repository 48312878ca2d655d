import {chmodSync, closeSync, mkdirSync, openSync, statSync} from 'node:fs';

/** Windows keeps access in lists of its own, in the person's profile; there are no mode bits to set. */
const hasModes = process.platform !== 'win32';

/**
 * Makes sure that the folder exists and that nobody else may enter it (0700).
 *
 * @returns warnings for the person: what was open to others and was tightened, or could not be
 */
export function privateFolder(path: string): string[] {
  mkdirSync(path, {recursive: true, mode: 0o700});
  return tighten(path, 0o700);
}

/**
 * Makes sure that the file exists and that nobody else may read it (0600).
 *
 * @returns warnings for the person: what was open to others and was tightened, or could not be
 */
export function privateFile(path: string): string[] {
  // Created by hand first: what creates it otherwise would leave the mode to the umask.
  if (!statSync(path, {throwIfNoEntry: false})) closeSync(openSync(path, 'a', 0o600));
  return tighten(path, 0o600);
}

/** Takes the rights of others from a file or folder, where it exists. */
export function tighten(path: string, mode: 0o600 | 0o700): string[] {
  if (!hasModes) return [];
  const stat = statSync(path, {throwIfNoEntry: false});
  const found = stat ? stat.mode & 0o7777 : 0;
  if ((found & 0o077) === 0) return [];
  const octal = (found & 0o777).toString(8).padStart(4, '0');
  // A folder with the sticky bit (/tmp) is shared on purpose.
  if ((found & 0o1000) !== 0) return [`${path} is shared with other users (mode ${octal}); it was left so.`];
  try {
    chmodSync(path, mode);
  } catch {
    return [`${path} can be read by other users (mode ${octal}), and could not be made private.`];
  }
  return [`${path} could be read by other users (mode ${octal}); it is now private (0${mode.toString(8)}).`];
}
