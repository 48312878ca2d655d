import {cutAnswer} from '../core/continuation.ts';
import {activePath, type Conversation, withHead} from '../core/conversation.ts';
import {newestLeaf} from '../core/conversationTree.ts';
import {LlmError} from '../core/errors.ts';
import type {CommandContext, CommandResult} from './command.ts';
import {shorten} from './shorten.ts';

/**
 * Goes on with a stored conversation; with a message, on the branch where that is, and it is shown. Throws `LlmError` (`usage`,
 * `storage`).
 */
export async function openStored(
  {session, stored}: CommandContext,
  id: string,
  messageId?: string,
): Promise<CommandResult> {
  const conversation = await load(stored, id);
  const current = session.snapshot().conversation.model;
  // An imported one may not say which model is to answer.
  const placed = atMessage({...conversation, model: conversation.model || current}, messageId);
  const wasStored = session.snapshot().isStored;
  await session.open(placed);
  const {isStored} = session.snapshot();
  const text = [
    `Going on with “${shorten(conversation.title, 60) || 'untitled'}”`,
    isStored && !wasStored && ', stored again',
    cutAnswer(placed) && '; its last answer was cut: /continue',
  ]
    .filter(part => typeof part === 'string')
    .join('');
  const from = messageId !== undefined && placed.nodes.has(messageId) ? messageId : undefined;
  return {type: 'opened', clearScreen: false, text, replay: true, ...(from !== undefined && {from})};
}

async function load(stored: CommandContext['stored'], id: string): Promise<Conversation> {
  try {
    return await stored.load(id);
  } catch (thrown) {
    if (!(thrown instanceof LlmError) || thrown.kind !== 'usage') throw thrown;
    throw new LlmError({kind: 'usage', message: thrown.message, hint: 'Choose one from a list: /sessions'});
  }
}

function atMessage(conversation: Conversation, messageId: string | undefined): Conversation {
  if (messageId === undefined || !conversation.nodes.has(messageId)) return conversation;
  if (activePath(conversation).some(node => node.id === messageId)) return conversation;
  return withHead(conversation, newestLeaf(conversation, messageId));
}
