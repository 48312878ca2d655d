/** Date and time to the minute, in the person's time zone: `2025-11-15 12:00`. `ms` since 1970. */
export function minuteOf(ms: number): string {
  return new Date(ms).toLocaleString('sv-SE', {dateStyle: 'short', timeStyle: 'short'});
}
