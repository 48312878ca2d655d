import {type Command, say} from './command.ts';

export const exportChat: Command = {
  name: 'export',
  usage: '[file.md|file.json] [!]',
  summary: 'write the conversation to a file; an existing one only with !',
  async run(argument, context) {
    if (context.session.snapshot().conversation.nodes.size === 0)
      return say('Nothing has been said yet.', 'warning');
    const overwrite = argument.endsWith('!');
    const file = argument.replace(/\s*!$/, '');
    return say(`Exported to ${await context.exportConversation(file, overwrite)}`, 'success');
  },
};
