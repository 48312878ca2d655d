import type {Command} from './command.ts';

export const newChat: Command = {
  name: 'new',
  summary: 'begin a new conversation',
  async run(_argument, context) {
    await context.session.open(context.newConversation());
    return {type: 'opened', clearScreen: false, text: 'New conversation'};
  },
};
