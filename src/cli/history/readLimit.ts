import {LlmError} from '../../core/errors.ts';

/** How many rows `--limit` asks for. Throws `LlmError` (`usage`). */
export function readLimit(typed = '50'): number {
  const limit = Number(typed);
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new LlmError({
    kind: 'usage',
    message: `--limit wants a whole number of at least 1, got "${typed}"`,
  });
}
