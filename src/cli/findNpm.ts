import type {Environment} from './environment.ts';
import {findExecutables} from './findExecutables.ts';

/** The program that fetches the embedded engine; undefined when it is not on the PATH. */
export function findNpm({host}: Pick<Environment, 'host'>): string | undefined {
  return findExecutables(host.platform === 'win32' ? 'npm.cmd' : 'npm', host.path)[0];
}
