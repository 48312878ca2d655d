import {type Command, say} from './command.ts';

export const retry: Command = {
  name: 'retry',
  summary: 'answer the last prompt again; the earlier answer is kept',
  run(_argument, {session}) {
    if (session.snapshot().conversation.head === null)
      return say('There is no prompt to answer again.', 'warning');
    return {type: 'retry'};
  },
};
