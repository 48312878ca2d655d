/**
 * The names that a person may have meant, nearest first: those that begin with what was typed, and those that take few
 * single-letter changes to become it.
 */
export function nearestNames(typed: string, names: readonly string[], most = 3): string[] {
  const wanted = typed.toLowerCase();
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  return (
    names
      .map(name => ({
        name,
        far:
          wanted !== '' && name.toLowerCase().startsWith(wanted)
            ? 1
            : editDistance(wanted, name.toLowerCase()),
      }))
      .filter(({name, far}) => name !== typed && far <= limit)
      // Half of a short word changed is another word, unless it begins or ends alike.
      .filter(({name, far}) => far < 2 || wanted.length > 5 || sharesAnEnd(wanted, name.toLowerCase()))
      .sort((one, other) => one.far - other.far)
      .slice(0, most)
      .map(({name}) => name)
  );
}

function sharesAnEnd(one: string, other: string): boolean {
  return one.at(0) === other.at(0) || one.at(-1) === other.at(-1);
}

/** Levenshtein's distance, row by row. */
function editDistance(one: string, other: string): number {
  let row = Array.from({length: other.length + 1}, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
