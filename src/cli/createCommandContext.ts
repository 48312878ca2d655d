import {existsSync} from 'node:fs';
import type {CommandContext, Looks} from '../commands/command.ts';
import {commands} from '../commands/commands.ts';
import {createCodeBlocks} from '../commands/createCodeBlocks.ts';
import {createFirstSteps} from '../commands/createFirstSteps.ts';
import {createPendingAttachments} from '../commands/createPendingAttachments.ts';
import {createKeyBindings} from '../commands/keyBindings.ts';
import type {ModelShelf} from '../commands/modelShelf.ts';
import {createTurnGate} from '../core/compare/createTurnGate.ts';
import type {Session} from '../core/session.ts';
import {loadTheme} from '../theme/loadTheme.ts';
import {themeFolders} from './chooseTheme.ts';
import type {ConversationOptions} from './conversationOptions.ts';
import {createModelShelf} from './createModelShelf.ts';
import type {Services} from './createServices.ts';
import {createSettingsPort} from './createSettingsPort.ts';
import {createSetupPort} from './createSetupPort.ts';
import {createStoredConversations} from './createStoredConversations.ts';

/** How long a list of models may be shown again, in ms. */
const listLifeMs = 3000;

/** How long a backend may take to describe a model, in ms. */
const describeMs = 3000;

/**
 * What the slash commands may touch, wired to this program's services.
 *
 * @param writeTerminal writes an escape sequence to the terminal, outside of what is drawn; left out where there is none
 */
export function createCommandContext(
  services: Services,
  session: Session,
  options: ConversationOptions,
  looks: Looks,
  writeTerminal?: (sequence: string) => void,
): CommandContext {
  /** `at`: when they were listed, in ms since 1970; endless while they are asked. */
  let listed: {at: number; models: ReturnType<ModelShelf['list']>} | undefined;
  const shelf = createModelShelf(services, () => session.snapshot().conversation.model);
  const settings = createSettingsPort(services);
  let listFiles: Promise<() => Promise<readonly string[]>> | undefined;
  /** No shell has seen the path. */
  const atHome = (file: string): string => file.replace(/^~(?=\/)/, () => services.environment.paths.home);
  const {input} = services.settings;
  return {
    session,
    commands,
    keys: createKeyBindings(services.settings.keys, input.submit, input.editing),
    codeBlocks: createCodeBlocks(),
    attachments: createPendingAttachments(source => services.readAttachment(atHome(source))),
    stored: createStoredConversations(services),
    looks,
    settings,
    firstSteps: createFirstSteps({
      session,
      port: createSetupPort(services, shelf),
      pulls: shelf.pulls,
      settings,
    }),
    shelf,
    // Panes are to be seen side by side: a server knows itself how many models it can hold.
    gate: createTurnGate(backend => services.settings.backends[backend]?.parallel),
    async saveVote(vote) {
      const store = await services.store();
      store.saveVote(vote);
    },
    async copy(text) {
      const {copyToClipboard} = await import('./copyToClipboard.ts');
      return copyToClipboard(text, services.environment, writeTerminal);
    },
    async diagnose() {
      const {diagnose} = await import('./diagnose.ts');
      return diagnose(services);
    },
    async files() {
      listFiles ??= import('./listFiles.ts').then(({createFileList}) => createFileList(process.cwd()));
      return (await listFiles)();
    },
    async isFile(file) {
      const {stat} = await import('node:fs/promises');
      const found = await stat(atHome(file)).catch(() => undefined);
      return found?.isFile() ?? false;
    },
    listModels() {
      // A name is completed key by key; the servers need not be asked for each of them.
      if (listed && Date.now() - listed.at <= listLifeMs) return listed.models;
      const own = {at: Number.POSITIVE_INFINITY, models: shelf.list()};
      const ended = (): void => {
        own.at = Date.now();
      };
      void own.models.then(ended, ended);
      listed = own;
      return own.models;
    },
    resolveModel: services.resolveName,
    async contextWindow(fullName) {
      const {backend, model} = await services.resolve(fullName);
      const described = await backend.describe(model, AbortSignal.timeout(describeMs));
      shelf.learnt(fullName, described);
      const {context, contextMax} = described;
      return {
        ...(context !== undefined && {allocated: context}),
        ...(contextMax !== undefined && {max: contextMax}),
        growable: backend.capabilities.contextSize,
      };
    },
    async modelFacts(fullName) {
      const {backend, model} = await services.resolve(fullName);
      // What a server does not tell of the model, its protocol may.
      const unknown = {id: model, backend: backend.id};
      const described = await backend.describe(model, AbortSignal.timeout(describeMs)).catch(() => undefined);
      if (described) shelf.learnt(fullName, described);
      return {model: described ?? unknown, backend: backend.capabilities};
    },
    priceOf: services.priceOf,
    async answersToday() {
      if (!existsSync(services.environment.paths.database)) return [];
      const store = await services.store();
      return store.answersSince(new Date().setHours(0, 0, 0, 0));
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
      const {exportConversation} = await import('./conversationExport.ts');
      return exportConversation(session.snapshot().conversation, {
        file,
        overwrite,
        folder: process.cwd(),
        home: services.environment.paths.home,
        themeOn: background => loadTheme(looks.current(), themeFolders(services.environment), background),
        now: Date.now(),
      });
    },
  };
}
