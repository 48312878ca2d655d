import type {CommandContext, StoredConversations} from '../../src/commands/command.ts';
import {commands} from '../../src/commands/commands.ts';
import {createCodeBlocks} from '../../src/commands/createCodeBlocks.ts';
import {createFirstSteps, type SetupPort} from '../../src/commands/createFirstSteps.ts';
import {createPendingAttachments} from '../../src/commands/createPendingAttachments.ts';
import {createKeyBindings} from '../../src/commands/keyBindings.ts';
import type {Model} from '../../src/core/backend.ts';
import {createTurnGate} from '../../src/core/compare/createTurnGate.ts';
import type {Conversation} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {Session} from '../../src/core/session.ts';
import {emptyConversation} from '../core/sampleSession.ts';
import {fakeSettings} from './fakeSettings.ts';
import {fakeShelf} from './fakeShelf.ts';

export const sampleModels: readonly Model[] = [
  {id: 'gemma', backend: 'ollama', size: 3.3e9, parameters: '4B', quantization: 'Q4_K_M', loaded: true},
  {id: 'gemma-big', backend: 'ollama', size: 17.26e9},
  {id: 'guide', backend: 'local', size: 2e6},
];

/** No conversation is stored. */
export const nothingStored: StoredConversations = {
  list: async () => [],
  search: async () => ({found: [], corrected: []}),
  async load(id) {
    throw new LlmError({kind: 'usage', message: `no conversation ${id}`});
  },
  rename: async id => ({id, title: ''}),
  archive: async id => ({id, title: ''}),
  delete: async id => ({id, title: ''}),
  restore: async () => undefined,
};

const unavailable = (): Promise<never> => Promise.reject(new Error('this was not to be done'));

/** A machine on which there is no step to take. */
const nothingToSetUp: SetupPort = {
  next: async () => ({type: 'advice', text: 'Nothing can be set up.'}),
  startServer: unavailable,
  installEngine: unavailable,
};

/** What commands may touch, over a session; what they asked of it is kept in `exported`. */
export function fakeContext(
  session: Session,
  change: Partial<CommandContext> = {},
): CommandContext & {exported: {file: string; overwrite: boolean}[]} {
  const exported: {file: string; overwrite: boolean}[] = [];
  let made = 0;
  const shelf = fakeShelf(sampleModels);
  const settings = fakeSettings();
  return {
    session,
    commands,
    keys: createKeyBindings(),
    codeBlocks: createCodeBlocks(),
    attachments: createPendingAttachments(async source => ({
      kind: 'text',
      name: source,
      text: `text of ${source}`,
    })),
    stored: nothingStored,
    looks: {
      themes: () => ['default', 'nord'],
      describe: () => '',
      sample: () => [],
      faults: () => [],
      current: () => 'default',
      use() {},
      async keep() {},
    },
    settings,
    firstSteps: createFirstSteps({session, port: nothingToSetUp, pulls: shelf.pulls, settings}),
    shelf,
    gate: createTurnGate(() => undefined),
    async saveVote() {},
    copy: async () => 'copied',
    diagnose: async () => [],
    files: async () => [],
    isFile: async () => false,
    listModels: async () => sampleModels,
    async resolveModel(name) {
      const found = sampleModels.find(({backend, id}) => id === name || `${backend}/${id}` === name);
      if (!found) throw new LlmError({kind: 'model-unknown', message: `no model is called ${name}`});
      return `${found.backend}/${found.id}`;
    },
    newConversation(like?: Conversation) {
      made += 1;
      const current = session.snapshot().conversation;
      return emptyConversation({
        id: `fresh${made}`,
        model: current.model,
        system: 'configured',
        ...(like && {options: like.options, ...(like.system && {system: like.system})}),
      });
    },
    contextWindow: async () => undefined,
    async modelFacts(name) {
      const found = sampleModels.find(({backend, id}) => `${backend}/${id}` === name);
      const backend = {local: true, contextSize: true, schema: true, images: true, thinking: true};
      return {model: found ?? {id: name, backend: 'test'}, backend};
    },
    priceOf: async ({model = ''}) => (model.startsWith('cloud/') ? undefined : 0),
    answersToday: async () => [],
    async exportConversation(file, overwrite) {
      exported.push({file, overwrite});
      return `/somewhere/${file || 'llm-title.md'}`;
    },
    exported,
    ...change,
  };
}
