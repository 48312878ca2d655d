import {fullName} from '../../commands/modelNames.ts';
import {LlmError} from '../../core/errors.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {hubNameOf} from './hubNameOf.ts';
import type {ModelsAction} from './modelsAction.ts';
import {namedModel} from './namedModel.ts';
import {showRepository} from './showRepository.ts';

export const modelsShow: ModelsAction = {
  name: 'show',
  usage: 'MODEL',
  summary: 'tell all that is known of a model; of hf:USER/REPO, its files and what fits',
  options: ['json', 'context'],
  async run(run) {
    const {words, options, services, io} = run;
    const hub = words.length === 1 ? hubNameOf(words[0] ?? '', services.environment) : undefined;
    if (hub) return showRepository(hub, run);
    if (options.context !== undefined)
      throw new LlmError({kind: 'usage', message: '--context is for models of the hub: hf:USER/REPO'});
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
