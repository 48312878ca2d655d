/** The local day of a moment, `YYYY-MM-DD`. */
export function localDay(ms: number): string {
  const local = new Date(ms);
  return [local.getFullYear(), local.getMonth() + 1, local.getDate()].map(twoDigits).join('-');
}

export function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
