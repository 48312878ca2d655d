import {existsSync} from 'node:fs';
import type {Finding} from '../../commands/command.ts';
import {toLlmError} from '../../core/errors.ts';
import {formatDuration} from '../../core/figures.ts';
import {guideModel, type Services} from '../createServices.ts';

/** Longest wait for the engine's first word, in ms. */
const longestMs = 30_000;

/** Lets the embedded engine say one word with the built-in guide, in its own process. */
export async function engineFindings({
  backends,
  environment,
}: Pick<Services, 'backends' | 'environment'>): Promise<Finding[]> {
  const area = 'engine';
  const {guide} = environment.paths;
  if (!existsSync(guide)) {
    return [
      {
        area,
        state: 'problem',
        text: `the built-in guide is missing: ${guide}`,
        remedy: 'Install the program again.',
      },
    ];
  }
  const start = performance.now();
  try {
    const backend = await backends.open('local');
    const request = {
      model: guideModel.slice(guideModel.indexOf('/') + 1),
      messages: [{role: 'user' as const, text: 'Hello'}],
      options: {max_tokens: 1},
    };
    for await (const event of backend.reply(request, AbortSignal.timeout(longestMs))) {
      if (event.type === 'finish') break;
    }
    const took = formatDuration(performance.now() - start);
    return [{area, state: 'ok', text: `node-llama-cpp loads and the built-in guide answers, ${took}`}];
  } catch (thrown) {
    const {kind, message, hint} = toLlmError(thrown, 'engine');
    if (kind === 'cancelled') {
      return [
        {
          area,
          state: 'problem',
          text: `no word came within ${longestMs / 1000} s`,
          remedy: 'Install it again: npm install node-llama-cpp',
        },
      ];
    }
    // Whoever uses a model server needs no engine.
    return [{area, state: 'warning', text: message, ...(hint && {remedy: hint})}];
  }
}
