import {type Conversation, type MessageNode, titleFrom} from '../../core/conversation.ts';
import type {GenerationOptions, ThinkLevel} from '../../core/options.ts';
import {derivedId} from './derivedId.ts';
import {nextModel} from './modelName.ts';

/** A message of a program that gives its messages no lasting ids. */
export type ForeignMessage = Omit<MessageNode, 'id' | 'parent'>;

/** What is known of a conversation beside its messages. */
export type ForeignHead = {
  id: string;
  title: string;
  /** ms since 1970; where nothing is known, the first message's. */
  created?: number | undefined;
  updated?: number | undefined;
  /** The full name of the model that answers next, where no answer names its own. */
  model?: string | undefined;
  system?: string;
  options?: GenerationOptions;
  think?: ThinkLevel;
  /** The last message of the path that was being talked along; the last of all unless given. */
  head?: string | null | undefined;
};

/** A conversation out of its parts; the messages come in an order in which each follows the one that it answers. */
export function foreignConversation(
  {id, title, created, updated, model, system, options = {}, think, head}: ForeignHead,
  nodes: readonly MessageNode[],
): Conversation {
  const times = nodes.map(node => node.created);
  const first = created ?? (times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : 0);
  const byId = new Map(nodes.map(node => [node.id, node]));
  const lastModel = nodes.findLast(node => node.model !== undefined)?.model;
  return {
    id,
    title: title || titleFrom(nodes.find(node => node.role === 'user')?.text ?? ''),
    created: first,
    updated: updated ?? times.reduce((a, b) => Math.max(a, b), first),
    model: nextModel(lastModel) || nextModel(model),
    ...(system && {system}),
    options,
    ...(think && {think}),
    nodes: byId,
    head: head !== undefined && head !== null && byId.has(head) ? head : (nodes.at(-1)?.id ?? null),
  };
}

/**
 * Messages one after the other. Each gets an id made of all that was said up to it, as a commit does in git: so a
 * longer export of the same conversation has the same ids, and new ones at its end.
 */
export function linked(conversationId: string, messages: readonly ForeignMessage[]): MessageNode[] {
  const nodes: MessageNode[] = [];
  for (const message of messages) {
    const parent = nodes.at(-1)?.id ?? null;
    nodes.push({id: spokenId(conversationId, parent, message), parent, ...message});
  }
  return nodes;
}

/** The id of a message by what it says and what it follows. */
export function spokenId(
  conversationId: string,
  parent: string | null,
  {role, text}: Pick<MessageNode, 'role' | 'text'>,
): string {
  return derivedId('said', conversationId, parent, role, text);
}
