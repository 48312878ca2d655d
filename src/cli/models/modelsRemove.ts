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
    if (!(await askYes(io, `Delete ${name} from the disk of ${backend.label}?`, options.yes))) {
      io.stderr.write('llm: nothing was deleted\n');
      return 0;
    }
    await backend.remove(model, new AbortController().signal);
    io.stdout.write(`${neutraliseLine(name)} is deleted\n`);
    return 0;
  },
};
