/**
 * Things that each name the one before them, put into an order in which that one always comes first; things that
 * follow the same one keep their order. One whose parent is not among them, or that only follows itself by a circle,
 * begins a tree of its own: its parent becomes null.
 */
export function parentsFirst<T extends {readonly id: string; readonly parent: string | null}>(
  things: readonly T[],
): T[] {
  const ids = new Set(things.map(({id}) => id));
  const children = new Map<string, T[]>();
  const roots: T[] = [];
  for (const thing of things) {
    if (thing.parent === null || !ids.has(thing.parent)) {
      roots.push(thing);
      continue;
    }
    const siblings = children.get(thing.parent);
    if (siblings) siblings.push(thing);
    else children.set(thing.parent, [thing]);
  }
  const ordered: T[] = [];
  const seen = new Set<string>();
  // What no root leads to comes after them: it stands in a circle.
  for (const start of [...roots, ...things]) {
    if (seen.has(start.id)) continue;
    const waiting: T[] = [{...start, parent: null}];
    // Not by recursion: a conversation may be thousands of messages deep.
    for (let thing = waiting.pop(); thing; thing = waiting.pop()) {
      if (seen.has(thing.id)) continue;
      seen.add(thing.id);
      ordered.push(thing);
      waiting.push(...(children.get(thing.id) ?? []).toReversed());
    }
  }
  return ordered;
}
