import {beginConversation} from './beginConversation.ts';
import type {Command} from './command.ts';
import {refuseArgument} from './refuse.ts';

export const newChat: Command = {
  name: 'new',
  summary: 'begin a new conversation',
  async run(argument, context) {
    refuseArgument('new', argument);
    const text = await beginConversation(context, context.newConversation(), 'New conversation');
    return {type: 'opened', clearScreen: false, text};
  },
};
