import type {Conversation, MessageNode} from './conversation.ts';

/**
 * Where a session writes down what happens, as it happens. Every call returns once the fact is safe on disk,
 * and throws an `LlmError` of kind `storage` when it could not be made so: with `retryAfterMs` when another program holds
 * a lock. Nothing has happened then, and the same call, made again, does not do anything twice.
 */
export type Journal = {
  /** Writes the conversation's own fields (title, model, system prompt, options, head); adds it if it is new. */
  saveConversation(conversation: Conversation): void;
  /**
   * Writes a new message, which becomes the conversation's head and, as its first, names it: a prompt before it is
   * sent, an answer (still empty, `streaming`) before its first token. The conversation is there already.
   */
  addMessage(conversationId: string, node: MessageNode): void;
  /**
   * Writes a whole conversation that is not there yet, or only in part, with all its messages, all or nothing. In the map
   * a message comes after the one that it follows. None of its answers is still being written.
   */
  addConversation(conversation: Conversation): void;
  /** Adds a piece to an answer that streams. */
  appendChunk(messageId: string, chunk: {text: string; reasoning: string}): void;
  /** Replaces a streamed answer by its finished form. */
  finishMessage(conversationId: string, node: MessageNode): void;
};
