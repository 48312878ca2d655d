import type {Command} from './command.ts';
import {refuseArgument} from './refuse.ts';

export const newChat: Command = {
  name: 'new',
  summary: 'begin a new conversation',
  async run(argument, context) {
    refuseArgument('new', argument);
    await context.session.open(context.newConversation());
    return {type: 'opened', clearScreen: false, text: 'New conversation'};
  },
};
