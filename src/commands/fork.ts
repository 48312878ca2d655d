import {type Command, say} from './command.ts';
import {refuseArgument} from './refuse.ts';
import {shorten} from './shorten.ts';

export const fork: Command = {
  name: 'fork',
  summary: 'go on in a copy; this conversation stays as it is',
  async run(argument, {session}) {
    refuseArgument('fork', argument);
    if (session.snapshot().conversation.head === null) return say('Nothing has been said yet.', 'warning');
    await session.fork();
    const {title} = session.snapshot().conversation;
    return {type: 'opened', clearScreen: false, text: shorten(title, 100)};
  },
};
