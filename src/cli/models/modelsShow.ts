import {fullName} from '../../commands/modelNames.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import type {ModelsAction} from './modelsAction.ts';
import {namedModel} from './namedModel.ts';

export const modelsShow: ModelsAction = {
  name: 'show',
  usage: 'MODEL',
  summary: 'tell all that is known of a model',
  options: ['json'],
  async run({words, options, services, io}) {
    const {name, backend, model} = await namedModel('show', words, services);
    const found = await backend.describe(model, new AbortController().signal);
    if (options.json) {
      io.stdout.write(`${terminalSafeJson({name, ...found}, 2)}\n`);
      return 0;
    }
    const {size, parameters, quantization, context, contextMax, capabilities, lacks, loaded, modified} =
      found;
    const tokens = (count: number): string => `${count.toLocaleString('en-US')} tokens`;
    const facts: readonly (readonly [string, string | undefined])[] = [
      ['name', fullName(found)],
      ['backend', backend.label],
      ['parameters', parameters],
      ['quantisation', quantization],
      ['size', size === undefined ? undefined : formatBytes(size)],
      ['context', context === undefined ? undefined : tokens(context)],
      ['largest context', contextMax === undefined ? undefined : tokens(contextMax)],
      ['can', capabilities?.join(', ')],
      ['cannot', lacks?.join(', ')],
      ['loaded', loaded === undefined ? undefined : loaded ? 'yes' : 'no'],
      ['changed', modified === undefined ? undefined : new Date(modified).toISOString().slice(0, 10)],
    ];
    for (const [title, value] of facts)
      if (value !== undefined && value !== '')
        io.stdout.write(`${title.padEnd(16)} ${neutraliseLine(value)}\n`);
    return 0;
  },
};
