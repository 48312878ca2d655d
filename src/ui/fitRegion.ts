/** What wants to stand in the live region, in rows. */
export type RegionWishes = {
  /** Rows of the terminal. */
  terminal: number;
  /** Of what is typed; or of the list that stands in its place. */
  composer: number;
  /** A list, which has been fitted to the terminal already. */
  isList: boolean;
  /** The activity line is wanted. */
  activity: boolean;
  queued: number;
  menu: {items: number} | null;
};

/** How many rows each part gets. All of them together are fewer than the terminal has. */
export type RegionRows = {
  composer: number;
  status: boolean;
  activity: boolean;
  queued: number;
  /** How many items the menu shows; 0 when there is no room for it. */
  menuItems: number;
  /** For the unfinished end of the answer, without the blank row after it. */
  tail: number;
};

/** Blank row after the tail, and after the activity line. */
const gap = 1;

/**
 * Shares the rows out, the composer first, then status line, menu, activity, queue, and what is left for the tail.
 * A region as tall as the terminal would make Ink clear the screen with every drawing.
 */
export function fitRegion({terminal, composer, isList, activity, queued, menu}: RegionWishes): RegionRows {
  const third = Math.max(1, Math.floor(terminal / 3));
  const own = Math.min(composer, isList ? Math.max(1, terminal - 1) : third);
  const rows = {composer: own, status: false, activity: false, queued: 0, menuItems: 0};
  let left = Math.max(1, terminal - 1) - rows.composer;
  const take = (wanted: number): boolean => {
    if (wanted > left) return false;
    left -= wanted;
    return true;
  };
  rows.status = take(1);
  if (menu) {
    // The line with the title, or with the count of what is not shown, is the menu's too.
    const frame = 1;
    rows.menuItems = Math.max(0, Math.min(Math.max(1, menu.items), 10, Math.max(2, third), left - frame));
    if (rows.menuItems > 0) take(rows.menuItems + frame);
  }
  if (activity) rows.activity = take(1 + gap);
  rows.queued = Math.max(0, Math.min(queued, 3, left));
  take(rows.queued);
  // Half of the screen at most: what a narrowing terminal wraps beyond its top would stay in the scrollback.
  return {...rows, tail: Math.max(0, Math.min(left - gap, Math.floor(terminal / 2)))};
}
