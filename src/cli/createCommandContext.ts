import path from 'node:path';
import type {CommandContext, Looks} from '../commands/command.ts';
import {commands} from '../commands/commands.ts';
import {createCodeBlocks} from '../commands/createCodeBlocks.ts';
import {createPendingAttachments} from '../commands/createPendingAttachments.ts';
import {createKeyBindings} from '../commands/keyBindings.ts';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Session} from '../core/session.ts';
import type {ConversationOptions} from './conversationOptions.ts';
import type {Services} from './createServices.ts';
import {createSettingsPort} from './createSettingsPort.ts';
import {createStoredConversations} from './createStoredConversations.ts';

/** How long a list of models may be shown again, in ms. */
const listLifeMs = 3000;

/** How long a backend may take to describe a model, in ms. */
const describeMs = 3000;

/** What the slash commands may touch, wired to this program's services. */
export function createCommandContext(
  services: Services,
  session: Session,
  options: ConversationOptions,
  looks: Looks,
): CommandContext {
  let listed: {at: number; models: ReturnType<Services['listModels']>} | undefined;
  return {
    session,
    commands,
    keys: createKeyBindings(),
    codeBlocks: createCodeBlocks(),
    attachments: createPendingAttachments(async source => {
      const {readAttachment} = await import('./readAttachments.ts');
      return readAttachment(source);
    }),
    stored: createStoredConversations(services),
    looks,
    settings: createSettingsPort(services),
    async copy(text) {
      const {copyToClipboard} = await import('./copyToClipboard.ts');
      return copyToClipboard(text, services.environment);
    },
    async diagnose() {
      const {diagnose} = await import('./diagnose.ts');
      return diagnose(services);
    },
    async files() {
      const {listFiles} = await import('./listFiles.ts');
      return listFiles(process.cwd());
    },
    listModels() {
      // A name is completed key by key; the servers need not be asked for each of them.
      if (!listed || Date.now() - listed.at > listLifeMs)
        listed = {at: Date.now(), models: services.listModels()};
      return listed.models;
    },
    resolveModel: services.resolveName,
    async contextWindow(fullName) {
      const {backend, model} = await services.resolve(fullName);
      const {context, contextMax} = await backend.describe(model, AbortSignal.timeout(describeMs));
      return context ?? contextMax;
    },
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
      const extension = path.extname(target).toLowerCase();
      if (!['.md', '.markdown', '.txt', '.json'].includes(extension)) {
        throw new LlmError({
          kind: 'usage',
          message: `cannot export to ${neutraliseLine(path.basename(target))}`,
          hint: 'The name must end with .md or .json.',
        });
      }
      const text = extension === '.json' ? exportJson(conversation) : exportMarkdown(conversation);
      writeExport(target, text, {overwrite});
      return target;
    },
  };
}
