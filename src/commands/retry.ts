import {type Command, say} from './command.ts';
import {fullName} from './modelNames.ts';
import {modelsInTime} from './modelsInTime.ts';

export const retry: Command = {
  name: 'retry',
  usage: '[model]',
  summary: 'answer the last prompt again, or by another model',
  async complete(_argument, context) {
    return (await modelsInTime(context)).map(fullName);
  },
  async run(argument, {session, resolveModel}) {
    const {head} = session.snapshot().conversation;
    if (head === null) return say('There is no prompt to answer again.', 'warning');
    return argument === '' ? {type: 'retry'} : {type: 'retry', model: await resolveModel(argument)};
  },
};
