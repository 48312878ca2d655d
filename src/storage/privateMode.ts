import {chmodSync, closeSync, mkdirSync, openSync, type Stats, statSync} from 'node:fs';

/** Windows keeps access in lists of its own, in the person's profile; there are no mode bits to set. */
const hasModes = process.platform !== 'win32';

/**
 * Makes sure that a folder of ours exists and that nobody else may enter it (0700).
 *
 * @param home the person's home folder, which may be where our files are: who may enter it is not ours to decide
 * @returns warnings for the person: what was open to others and was tightened, or could not be
 */
export function privateFolder(path: string, home?: string): string[] {
  mkdirSync(path, {recursive: true, mode: 0o700});
  return home !== undefined && isSame(path, home) ? [] : tighten(path);
}

/**
 * Makes sure that the file exists and that nobody else may read it (0600).
 *
 * @returns warnings for the person: what was open to others and was tightened, or could not be
 */
export function privateFile(path: string): string[] {
  // Created by hand first: what creates it otherwise would leave the mode to the umask.
  if (!statSync(path, {throwIfNoEntry: false})) closeSync(openSync(path, 'a', 0o600));
  return tighten(path);
}

/** Whether two paths lead to one folder, also by links. */
function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map(path => statSync(path, {throwIfNoEntry: false, bigint: true}));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

/**
 * Takes the rights of others from a file or folder, where it exists. What is neither (a history that leads to
 * /dev/null) is left alone.
 *
 * @returns warnings for the person
 */
export function tighten(path: string): string[] {
  const stat = hasModes ? statOf(path) : undefined;
  if (!stat?.isFile() && !stat?.isDirectory()) return [];
  const mode = stat.isFile() ? 0o600 : 0o700;
  const found = stat.mode & 0o7777;
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

/** Undefined also for what cannot be looked at: whoever opens it says why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, {throwIfNoEntry: false});
  } catch {
    return undefined;
  }
}
