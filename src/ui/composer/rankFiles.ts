import Fuse from 'fuse.js';

/** How many candidates are ranked with care. */
const most = 150;

/** How many are offered. */
const offered = 50;

/**
 * The paths that fit what is typed, best first, at most 50: by a part of the name or path, by letters in their order,
 * or with a letter wrong. The whole list is only scanned; fuse.js ranks what remains of it. Nothing typed: those
 * nearest to the folder.
 */
export function rankFiles(typed: string, paths: readonly string[]): readonly string[] {
  const wanted = typed.toLowerCase().replace(/^\.\//, '');
  if (wanted === '') return best(paths, path => 1 / depth(path), offered);
  const fitting = best(paths, path => closeness(wanted, path.toLowerCase()), most);
  if (fitting.length > 0) return ranked(wanted, fitting, true);
  const pairs = pairsOf(wanted);
  const least = Math.max(1, Math.ceil(pairs.length / 2));
  const similar = best(paths, path => atLeast(sharedPairs(pairs, path.toLowerCase()), least), most);
  return ranked(wanted, similar, false);
}

/** Orders candidates by fuse.js; those that it does not know come after, in the order they have, or not at all. */
function ranked(wanted: string, paths: readonly string[], keepsAll: boolean): readonly string[] {
  const entries = paths.map(path => ({path, name: baseName(path)}));
  const fuse = new Fuse(entries, {
    keys: [
      {name: 'name', weight: 2},
      {name: 'path', weight: 1},
    ],
    ignoreLocation: true,
    threshold: 0.4,
  });
  const known = fuse.search(wanted).map(({item}) => item.path);
  const exact = paths.filter(
    path => baseName(path).toLowerCase().startsWith(wanted) || path.toLowerCase().startsWith(wanted),
  );
  const order = [
    ...exact.sort((one, other) => one.length - other.length),
    ...known,
    ...(keepsAll ? paths : []),
  ];
  return [...new Set(order)].slice(0, offered);
}

/** How well a path fits; 0 when it does not. A higher figure is better. */
function closeness(wanted: string, path: string): number {
  const short = 1 / (1 + path.length);
  const at = path.lastIndexOf(wanted);
  if (at !== -1)
    return (
      (at === 0 || '/._-'.includes(path[at - 1] ?? '') ? 4 : 3) + (at > path.lastIndexOf('/') ? 2 : 0) + short
    );
  // From the end, so that the letters are found in the file's name rather than in its folders.
  let from = path.length;
  for (let letter = wanted.length - 1; letter >= 0; letter -= 1) {
    if (from === 0) return 0;
    from = path.lastIndexOf(wanted[letter] ?? '', from - 1);
    if (from === -1) return 0;
  }
  return 1 + (from > path.lastIndexOf('/') ? 1 : 0) + short;
}

/** The `count` paths with the highest figure above 0, best first, else in the order that they have. */
function best(paths: readonly string[], figure: (path: string) => number, count: number): string[] {
  return paths
    .map(path => ({path, value: figure(path)}))
    .filter(({value}) => value > 0)
    .sort((one, other) => other.value - one.value)
    .slice(0, count)
    .map(({path}) => path);
}

function pairsOf(text: string): readonly string[] {
  return [...new Set(Array.from({length: text.length - 1}, (_, at) => text.slice(at, at + 2)))];
}

function sharedPairs(pairs: readonly string[], path: string): number {
  return pairs.filter(pair => path.includes(pair)).length;
}

function atLeast(value: number, least: number): number {
  return value >= least ? value : 0;
}

function depth(path: string): number {
  return path.split('/').length;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
