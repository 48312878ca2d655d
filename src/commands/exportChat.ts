import {type Command, say} from './command.ts';

export const exportChat: Command = {
  name: 'export',
  usage: '[file.md | file.html | file.json] [!]',
  summary: 'write the conversation to a file; ! overwrites one',
  async complete(argument, context) {
    if (/\s/.test(argument)) return [];
    const {exportFileName} = await import('../storage/exportFile.ts');
    const {title} = context.session.snapshot().conversation;
    return ['md', 'html', 'json'].map(extension => exportFileName(title, Date.now(), extension));
  },
  async run(argument, context) {
    if (context.session.snapshot().conversation.nodes.size === 0)
      return say('Nothing has been said yet.', 'warning');
    const overwrite = argument.endsWith('!');
    const file = argument.replace(/\s*!$/, '');
    return say(`Exported to ${await context.exportConversation(file, overwrite)}`, 'success');
  },
};
