import {nameToPull} from '../../commands/managedName.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {ModelsAction} from './modelsAction.ts';
import {cannotManage, modelToManage} from './modelToManage.ts';
import {oneName} from './namedModel.ts';
import {pullShown} from './pullShown.ts';

export const modelsPull: ModelsAction = {
  name: 'pull',
  usage: 'MODEL [--ollama]',
  summary:
    'get a model: hf:USER/REPO[:QUANT], or one of Ollama; again after a break, and it goes on where it was',
  options: ['ollama'],
  async run({words, options, services, io}) {
    const {id, name, backend, model} = await modelToManage(oneName('pull', words), services, {
      ...options,
      find: nameToPull,
    });
    const {pull} = backend;
    if (!pull) throw cannotManage(backend, 'pull');
    const shown = neutraliseLine(name);
    const end = await pullShown({...backend, pull}, model, shown, io, services.environment);
    if (end.stopped !== undefined) {
      // What was chosen today might not be chosen the next time.
      const again = end.model === undefined ? shown : neutraliseLine(`hf:${end.model}.gguf`);
      io.stderr.write(`llm: stopped; what has come is kept: llm models pull ${again}\n`);
      return end.stopped;
    }
    if (end.model === undefined) {
      io.stdout.write(`${shown} is there\n`);
      return 0;
    }
    const local = neutraliseLine(`${id}/${end.model}`);
    io.stdout.write(`${local} is there\n`);
    io.stderr.write(`llm: talk with it: llm chat -m ${local}\n`);
    return 0;
  },
};
