import {randomInt} from 'node:crypto';
import type {LLamaChatGenerateResponseOptions} from 'node-llama-cpp';
import type {GenerationOptions, ThinkLevel} from '../../core/options.ts';

type Sampling = Pick<
  LLamaChatGenerateResponseOptions,
  'temperature' | 'topP' | 'topK' | 'minP' | 'seed' | 'repeatPenalty' | 'customStopTriggers' | 'budgets'
>;

/**
 * Our options under the library's names; what is not given gets the defaults of llama.cpp's own programs
 * (`common_params_sampling` in `common/common.h`), which knows no repeat penalty.
 * @param limit the most tokens that the answer may have; limits on thinking are shares of it
 */
export function samplingOptions(
  options: GenerationOptions,
  think: ThinkLevel | undefined,
  limit: number,
): Sampling {
  const {repeat_penalty, presence_penalty, frequency_penalty, seed, stop} = options;
  const penalised = repeat_penalty ?? presence_penalty ?? frequency_penalty;
  const thoughtTokens = thoughtBudget(think, limit);
  return {
    temperature: options.temperature ?? 0.8,
    topP: options.top_p ?? 0.95,
    topK: options.top_k ?? 40,
    minP: options.min_p ?? 0.05,
    // Left to itself the library takes the time in seconds: two answers within one would be the same.
    seed: seed === undefined || seed < 0 ? randomInt(2 ** 31) : seed % 2 ** 32,
    repeatPenalty:
      penalised === undefined
        ? false
        : {
            penalty: repeat_penalty ?? 1,
            presencePenalty: presence_penalty ?? 0,
            frequencyPenalty: frequency_penalty ?? 0,
          },
    ...(stop && stop.length > 0 && {customStopTriggers: stop}),
    ...(thoughtTokens !== undefined && {budgets: {thoughtTokens}}),
  };
}

/** How many tokens a model may think; undefined: as many as the answer may have. */
function thoughtBudget(think: ThinkLevel | undefined, limit: number): number | undefined {
  switch (think) {
    case 'off':
      return 0;
    case 'low':
      return Math.ceil(limit / 8);
    case 'medium':
      return Math.ceil(limit / 2);
    default:
      return undefined;
  }
}
