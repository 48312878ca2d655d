import {canChat} from '../backends/canChat.ts';
import type {Model} from '../core/backend.ts';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {CommandContext} from './command.ts';
import {splitName} from './managedName.ts';
import {fullName} from './modelNames.ts';

/**
 * Whether a model only turns texts into numbers: its server says so, or, where it says nothing, its name does. One
 * that is merely not known to answer prompts may be tried.
 */
export function makesEmbeddings(model: Model): boolean {
  return !canChat(model) && (model.capabilities === undefined || model.capabilities.includes('embedding'));
}

/** Why a model is not switched to, in one line; undefined where nothing speaks against it. */
export function chatRefusal(model: Model): string | undefined {
  return makesEmbeddings(model)
    ? `${neutraliseLine(fullName(model))} makes embeddings, it does not chat`
    : undefined;
}

/**
 * Refuses a model (full name) that does not chat. Nobody is asked, and so a prompt typed right behind waits for nothing,
 * but where only the name speaks against a model. Throws `LlmError` (`capability`).
 */
export async function refuseChatless(
  name: string,
  {shelf, modelFacts}: Pick<CommandContext, 'shelf' | 'modelFacts'>,
): Promise<void> {
  const {backend, model: id} = splitName(name);
  const listed = shelf.known().find(model => fullName(model) === name) ?? {id, backend};
  if (chatRefusal(listed) === undefined) return;
  const facts = listed.capabilities ? undefined : await modelFacts(name).catch(() => undefined);
  const {capabilities} = facts?.model ?? {};
  const message = chatRefusal({...listed, ...(capabilities && {capabilities})});
  if (message !== undefined)
    throw new LlmError({kind: 'capability', message, hint: 'Choose another with /model.'});
}
