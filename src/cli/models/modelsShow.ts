import {describeFully} from '../../commands/describeFully.ts';
import {modelFacts} from '../../commands/modelFacts.ts';
import {fullName} from '../../commands/modelNames.ts';
import {LlmError} from '../../core/errors.ts';
import {neutralise, neutraliseLine} from '../../core/neutralise.ts';
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
    const found = await describeFully(backend, model, new AbortController().signal);
    if (options.json) {
      io.stdout.write(`${terminalSafeJson({name, ...found}, 2)}\n`);
      return 0;
    }
    const aliases = Object.entries(services.settings.alias).filter(([, meant]) => meant === name);
    const facts = [
      ['name', fullName(found)] as const,
      ['backend', backend.label] as const,
      ...aliases.map(([alias]) => ['alias', alias] as const),
      ...modelFacts(found, Date.now()),
    ];
    for (const [title, value] of facts) io.stdout.write(`${title.padEnd(16)} ${neutraliseLine(value)}\n`);
    for (const [title, text] of Object.entries(found.texts ?? {}))
      io.stdout.write(`\n${title}\n${indented(text)}\n`);
    return 0;
  },
};

function indented(text: string): string {
  return neutralise(text.trimEnd())
    .split('\n')
    .map(line => `  ${line}`.trimEnd())
    .join('\n');
}
