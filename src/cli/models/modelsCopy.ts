import {copyTarget} from '../../commands/copyTarget.ts';
import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {askYes} from '../askYes.ts';
import type {ModelsAction} from './modelsAction.ts';
import {cannotManage, modelToManage} from './modelToManage.ts';

export const modelsCopy: ModelsAction = {
  name: 'copy',
  usage: 'MODEL NAME [--yes]',
  summary: 'give a model a second name on its server',
  options: ['yes'],
  async run({words, options, services, io}) {
    const [typed, copyName, ...more] = words;
    if (typed === undefined || copyName === undefined || more.length > 0)
      throw new LlmError({
        kind: 'usage',
        message: `models copy wants a model and a new name, got ${words.length} words`,
        hint: 'For example: llm models copy ollama/qwen2.5:3b mine',
      });
    const {id, name, backend, model} = await modelToManage(typed, services);
    if (!backend.copy) throw cannotManage(backend, 'copy');
    const {signal} = new AbortController();
    const {name: target, taken} = copyTarget(copyName, id, await backend.models(signal));
    // It would be deleted without a word.
    if (taken !== undefined) {
      if (!options.yes && !io.stdin.isTTY)
        throw new LlmError({
          kind: 'usage',
          message: `${neutraliseLine(`${id}/${taken}`)} is there already`,
          hint: 'Choose another name, or add --yes to replace it',
        });
      const question = `${id}/${taken} is there already. Replace it with a copy of ${name}?`;
      if (!(await askYes(io, question, options.yes))) {
        io.stderr.write('llm: nothing was copied\n');
        return 0;
      }
    }
    await backend.copy(model, target, signal);
    io.stdout.write(`${neutraliseLine(`${id}/${target} is a copy of ${name}`)}\n`);
    return 0;
  },
};
