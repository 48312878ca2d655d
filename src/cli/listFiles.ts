import {execFile} from 'node:child_process';
import {readdir} from 'node:fs/promises';
import path from 'node:path';

/** How long a list may be shown again, in ms. */
const lifeMs = 5000;

/** How long git may take, and how long a folder is looked through, in ms. */
const limitMs = 2000;

/** How many files are listed, and how many folders deep a folder without git is looked through. */
const mostFiles = 20_000;
const mostTracked = 100_000;
const deepest = 8;

/** Lists the files below a folder, again and again: a name is completed key by key. */
export function createFileList(folder: string): () => Promise<readonly string[]> {
  let listed: {at: number; files: Promise<readonly string[]>} | undefined;
  return () => {
    if (!listed || Date.now() - listed.at > lifeMs) listed = {at: Date.now(), files: listFiles(folder)};
    return listed.files;
  };
}

/**
 * The paths of the files below a folder, relative to it, with forward slashes: in a git work tree those that git
 * tracks or would, elsewhere all that are in no hidden folder and no `node_modules`. Never throws: a folder that
 * cannot be read has no files. The names are as they are on disk, whatever they hold.
 */
export async function listFiles(folder: string): Promise<readonly string[]> {
  return (await trackedFiles(folder)) ?? walk(folder);
}

/** What git knows of; undefined where there is no work tree, no git, or no answer in time. */
async function trackedFiles(folder: string): Promise<readonly string[] | undefined> {
  const output = await new Promise<string | undefined>(resolve => {
    execFile(
      'git',
      // A repository may name a program to be run as its file watcher; it may be anyone's repository.
      [
        ...['--no-optional-locks', '-c', 'core.fsmonitor=false'],
        ...['ls-files', '-t', '--cached', '--others', '--deleted', '--exclude-standard', '-z'],
      ],
      {cwd: folder, timeout: limitMs, maxBuffer: 64 * 1024 * 1024, windowsHide: true},
      (error, stdout) => resolve(error ? undefined : stdout),
    );
  });
  if (output === undefined) return undefined;
  // Each is a letter, a blank and a path; R is for those that are not there any more.
  const entries = output.split('\0').filter(entry => entry !== '' && !entry.endsWith('/'));
  const gone = new Set(entries.filter(entry => entry.startsWith('R ')).map(entry => entry.slice(2)));
  const files = new Set(entries.map(entry => entry.slice(2)).filter(file => !gone.has(file)));
  return [...files].slice(0, mostTracked);
}

/** Looks through folders, the nearest first, until there are enough files or the time is up. */
async function walk(folder: string): Promise<readonly string[]> {
  const end = Date.now() + limitMs;
  const files: string[] = [];
  let level = [''];
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const inside of level) {
      if (files.length >= mostFiles || Date.now() > end) return files.slice(0, mostFiles);
      const entries = await readdir(path.join(folder, inside), {withFileTypes: true}).catch(() => []);
      entries.sort((one, other) => (one.name < other.name ? -1 : 1));
      for (const entry of entries) {
        const name = inside + entry.name;
        if (entry.isFile()) files.push(name);
        else if (entry.isDirectory() && !isSkipped(entry.name)) next.push(`${name}/`);
      }
    }
    level = next;
  }
  return files.slice(0, mostFiles);
}

function isSkipped(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}
