/** The keys that move in a text that is longer than the screen. */
export type ScrollAction = 'up' | 'down' | 'page-up' | 'page-down' | 'start' | 'end';

/**
 * The row with which a text of `length` rows begins after a key, on a screen of `height` rows; undefined for a key that
 * does not move.
 */
export function scrolledTo(
  action: string | undefined,
  {first, length, height}: {first: number; length: number; height: number},
): number | undefined {
  const last = Math.max(0, length - height);
  const steps: Readonly<Record<ScrollAction, number>> = {
    up: -1,
    down: 1,
    'page-up': -height,
    'page-down': height,
    start: -last,
    end: last,
  };
  const by = isScrollAction(action, steps) ? steps[action] : undefined;
  return by === undefined ? undefined : Math.max(0, Math.min(last, first + by));
}

function isScrollAction(action: string | undefined, steps: object): action is ScrollAction {
  return action !== undefined && Object.hasOwn(steps, action);
}
