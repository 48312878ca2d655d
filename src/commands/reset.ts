import {beginConversation} from './beginConversation.ts';
import type {Command} from './command.ts';
import {refuseArgument} from './refuse.ts';

export const reset: Command = {
  name: 'reset',
  summary: 'begin anew with the same model, system and options',
  async run(argument, context) {
    refuseArgument('reset', argument);
    const fresh = context.newConversation(context.session.snapshot().conversation);
    const text = await beginConversation(context, fresh, 'New conversation, same settings');
    return {type: 'opened', clearScreen: false, text};
  },
};
