import {randomBytes} from 'node:crypto';
import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {LlmError} from '../../core/errors.ts';
import {parseJson} from '../jsonFields.ts';
import {pause} from '../pause.ts';

/** How one running program is told from others; what is known of it is written down as JSON. */
export type ProcessWatch = {
  own(): object;
  /** `unknown`: it runs on another machine, if at all. */
  livenessOf(written: unknown): 'alive' | 'dead' | 'unknown';
};

/** How often a claim is tried when two are made at one moment. */
const attempts = 5;

/**
 * Claims a file for this program, against others and against itself. A claim is a file of its own beside the claimed one,
 * so that clearing away those of programs that have died can take none from a living one. Whoever finds another claim
 * steps back. Throws `storage` where another program holds the file.
 *
 * @returns lets go of it
 */
export async function claimFile(
  path: string,
  watch: ProcessWatch,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const folder = dirname(path);
  const start = `${basename(path)}.claim-`;
  await mkdir(folder, {recursive: true, mode: 0o700});
  for (let attempt = 1; ; attempt++) {
    const own = join(folder, `${start}${randomBytes(6).toString('hex')}`);
    // Renamed, so that nobody reads a claim that is written by half.
    await writeFile(`${own}.new`, JSON.stringify(watch.own()), {mode: 0o600});
    await rename(`${own}.new`, own);
    const release = (): Promise<void> => rm(own, {force: true});
    const other = await otherClaim(folder, start, basename(own), watch);
    if (other === undefined) return release;
    await release();
    if (attempt === attempts) throw taken(path, join(folder, other));
    // Two that have both stepped back must not meet again.
    await pause(20 + Math.random() * 80 * attempt, signal);
  }
}

/** The name of a claim of somebody else who is not known to be dead. */
async function otherClaim(
  folder: string,
  start: string,
  own: string,
  watch: ProcessWatch,
): Promise<string | undefined> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(start) || name === own) continue;
    const isUnfinished = name.endsWith('.new');
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const written = parseJson(text);
    // One that was never finished holds nothing; its owner may be about to finish it.
    if (isUnfinished && written === undefined) continue;
    if (written !== undefined && watch.livenessOf(written) !== 'dead') {
      if (!isUnfinished) return name;
      continue;
    }
    await rm(join(folder, name), {force: true});
  }
  return undefined;
}

function taken(path: string, claim: string): LlmError {
  return new LlmError({
    kind: 'storage',
    message: `Another llm is pulling ${basename(path)} now.`,
    hint: `Wait for it. If none does, on this machine or another one, delete ${claim}`,
  });
}
