import type {Contestant} from '../../core/compare/contestant.ts';
import {createSession} from '../../core/createSession.ts';
import type {Session} from '../../core/session.ts';
import type {HeldStore} from '../../storage/holdStore.ts';
import type {ConversationOptions} from '../conversationOptions.ts';
import type {Services} from '../createServices.ts';
import {loadSchema} from '../loadSchema.ts';
import {openJournal, startConversation} from '../startConversation.ts';

/** Opens the conversation that contestants are compared over, new or gone on with. Throws `LlmError`. */
export async function openHome(
  services: Services,
  options: ConversationOptions,
  contestants: readonly Contestant[],
  warn: (text: string) => void,
): Promise<{session: Session; store: HeldStore | undefined}> {
  const {conversation} = await startConversation(services, options);
  const schema = await loadSchema(options.schema);
  const store = await openJournal(services, options, warn);
  const session = createSession({
    conversation: {...conversation, model: contestants[0]?.model ?? ''},
    resolve: services.resolve,
    newId: services.newId,
    ...(store && {journal: store}),
    ...(store?.failure && {storageError: store.failure}),
    ...(schema && {schema}),
    priceOf: services.priceOf,
  });
  return {session, store};
}
