import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {terminalSafeJson} from '../../core/terminalSafeJson.ts';
import {createModelShelf} from '../createModelShelf.ts';
import type {ModelsAction} from './modelsAction.ts';

export const modelsFavourite: ModelsAction = {
  name: 'favourite',
  usage: '[MODEL [off]]',
  summary: 'list the models that the chat shows first, or mark one',
  options: ['json'],
  async run({words: [typed, off, ...more], options, services, io}) {
    const shelf = createModelShelf(services);
    if (typed === undefined) {
      const names = shelf.favourites();
      if (options.json) io.stdout.write(`${terminalSafeJson(names, 2)}\n`);
      else for (const name of names) io.stdout.write(`${neutraliseLine(name)}\n`);
      return 0;
    }
    if (more.length > 0 || (off !== undefined && off !== 'off'))
      throw new LlmError({
        kind: 'usage',
        message: 'models favourite wants a model, and off to take the mark away',
        hint: 'For example: llm models favourite ollama/qwen2.5:3b off',
      });
    // One that is not there any more can be taken off by its full name.
    const name =
      off === 'off' && shelf.favourites().includes(typed) ? typed : await services.resolveName(typed);
    await shelf.setFavourite(name, off === undefined);
    io.stdout.write(`${neutraliseLine(name)} is ${off === undefined ? 'a favourite' : 'no favourite'}\n`);
    return 0;
  },
};
