const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago something was, for a list: `just now`, `5 min ago`, `3 h ago`, `2 days ago`, then the date. Times in ms. */
export function formatAge(then: number, now: number): string {
  const past = now - then;
  if (past < minute) return 'just now';
  if (past < hour) return `${Math.floor(past / minute)} min ago`;
  if (past < day) return `${Math.floor(past / hour)} h ago`;
  if (past < 2 * day) return 'yesterday';
  if (past < 7 * day) return `${Math.floor(past / day)} days ago`;
  return new Date(then).toLocaleDateString('sv-SE');
}
