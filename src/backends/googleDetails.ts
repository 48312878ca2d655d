import {listOf, objectOf, optional, textOf} from './jsonFields.ts';

/** What the `details` of a Google error say beyond its message. */
export type GoogleDetails = {
  /** How long to wait, in ms. */
  waitMs?: number;
  /** Which quota is used up: one that comes back with the next minute, or one that does not. */
  quota?: 'short' | 'long';
  /** A name for the cause, such as `API_KEY_INVALID`. */
  reason?: string;
};

/** Reads `google.rpc.RetryInfo`, `QuotaFailure` and `ErrorInfo`: https://cloud.google.com/apis/design/errors#error_details */
export function googleDetails(details: unknown): GoogleDetails {
  let found: GoogleDetails = {};
  for (const entry of listOf(details)) {
    const fields = objectOf(entry);
    const kind = textOf(fields?.['@type'])?.split('.').at(-1);
    if (kind === 'RetryInfo') {
      const seconds = Number.parseFloat(textOf(fields?.retryDelay) ?? '');
      if (seconds >= 0) found = {...found, waitMs: Math.ceil(seconds * 1_000)};
    } else if (kind === 'QuotaFailure') {
      const names = listOf(fields?.violations).map(each => `${objectOf(each)?.quotaId ?? ''}`);
      if (names.length > 0) {
        found = {...found, quota: names.some(name => /PerDay|PerMonth/i.test(name)) ? 'long' : 'short'};
      }
    } else if (kind === 'ErrorInfo') {
      found = {...found, ...optional('reason', textOf(fields?.reason))};
    }
  }
  return found;
}
