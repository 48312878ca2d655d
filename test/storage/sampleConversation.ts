import type {Conversation, MessageNode} from '../../src/core/conversation.ts';
import {withNode} from '../../src/core/conversation.ts';
import type {Journal} from '../../src/core/journal.ts';

export function emptyConversation(id: string, created = 1000): Conversation {
  return {
    id,
    title: '',
    created,
    updated: created,
    model: 'ollama/tiny:1b',
    options: {},
    nodes: new Map(),
    head: null,
  };
}

export function prompt(id: string, parent: string | null, text: string, created = 1000): MessageNode {
  return {id, parent, role: 'user', text, created};
}

export function answer(id: string, parent: string, text: string, created = 1000): MessageNode {
  return {id, parent, role: 'assistant', text, created, model: 'ollama/tiny:1b', stop: 'stop'};
}

/** Builds the tree and writes it down as a session does. */
export function record(
  journal: Journal,
  start: Conversation,
  ...nodes: readonly MessageNode[]
): Conversation {
  let conversation = start;
  for (const node of nodes) {
    conversation = withNode(conversation, node);
    journal.saveConversation(conversation);
    journal.addMessage(conversation.id, node);
  }
  return conversation;
}
