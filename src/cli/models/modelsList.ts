import {formatHubName} from '../../backends/hub/hubName.ts';
import {fullName} from '../../commands/modelNames.ts';
import type {Model} from '../../core/backend.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
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
    const found =
      backend === undefined
        ? await services.listModels()
        : await (await services.backends.open(backend)).models(new AbortController().signal);
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

/** Prints models, a line each, with what is known of them. */
export function printModels(models: readonly Model[], io: Pick<Io, 'stdout'>): void {
  const width = Math.max(0, ...models.map(model => fullName(model).length));
  for (const model of models) {
    const {parameters, quantization, size, context, contextMax, loaded, capabilities = []} = model;
    const window = context ?? contextMax;
    const details = [
      parameters,
      quantization,
      size !== undefined && formatBytes(size),
      window !== undefined && `${window.toLocaleString('en-US')} context`,
      ...capabilities.filter(each => each !== 'chat'),
      loaded && 'loaded',
    ];
    const line = `${fullName(model).padEnd(width)}  ${details.filter(Boolean).join(' · ')}`;
    io.stdout.write(`${neutraliseLine(line)}\n`);
  }
}
