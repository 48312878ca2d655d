import {isLacking, lackError, neededAbilities} from '../core/abilities.ts';
import {type Conversation, toMessages} from '../core/conversation.ts';
import type {Attachment} from '../core/message.ts';
import {within} from '../core/within.ts';
import type {Services} from './createServices.ts';

/** How long looking up a model may hold a prompt back, in ms. */
const patienceMs = 1_000;

/**
 * Refuses a prompt that needs what its model is known to lack, where nobody can be asked. A server of the person's own
 * is asked about the model; a cloud is not, for that would be one more request for each prompt, and it refuses by
 * itself. Throws `LlmError` (`capability`).
 */
export async function requireAbilities(
  services: Pick<Services, 'resolve'>,
  conversation: Conversation,
  attachments: readonly Attachment[],
  schema: object | undefined,
): Promise<void> {
  const needed = neededAbilities([...toMessages(conversation), {attachments}], {
    think: conversation.think,
    schema,
  });
  if (needed.length === 0) return;
  const {backend, model} = await services.resolve(conversation.model);
  const described = backend.capabilities.local
    ? await within(
        // A server that does not tell keeps nobody from asking it.
        backend.describe(model, AbortSignal.timeout(patienceMs)).catch(() => undefined),
        patienceMs,
      )
    : undefined;
  const facts = {model: described ?? {id: model, backend: backend.id}, backend: backend.capabilities};
  const missing = needed.find(ability => isLacking(ability, facts));
  if (missing) throw lackError(missing, conversation.model);
}
