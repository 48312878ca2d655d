import {parseHubName} from '../../backends/hub/hubName.ts';
import {pulledModels} from '../../backends/hub/pulledModels.ts';
import type {Backend} from '../../core/backend.ts';
import {LlmError, toLlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {askYes} from '../askYes.ts';
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
    // Nobody is asked about what cannot be done.
    if (!options.yes) await requireRemovable(backend, model, services.environment.paths.models);
    if (!(await askYes(io, `Delete ${name} from the disk of ${backend.label}?`, options.yes))) {
      io.stderr.write('llm: nothing was deleted\n');
      return 0;
    }
    await backend.remove(model, new AbortController().signal);
    io.stdout.write(`${neutraliseLine(name)} is deleted\n`);
    return 0;
  },
};

/** Throws `LlmError`: `model-unknown` for what is not there, `usage` for what stays, `unreachable`. */
async function requireRemovable(backend: Backend, model: string, modelsFolder: string): Promise<void> {
  const hub = backend.id === 'local' ? parseHubName(model) : undefined;
  if (hub) {
    if ((await pulledModels(modelsFolder, hub)).length > 0) return;
    throw new LlmError({
      kind: 'model-unknown',
      message: `${neutraliseLine(model)} was not pulled`,
      hint: 'See what is there: llm models list local',
    });
  }
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
