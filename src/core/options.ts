/** Sampling and engine options under one set of names, whatever the backend calls them. */
export type GenerationOptions = {
  temperature?: number;
  top_p?: number;
  top_k?: number;
  min_p?: number;
  seed?: number;
  num_ctx?: number;
  max_tokens?: number;
  repeat_penalty?: number;
  presence_penalty?: number;
  frequency_penalty?: number;
  stop?: readonly string[];
};

export const thinkLevels = ['off', 'low', 'medium', 'high', 'max'] as const;
export type ThinkLevel = (typeof thinkLevels)[number];

type NumberRule = {kind: 'number' | 'integer'; min: number; max: number};
type Rule = NumberRule | {kind: 'strings'};

const rules: {[K in keyof Required<GenerationOptions>]: Rule} = {
  temperature: {kind: 'number', min: 0, max: 5},
  top_p: {kind: 'number', min: 0, max: 1},
  top_k: {kind: 'integer', min: 0, max: 1_000_000},
  min_p: {kind: 'number', min: 0, max: 1},
  seed: {kind: 'integer', min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER},
  num_ctx: {kind: 'integer', min: 1, max: 100_000_000},
  max_tokens: {kind: 'integer', min: 1, max: 100_000_000},
  repeat_penalty: {kind: 'number', min: 0, max: 10},
  presence_penalty: {kind: 'number', min: -2, max: 2},
  frequency_penalty: {kind: 'number', min: -2, max: 2},
  stop: {kind: 'strings'},
};

export const optionNames = Object.keys(rules) as (keyof GenerationOptions)[];

const optionAliases: Record<string, keyof GenerationOptions> = {
  num_predict: 'max_tokens',
  max_completion_tokens: 'max_tokens',
};

export type ParsedOption =
  | {ok: true; name: keyof GenerationOptions; value: number | readonly string[]}
  | {ok: false; reason: 'unknown'; name: string}
  | {ok: false; reason: 'invalid'; name: keyof GenerationOptions; expected: string};

/** Reads one `KEY VALUE` pair as typed by a person or found in a settings file. */
export function parseOption(key: string, value: unknown): ParsedOption {
  const plain = key.replaceAll('-', '_');
  const name = optionAliases[plain] ?? plain;
  if (!Object.hasOwn(rules, name)) return {ok: false, reason: 'unknown', name: key};
  const known = name as keyof GenerationOptions;
  const rule = rules[known];
  if (rule.kind === 'strings') {
    const list = Array.isArray(value) ? value : [value];
    if (!list.every(item => typeof item === 'string' && item !== '')) {
      return {ok: false, reason: 'invalid', name: known, expected: 'a text, or a list of texts'};
    }
    return {ok: true, name: known, value: list as string[]};
  }
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && value.trim() !== ''
        ? Number(value)
        : Number.NaN;
  const whole = rule.kind === 'number' || Number.isInteger(number);
  if (!Number.isFinite(number) || !whole || number < rule.min || number > rule.max) {
    return {ok: false, reason: 'invalid', name: known, expected: expectation(rule)};
  }
  return {ok: true, name: known, value: number};
}

function expectation(rule: NumberRule): string {
  const noun = rule.kind === 'integer' ? 'a whole number' : 'a number';
  if (rule.min === Number.MIN_SAFE_INTEGER) return noun;
  if (rule.max >= 1_000_000) return `${noun} of at least ${rule.min}`;
  return `${noun} from ${rule.min} to ${rule.max}`;
}
