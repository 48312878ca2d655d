import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, statSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the program before the tests when there is no build, or one that is older than a source of it. */
export function setup(): void {
  const built = path.join(root, 'dist', 'main.js');
  const sources = ['src', 'package.json', 'scripts/build.mjs', 'scripts/highlightLanguages.cjs'];
  const newest = Math.max(...sources.map(source => newestIn(path.join(root, source))));
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return;
  execFileSync(process.execPath, [path.join(root, 'scripts', 'build.mjs')], {stdio: 'inherit'});
}

/** When the youngest file under a path was changed, in ms since 1970. */
function newestIn(start: string): number {
  const {mtimeMs} = statSync(start);
  if (!statSync(start).isDirectory()) return mtimeMs;
  const inside = readdirSync(start, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => statSync(path.join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(0, ...inside);
}
