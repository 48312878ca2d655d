import {type Conversation, withHead} from '../core/conversation.ts';

/** The conversation before the prompt that is worded anew; as it is for a new prompt (null). */
export function conversationBefore(conversation: Conversation, editOf: string | null): Conversation {
  const prompt = editOf === null ? undefined : conversation.nodes.get(editOf);
  return prompt ? withHead(conversation, prompt.parent) : conversation;
}
