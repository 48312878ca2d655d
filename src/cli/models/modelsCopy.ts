import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {ModelsAction} from './modelsAction.ts';
import {cannotManage, modelToManage} from './modelToManage.ts';

export const modelsCopy: ModelsAction = {
  name: 'copy',
  usage: 'MODEL NAME',
  summary: 'give a model a second name on its server',
  options: [],
  async run({words, services, io}) {
    const [typed, copyName, ...more] = words;
    if (typed === undefined || copyName === undefined || more.length > 0)
      throw new LlmError({
        kind: 'usage',
        message: `models copy wants a model and a new name, got ${words.length} words`,
        hint: 'For example: llm models copy ollama/qwen2.5:3b mine',
      });
    const {id, name, backend, model} = await modelToManage(typed, services);
    if (!backend.copy) throw cannotManage(backend, 'copy');
    // The backend may be named there too; a copy never leaves its server.
    const target = copyName.startsWith(`${id}/`) ? copyName.slice(id.length + 1) : copyName;
    await backend.copy(model, target, new AbortController().signal);
    io.stdout.write(`${neutraliseLine(`${id}/${target} is a copy of ${name}`)}\n`);
    return 0;
  },
};
