import {existsSync} from 'node:fs';
import {installCommand} from '../../backends/local/engineFailure.ts';
import {type EnginePlatform, enginePlatform, type GpuBuild} from '../../backends/local/enginePlatform.ts';
import {findEngine} from '../../backends/local/findEngine.ts';
import {gpuBytes} from '../../backends/local/installEngine.ts';
import type {Finding} from '../../commands/command.ts';
import {toLlmError} from '../../core/errors.ts';
import {formatBytes, formatDuration} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {guideModel, type Services} from '../createServices.ts';

/** Longest wait for the engine's first word, in ms. */
const longestMs = 30_000;

/** Lets the embedded engine say one word with the built-in guide, in its own process, and says what computes there. */
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
    const model = guideModel.slice(guideModel.indexOf('/') + 1);
    const request = {
      model,
      messages: [{role: 'user' as const, text: 'Hello'}],
      options: {max_tokens: 1},
    };
    for await (const event of backend.reply(request, AbortSignal.timeout(longestMs))) {
      if (event.type === 'finish') break;
    }
    const took = formatDuration(performance.now() - start);
    const {gpu} = await backend.describe(model, AbortSignal.timeout(longestMs));
    return [
      {area, state: 'ok', text: `node-llama-cpp loads and the built-in guide answers, ${took}`},
      gpuFinding(gpu, environment.paths),
    ];
  } catch (thrown) {
    const {kind, message, hint} = toLlmError(thrown, 'engine');
    if (kind === 'cancelled') {
      return [
        {
          area,
          state: 'problem',
          text: `no word came within ${longestMs / 1000} s`,
          remedy: `Fetch it anew: ${installCommand}`,
        },
      ];
    }
    // Whoever uses a model server needs no engine.
    return [{area, state: 'warning', text: message, ...(hint && {remedy: hint})}];
  }
}

/** What computes, and how a graphics processor would. It is no fault to have none. */
function gpuFinding(
  gpu: string | undefined,
  {engine: engineFolder, packageRoot}: Services['environment']['paths'],
  platform: EnginePlatform = enginePlatform(),
): Finding {
  const area = 'engine';
  if (gpu !== undefined) return {area, state: 'ok', text: `graphics processor: ${neutraliseLine(gpu)}`};
  const installed = findEngine({engineFolder, packageRoot, platform})?.gpus ?? [];
  const others = (Object.keys(platform.gpu) as GpuBuild[]).filter(each => !installed.includes(each));
  const text =
    installed.length > 0
      ? `computes on the processor: the build for ${installed.join(' and ')} found no graphics processor`
      : 'computes on the processor alone';
  if (others.length === 0) return {area, state: 'ok', text};
  const ways = others.map(each => `\`${installCommand} ${each}\` (${formatBytes(gpuBytes[each])} more)`);
  return {area, state: 'ok', text: `${text}; for a graphics processor: ${ways.join(', or ')}`};
}
