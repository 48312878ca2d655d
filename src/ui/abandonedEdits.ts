import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {livenessOf, ownIdentity, type ProcessIdentity} from '../storage/processIdentity.ts';

const prefix = 'llm-prompt-';
/** In each folder: the program that made it. */
const ownerName = '.owner.json';
/** Of whose owner nothing can be known, a folder this old is nobody's any more, in ms. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** Makes a private folder for a prompt that is edited outside, which says whose it is. */
export function makeEditFolder(folder: string): string {
  // Private from the first moment: mkdtemp makes it 0700.
  const own = mkdtempSync(path.join(folder, prefix));
  writeFileSync(path.join(own, ownerName), JSON.stringify(ownIdentity()), {mode: 0o600, flag: 'wx'});
  return own;
}

/**
 * Removes what programs that were killed while a prompt was edited have left. Never throws: what belongs to somebody
 * else cannot be removed, and need not be.
 *
 * @param folder where the folders for prompts are made
 * @param now ms since 1970
 */
export function removeAbandonedEdits(folder: string, now: number): void {
  try {
    for (const name of readdirSync(folder)) {
      const own = path.join(folder, name);
      if (name.startsWith(prefix) && isAbandoned(own, now)) rmSync(own, {recursive: true, force: true});
    }
  } catch {
    // The next start tries again.
  }
}

function isAbandoned(own: string, now: number): boolean {
  try {
    const owner = JSON.parse(readFileSync(path.join(own, ownerName), 'utf8')) as ProcessIdentity;
    const liveness = livenessOf(owner);
    return liveness === 'dead' || (liveness === 'unknown' && now - statSync(own).mtimeMs > abandonedMs);
  } catch {
    return false;
  }
}
