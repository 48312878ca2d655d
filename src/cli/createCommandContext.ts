import path from 'node:path';
import type {CommandContext} from '../commands/command.ts';
import {commands} from '../commands/commands.ts';
import type {Session} from '../core/session.ts';
import type {ConversationOptions} from './conversationOptions.ts';
import type {Services} from './createServices.ts';

/** What the slash commands may touch, wired to this program's services. */
export function createCommandContext(
  services: Services,
  session: Session,
  options: ConversationOptions,
): CommandContext {
  return {
    session,
    commands,
    listModels: services.listModels,
    resolveModel: services.resolveName,
    newConversation(like) {
      const current = session.snapshot().conversation;
      const fresh = services.newConversation(services.newId(Date.now()), current.model, options);
      if (!like) return fresh;
      return {
        ...fresh,
        options: like.options,
        ...(like.system && {system: like.system}),
        ...(like.think && {think: like.think}),
      };
    },
    async exportConversation(file, overwrite) {
      const {conversation} = session.snapshot();
      const [{exportFileName, writeExport}, {exportMarkdown}, {exportJson}] = await Promise.all([
        import('../storage/exportFile.ts'),
        import('../storage/exportMarkdown.ts'),
        import('../storage/exportJson.ts'),
      ]);
      const target = path.resolve(file || exportFileName(conversation.title, Date.now()));
      const text = target.endsWith('.json') ? exportJson(conversation) : exportMarkdown(conversation);
      writeExport(target, text, {overwrite});
      return target;
    },
  };
}
