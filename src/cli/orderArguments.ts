import {thinkLevels} from '../core/options.ts';

/** Options of `chat`, `run` and `compare` that take the next word as their value, whatever it looks like. */
const withValue = new Set([
  '-m',
  '--model',
  '-s',
  '--system',
  '--system-prompt',
  '-a',
  '--attach',
  '--cid',
  '--temperature',
  '--max-tokens',
  '--schema',
  '--prompts',
  '--results',
  '--output',
]);

/**
 * Puts arguments into the form that commander reads: `-o KEY VALUE` becomes `-o KEY=VALUE`,
 * and `--think` takes the next word only if that is a level.
 */
export function orderArguments(args: readonly string[]): string[] {
  const ordered: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] ?? '';
    const next = args[index + 1];
    if (argument === '--') return [...ordered, ...args.slice(index)];
    if (withValue.has(argument)) {
      ordered.push(argument);
      if (next !== undefined) ordered.push(next);
      index += 1;
    } else if (argument === '-o' || argument === '--option') {
      const value = args[index + 2];
      if (next !== undefined && !next.includes('=') && value !== undefined) {
        ordered.push(argument, `${next}=${value}`);
        index += 2;
      } else {
        ordered.push(argument);
        if (next !== undefined) ordered.push(next);
        index += 1;
      }
    } else if (argument === '--think') {
      const isLevel = thinkLevels.some(level => level === next);
      ordered.push(isLevel ? `--think=${next}` : '--think=medium');
      if (isLevel) index += 1;
    } else {
      ordered.push(argument);
    }
  }
  return ordered;
}
