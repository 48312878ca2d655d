import {beginConversation} from './beginConversation.ts';
import type {Command} from './command.ts';
import {refuseArgument} from './refuse.ts';

export const clear: Command = {
  name: 'clear',
  summary: 'begin a new conversation on a clean screen',
  exact: true,
  async run(argument, context) {
    refuseArgument('clear', argument);
    const text = await beginConversation(context, context.newConversation(), 'New conversation');
    return {type: 'opened', clearScreen: true, text};
  },
};
