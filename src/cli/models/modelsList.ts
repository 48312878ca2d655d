import stringWidth from 'string-width';
import {formatHubName} from '../../backends/hub/hubName.ts';
import {fullName} from '../../commands/modelNames.ts';
import type {Model} from '../../core/backend.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {fitText, widthOf} from '../../ui/picker/fitText.ts';
import type {Io} from '../io.ts';
import {shellWord} from '../shellWord.ts';
import type {ModelsAction} from './modelsAction.ts';

export const modelsList: ModelsAction = {
  name: 'list',
  usage: '[BACKEND]',
  summary: 'list the models of every local backend, or of the one that is named',
  options: ['json'],
  async run({words: [backend], options, services, io}) {
    // A cloud is asked only when it is named.
    const {models: found, silent} =
      backend === undefined
        ? await services.surveyModels()
        : {
            models: await (await services.backends.open(backend)).models(new AbortController().signal),
            silent: [],
          };
    for (const {text, isTold} of silent) if (isTold) io.stderr.write(`llm: ${neutraliseLine(text)}\n`);
    if (options.json) {
      const rows = found.map(model => ({name: fullName(model), ...model}));
      io.stdout.write(`${terminalSafeJson(rows, 2)}\n`);
    } else if (found.length === 0) io.stderr.write('llm: no models were found. What is wrong: llm doctor\n');
    else printModels(found, io);
    if (!options.json && (backend === undefined || backend === 'local'))
      await tellUnfinished(services.environment.paths.models, io);
    return 0;
  },
};

/** Says on stderr what pulls that were cut take on the disk, and what to do about them. */
async function tellUnfinished(modelsFolder: string, {stderr}: Pick<Io, 'stderr'>): Promise<void> {
  const {bytesOf, unfinishedModels} = await import('../../backends/hub/pulledModels.ts');
  for (const model of await unfinishedModels(modelsFolder)) {
    const name = shellWord(formatHubName(model));
    const line = `llm: not finished: ${name} takes ${formatBytes(await bytesOf([model]))} on the disk. Go on: llm models pull ${name}. Remove it: llm models rm ${name}`;
    stderr.write(`${neutraliseLine(line)}\n`);
  }
}

/** The fewest columns of a name that is cut: less would tell nothing apart. */
const leastName = 24;

/**
 * Prints models, a line each, with what is known of them. On a terminal a name that is too long for that loses its
 * middle; elsewhere names are whole, for the program that reads them.
 */
export function printModels(models: readonly Model[], io: Pick<Io, 'stdout'>): void {
  const rows = models.map(model => ({name: neutraliseLine(fullName(model)), facts: factsOf(model)}));
  const widest = Math.max(0, ...rows.map(({name}) => stringWidth(name)));
  const longestFacts = Math.max(0, ...rows.map(({facts}) => stringWidth(facts)));
  const {isTTY, columns = 80} = io.stdout;
  const width = isTTY ? Math.min(widest, Math.max(leastName, columns - longestFacts - 2)) : widest;
  for (const {name, facts} of rows) {
    const glyphs = fitText(name, width);
    const shown = glyphs.map(({text}) => text).join('') + ' '.repeat(width - widthOf(glyphs));
    io.stdout.write(`${`${shown}  ${facts}`.trimEnd()}\n`);
  }
}

function factsOf(model: Model): string {
  const {parameters, quantization, size, context, contextMax, loaded, capabilities = []} = model;
  const window = context ?? contextMax;
  const facts = [
    parameters,
    quantization,
    size !== undefined && formatBytes(size),
    window !== undefined && `${window.toLocaleString('en-US')} context`,
    ...capabilities.filter(each => each !== 'chat'),
    loaded && 'loaded',
  ];
  return neutraliseLine(facts.filter(Boolean).join(' · '));
}
