import {type Command, say} from './command.ts';
import {openStored} from './openStored.ts';
import {sessions} from './sessions.ts';

export const resume: Command = {
  name: 'resume',
  usage: '[ID]',
  summary: 'go on with a stored conversation',
  async complete(_argument, {stored}) {
    return (await stored.list(20)).map(({id}) => id);
  },
  async run(argument, context) {
    if (argument === '') return sessions.run('', context);
    if (argument === context.session.snapshot().conversation.id) return say('You are in it already.');
    return openStored(context, argument);
  },
};
