import type {Conversation} from '../core/conversation.ts';
import {describeError, LlmError, toLlmError} from '../core/errors.ts';
import type {HeldStore} from '../storage/holdStore.ts';
import type {ConversationOptions} from './conversationOptions.ts';
import type {Services} from './createServices.ts';

/**
 * The conversation to begin or, with `-c` or `--cid`, to go on with; without its model when the person named another
 * one. Options given on the command line win over the stored ones. Throws `LlmError` (`usage`) when there is none.
 */
export async function startConversation(
  services: Services,
  options: ConversationOptions,
): Promise<{conversation: Conversation; resumed: boolean}> {
  if (!options.continue && options.cid === undefined) {
    return {conversation: services.newConversation(services.newId(Date.now()), '', options), resumed: false};
  }
  const store = await services.store();
  const id = options.cid === undefined ? store.latest() : store.find(options.cid);
  if (id === undefined) {
    throw new LlmError({
      kind: 'usage',
      message: 'there is no conversation to go on with',
      hint: 'Begin one: llm chat',
    });
  }
  const stored = store.load(id);
  return {
    conversation: {
      ...stored,
      options: {...stored.options, ...options.options},
      ...(options.system !== undefined && {system: options.system}),
      ...(options.think && {think: options.think}),
    },
    resumed: true,
  };
}

/**
 * Where the conversation is to be kept; nowhere with `-n`. A store that cannot be opened ends no talk: `warn` says so,
 * and it is tried again with each prompt.
 */
export async function openJournal(
  services: Services,
  options: ConversationOptions,
  warn: (text: string) => void,
): Promise<HeldStore | undefined> {
  if (!options.history) return undefined;
  const store = await services.heldStore();
  try {
    await store.open();
    for (const warning of store.warnings) warn(warning);
    if (store.failure) throw store.failure;
  } catch (thrown) {
    warn(`nothing of this is stored: ${describeError(toLlmError(thrown, 'storage'))}`);
  }
  store.hold();
  return store;
}
