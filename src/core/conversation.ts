import type {LlmErrorInit} from './errors.ts';
import type {Attachment, Message, StopReason, Timing, Usage} from './message.ts';
import type {GenerationOptions, ThinkLevel} from './options.ts';

/** One prompt or answer in the tree. Every edit or retry adds a sibling; nothing is overwritten. */
export type MessageNode = {
  readonly id: string;
  /** The node before it; null for the first prompt (and its siblings). */
  readonly parent: string | null;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly reasoning?: string;
  readonly attachments?: readonly Attachment[];
  /** ms since 1970. */
  readonly created: number;
  /** Full model name (`backend/name`), for answers. */
  readonly model?: string;
  readonly stop?: StopReason;
  readonly usage?: Usage;
  readonly timing?: Timing;
  /** Why the answer failed, when `stop` is `error` or `interrupted`. */
  readonly error?: Pick<LlmErrorInit, 'kind' | 'message' | 'hint'>;
};

/** A conversation: a tree of messages and the path through it that is being talked along. */
export type Conversation = {
  readonly id: string;
  readonly title: string;
  /** ms since 1970. */
  readonly created: number;
  readonly updated: number;
  /** The full name of the model that answers next. */
  readonly model: string;
  readonly system?: string;
  readonly options: GenerationOptions;
  readonly think?: ThinkLevel;
  /** What of the active path is no longer sent to the model, though it is kept. */
  readonly shortened?: Shortened;
  readonly nodes: ReadonlyMap<string, MessageNode>;
  /** The last node of the active path; null while there is none. */
  readonly head: string | null;
};

/**
 * Everything before the node `from` is left out of what the model is sent, and `summary` (empty when it was only cut
 * off) stands for it. It counts while `from` is on the active path.
 */
export type Shortened = {readonly from: string; readonly summary: string};

/** The active path, first prompt first. */
export function activePath(conversation: Conversation): MessageNode[] {
  const path: MessageNode[] = [];
  for (let id = conversation.head; id !== null; ) {
    const node = conversation.nodes.get(id);
    if (!node) break;
    path.push(node);
    id = node.parent;
  }
  return path.reverse();
}

/** The alternatives at a node's place, oldest first, the node itself among them. */
export function siblings(conversation: Conversation, id: string): MessageNode[] {
  const node = conversation.nodes.get(id);
  if (!node) return [];
  return [...conversation.nodes.values()].filter(
    other => other.parent === node.parent && other.role === node.role,
  );
}

/** The conversation with a node added or replaced, and made the head. */
export function withNode(conversation: Conversation, node: MessageNode): Conversation {
  const nodes = new Map(conversation.nodes);
  nodes.set(node.id, node);
  return {
    ...conversation,
    nodes,
    head: node.id,
    updated: Math.max(conversation.updated, node.created),
    title: conversation.title || titleFrom(node.text),
  };
}

/** The conversation with another node as the end of its active path. */
export function withHead(conversation: Conversation, head: string | null): Conversation {
  return {...conversation, head};
}

/** A title out of the first line of a prompt, at most 80 characters. */
export function titleFrom(prompt: string): string {
  const line =
    prompt
      .split('\n')
      .find(text => text.trim() !== '')
      ?.trim() ?? '';
  const characters = [...line];
  return characters.length > 80 ? `${characters.slice(0, 79).join('')}…` : line;
}

/**
 * What a backend is sent for the path that ends at `head`: the system prompt, then prompts and answers in turn.
 * Answers without text are left out, and prompts that then follow one another are joined,
 * because several chat templates refuse two prompts in a row.
 */
export function toMessages(conversation: Conversation, head: string | null = conversation.head): Message[] {
  const messages: Message[] = [];
  if (conversation.system) messages.push({role: 'system', text: conversation.system});
  for (const node of activePath(withHead(conversation, head))) {
    if (node.role === 'assistant' && node.text === '') continue;
    const last = messages.at(-1);
    if (last && last.role === node.role) {
      const attachments = [...(last.attachments ?? []), ...(node.attachments ?? [])];
      messages[messages.length - 1] = {
        role: node.role,
        text: `${last.text}\n\n${node.text}`,
        ...(attachments.length > 0 && {attachments}),
      };
    } else {
      messages.push({
        role: node.role,
        text: node.text,
        ...(node.attachments && {attachments: node.attachments}),
      });
    }
  }
  return messages;
}
