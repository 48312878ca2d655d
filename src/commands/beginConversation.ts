import type {Conversation} from '../core/conversation.ts';
import type {CommandContext} from './command.ts';

/**
 * Goes on with a conversation that has not begun. It is stored where the one before it was: only /incognito changes
 * that. Returns the text with which a person is told of it.
 */
export async function beginConversation(
  {session}: Pick<CommandContext, 'session'>,
  fresh: Conversation,
  text: string,
): Promise<string> {
  const {isStored} = session.snapshot();
  await session.open(fresh, {stored: isStored});
  return isStored ? text : `${text}, still incognito: nothing of it is stored`;
}
