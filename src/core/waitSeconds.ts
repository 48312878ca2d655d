/**
 * The seconds of a pause of so many ms, for people: whole ones, rounded up so that a countdown never says 0, and tenths
 * below one: `3`, `0.5`.
 */
export function waitSeconds(ms: number): string {
  // A timer that fired a little early does not make a whole second a broken one.
  return ms > 950 ? String(Math.ceil(ms / 1000)) : (Math.max(100, ms) / 1000).toFixed(1);
}
