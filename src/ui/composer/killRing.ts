/** What was deleted, to be put back: the newest first. */
export type KillRing = {readonly entries: readonly string[]};

export const emptyKillRing: KillRing = {entries: []};

/** How many deletions are kept. */
const most = 30;

/** Where the deleted text stood: before the cursor, or after it. */
export type KillDirection = 'backward' | 'forward';

/** Keeps a deleted text. With `joins` it belongs to what was deleted just before, on the same side of the cursor. */
export function kill(ring: KillRing, text: string, direction: KillDirection, joins: boolean): KillRing {
  if (text === '') return ring;
  const [last, ...earlier] = ring.entries;
  if (!joins || last === undefined) return {entries: [text, ...ring.entries].slice(0, most)};
  return {entries: [direction === 'backward' ? text + last : last + text, ...earlier]};
}

/** The entry that was deleted `back` deletions before the last one, round the end; undefined when there is none. */
export function killed({entries}: KillRing, back: number): string | undefined {
  return entries[back % Math.max(1, entries.length)];
}
