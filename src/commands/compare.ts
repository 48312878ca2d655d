import {type Command, say} from './command.ts';
import {fullName} from './modelNames.ts';
import {refusal} from './refuse.ts';

export const compare: Command = {
  name: 'compare',
  usage: 'MODEL MODEL…',
  summary: 'answer the last prompt by several models in turn',
  async complete(argument, context) {
    const typed = /^(?:.*\s)?/s.exec(argument)?.[0] ?? '';
    const names = (await context.listModels()).map(fullName);
    return names.filter(name => !typed.split(/\s+/).includes(name)).map(name => `${typed}${name}`);
  },
  async run(argument, {session, resolveModel}) {
    const hint = 'Type: /compare MODEL MODEL. The models: /models';
    const words = argument.split(/\s+/).filter(word => word !== '');
    if (words.length < 2) throw refusal('/compare wants two models or more', hint);
    const models = [...new Set(await Promise.all(words.map(word => resolveModel(word))))];
    if (models.length < 2) throw refusal(`/compare wants models that differ, got ${models[0]} twice`, hint);
    if (session.snapshot().conversation.head === null) {
      return say('There is no prompt to be answered yet. Send one, then compare.', 'warning');
    }
    return {type: 'retry', models};
  },
};
