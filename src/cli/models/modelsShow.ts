import {describeFully} from '../../commands/describeFully.ts';
import {modelFacts} from '../../commands/modelFacts.ts';
import {fullName} from '../../commands/modelNames.ts';
import {neutralise, neutraliseLine} from '../../core/neutralise.ts';
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
