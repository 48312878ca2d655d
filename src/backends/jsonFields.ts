/** A JSON object of which nothing is known yet. */
export type JsonObject = {readonly [key: string]: unknown};

/** The value as an object; undefined for anything else, arrays and null among them. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** The value as a list; empty for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value as a finite number above zero: servers write 0 for counts and durations that they do not know. */
export function positiveOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Reads JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first value that is not undefined, under its key; an empty object when there is none. For optional fields. */
export function optional<K extends string, V>(key: K, ...values: readonly (V | undefined)[]): {[P in K]?: V} {
  const value = values.find(candidate => candidate !== undefined);
  return value === undefined ? {} : ({[key]: value} as {[P in K]?: V});
}
