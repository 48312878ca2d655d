import {type Command, say} from './command.ts';
import {formatAge} from './formatAge.ts';
import {openStored} from './openStored.ts';
import {sessions} from './sessions.ts';
import {shorten} from './shorten.ts';

export const resume: Command = {
  name: 'resume',
  usage: '[ID]',
  summary: 'go on with a stored conversation',
  async complete(_argument, {stored}) {
    const now = Date.now();
    return (await stored.list(50)).map(({id, title, updated, messages}) => ({
      text: id,
      label: shorten(title, 60) || 'untitled',
      detail: `${formatAge(updated, now)} · ${messages} messages`,
    }));
  },
  async run(argument, context) {
    if (argument === '') return sessions.run('', context);
    if (argument === context.session.snapshot().conversation.id) return say('You are in it already.');
    return openStored(context, argument);
  },
};
