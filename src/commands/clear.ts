import type {Command} from './command.ts';

export const clear: Command = {
  name: 'clear',
  summary: 'begin a new conversation on a clean screen',
  exact: true,
  async run(_argument, context) {
    await context.session.open(context.newConversation());
    return {type: 'opened', clearScreen: true, text: 'New conversation'};
  },
};
