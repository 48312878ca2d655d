import {LlmError} from '../../core/errors.ts';

/** A model whose size is named by one number may be this much smaller or larger: a 7B has 7.6 billion weights. */
const tolerance = 0.15;

/**
 * Reads what a model may have of weights: `7b` (about), `<=8b`, `>3b`, `3b..8b`, `..8b`, `500m`. Returns a test of a
 * number of weights. Throws `LlmError` (`usage`).
 */
export function parseSizeFilter(typed: string): (weights: number) => boolean {
  const text = typed.trim().toLowerCase().replace(/\s+/g, '');
  const count = String.raw`(\d+(?:\.\d+)?)([bm])`;
  const [, low, lowUnit, high, highUnit] = new RegExp(`^(?:${count})?\\.\\.(?:${count})?$`).exec(text) ?? [];
  if (low !== undefined || high !== undefined) {
    const least = low === undefined ? 0 : weightsOf(low, lowUnit);
    const most = high === undefined ? Infinity : weightsOf(high, highUnit);
    return weights => weights >= least && weights <= most;
  }
  const [, sign = '', number, unit] = new RegExp(`^([<>]=?|=)?${count}$`).exec(text) ?? [];
  if (number === undefined)
    throw new LlmError({
      kind: 'usage',
      message: `--size wants a number of weights, got "${typed}"`,
      hint: "For example: --size 7b, --size '<=8b' or --size 3b..8b",
    });
  const named = weightsOf(number, unit);
  switch (sign) {
    case '<':
      return weights => weights < named;
    case '<=':
      // Who wants at most "8b" means those that are called so, too.
      return weights => weights <= named * (1 + tolerance / 3);
    case '>':
      return weights => weights > named;
    case '>=':
      return weights => weights >= named * (1 - tolerance / 3);
    default:
      return weights => Math.abs(weights - named) <= named * tolerance;
  }
}

function weightsOf(number: string, unit = 'b'): number {
  return Number(number) * (unit === 'b' ? 1e9 : 1e6);
}
