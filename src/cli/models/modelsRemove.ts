import {formatHubName, type HubName} from '../../backends/hub/hubName.ts';
import {bytesOf} from '../../backends/hub/pulledModels.ts';
import {pulledModel} from '../../backends/hub/removeModel.ts';
import type {Backend} from '../../core/backend.ts';
import {LlmError, toLlmError} from '../../core/errors.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {askYes} from '../askYes.ts';
import {hubNameOf} from './hubNameOf.ts';
import type {ModelsAction} from './modelsAction.ts';
import {cannotManage, modelToManage} from './modelToManage.ts';
import {oneName} from './namedModel.ts';

export const modelsRemove: ModelsAction = {
  name: 'rm',
  usage: 'MODEL [--yes]',
  summary: 'delete a model from the disk of its server, or from the models folder',
  options: ['yes'],
  async run({words, options, services, io}) {
    const {name, backend, model} = await modelToManage(oneName('rm', words), services);
    if (!backend.remove) throw cannotManage(backend, 'delete');
    const hub = hubNameOf(model, services.environment);
    const question = hub
      ? await questionFor(hub, services.environment.paths.models)
      : `Delete ${name} from the disk of ${backend.label}?`;
    // Nobody is asked about what cannot be done.
    if (!hub && !options.yes) await requireRemovable(backend, model);
    if (!(await askYes(io, question, options.yes))) {
      io.stderr.write('llm: nothing was deleted\n');
      return 0;
    }
    await backend.remove(model, new AbortController().signal);
    io.stdout.write(`${neutraliseLine(name)} is deleted\n`);
    return 0;
  },
};

/** Throws `model-unknown` where nothing of it is there, or several are. */
async function questionFor(name: HubName, modelsFolder: string): Promise<string> {
  const found = await pulledModel(modelsFolder, name);
  const size = formatBytes(await bytesOf([found]));
  const state = found.isComplete ? '' : ', not finished';
  return `Delete ${formatHubName({repo: name.repo, file: found.file})} (${size}${state}) from the models folder?`;
}

/** Throws `LlmError`: `model-unknown` for what is not there, `usage` for what stays, `unreachable`. */
async function requireRemovable(backend: Backend, model: string): Promise<void> {
  try {
    const {builtIn} = await backend.describe(model, new AbortController().signal);
    if (!builtIn) return;
  } catch (thrown) {
    const {kind} = toLlmError(thrown);
    // What cannot be read may well be deleted.
    if (kind !== 'model-unknown' && kind !== 'unreachable') return;
    throw thrown;
  }
  throw new LlmError({
    kind: 'usage',
    message: `${neutraliseLine(model)} comes with the program, and cannot be deleted`,
  });
}
