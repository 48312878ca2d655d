import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {createSpinner} from '../spinner.ts';
import type {ModelsAction, ModelsRun} from './modelsAction.ts';
import {namedModel} from './namedModel.ts';

export const modelsLoad: ModelsAction = {
  name: 'load',
  usage: 'MODEL [--context TOKENS]',
  summary: 'have its server load a model',
  options: ['context'],
  run: run => change('load', run),
};

export const modelsUnload: ModelsAction = {
  name: 'unload',
  usage: 'MODEL',
  summary: 'have its server let a model go',
  options: [],
  run: run => change('unload', run),
};

async function change(what: 'load' | 'unload', {words, options, services, io}: ModelsRun): Promise<number> {
  const context = options.context === undefined ? undefined : Number(options.context);
  if (context !== undefined && (!Number.isInteger(context) || context < 1))
    throw new LlmError({
      kind: 'usage',
      message: `--context wants a whole number of tokens, got "${options.context}"`,
    });
  const {name, backend, model} = await namedModel(what, words, services);
  const {signal} = new AbortController();
  if (!backend[what])
    throw new LlmError({
      kind: 'capability',
      message: `${backend.label} does not ${what} models by asking`,
      hint: 'It does so by itself, or with its own program.',
    });
  const spinner = createSpinner(io.stderr, true);
  spinner.say(`${what === 'load' ? 'loading' : 'letting go of'} ${neutraliseLine(name)}`);
  try {
    if (what === 'load') await backend.load?.(model, signal, context === undefined ? {} : {context});
    else await backend.unload?.(model, signal);
  } finally {
    spinner.stop();
  }
  io.stdout.write(`${neutraliseLine(name)} is ${what === 'load' ? 'loaded' : 'not loaded any more'}\n`);
  return 0;
}
