import type {Command} from './command.ts';
import {refuseArgument} from './refuse.ts';

export const reset: Command = {
  name: 'reset',
  summary: 'begin a new conversation with the same model, system prompt and options',
  async run(argument, context) {
    refuseArgument('reset', argument);
    const {session} = context;
    await session.open(context.newConversation(session.snapshot().conversation));
    return {type: 'opened', clearScreen: false, text: 'New conversation, same settings'};
  },
};
