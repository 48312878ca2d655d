const day = 24 * 60 * 60 * 1000;
const units = {h: day / 24, d: day, w: 7 * day} as const;

/**
 * The moment at which a date that a person typed begins, in their time zone, in ms since 1970: `2025-11-15`, `2025-11`,
 * `2025`, `today`, `yesterday`; or so long ago: `12h`, `7d`, `2w`, `6m`, `1y`. Undefined when it is none of these.
 *
 * @param now ms since 1970
 */
export function searchDate(typed: string, now: number): number | undefined {
  const text = typed.toLowerCase();
  const today = new Date(now);
  if (text === 'today') return startOfDay(today.getFullYear(), today.getMonth(), today.getDate());
  if (text === 'yesterday') return startOfDay(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  const [, count = '', unit = ''] = /^(\d{1,4})([hdwmy])$/.exec(text) ?? [];
  if (unit === 'h' || unit === 'd' || unit === 'w') return now - Number(count) * units[unit];
  if (unit === 'm') return monthsBefore(today, Number(count));
  if (unit === 'y') return monthsBefore(today, Number(count) * 12);
  const [, year, month = '1', date = '1'] = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const start = new Date(startOfDay(Number(year), Number(month) - 1, Number(date)));
  // What no calendar has, such as the 30th of February, would silently become another day.
  return start.getMonth() === Number(month) - 1 && start.getDate() === Number(date)
    ? start.getTime()
    : undefined;
}

function startOfDay(year: number, month: number, date: number): number {
  const start = new Date(2000, month, date);
  // Set apart: the constructor takes years below 100 for those of the last century.
  start.setFullYear(year, month, date);
  return start.getTime();
}

/** So many months before; the last day of a month that is shorter. */
function monthsBefore(from: Date, months: number): number {
  const then = new Date(from);
  then.setMonth(from.getMonth() - months);
  if (then.getDate() !== from.getDate()) then.setDate(0);
  return then.getTime();
}
