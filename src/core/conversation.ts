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
  /** What the answer cost, in US dollars; missing where no price is known. */
  readonly cost?: number;
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
 * off) stands for it. It counts while `from` is on the active path. When `from` is an answer, it is left out too,
 * because no chat template begins with one: so the whole path can be left out.
 */
export type Shortened = {
  readonly from: string;
  readonly summary: string;
  /** The end of the path at that time: what the server counted up to it was of the longer conversation. */
  readonly until?: string;
};

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
  const found: MessageNode[] = [];
  // Asked for every turn that is shown: a copy of all nodes each time is felt in a long conversation.
  for (const other of conversation.nodes.values())
    if (other.parent === node.parent && other.role === node.role) found.push(other);
  return found;
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

/** The part of the path to `head` that a backend is sent: all of it, unless it was shortened. */
export function keptPath(conversation: Conversation, head: string | null = conversation.head): MessageNode[] {
  const path = activePath(withHead(conversation, head));
  const from = shortenedAt(conversation, path);
  if (from === -1) return path;
  const kept = path.slice(from);
  const first = kept.findIndex(node => node.role === 'user');
  return first === -1 ? [] : kept.slice(first);
}

/** The same by turns: prompts that follow one another, and what was answered. */
export function keptTurns(conversation: Conversation): MessageNode[][] {
  const turns: MessageNode[][] = [];
  for (const node of keptPath(conversation)) {
    const turn = turns.at(-1);
    if (turn && (node.role === 'assistant' || turn.at(-1)?.role === 'user')) turn.push(node);
    else turns.push([node]);
  }
  return turns;
}

/**
 * What leaves out all but the last `keep` of those turns, with `summary` in their place; undefined when there is nothing
 * to leave out. A prompt that has no answer yet stays in any case.
 */
export function shortenTo(conversation: Conversation, keep: number, summary: string): Shortened | undefined {
  const turns = keptTurns(conversation);
  const last = turns.at(-1)?.at(-1);
  if (!last || keep >= turns.length) return undefined;
  const from =
    keep > 0 ? turns[turns.length - keep]?.[0] : last.role === 'assistant' ? last : turns.at(-1)?.[0];
  if (!from || from === turns[0]?.[0]) return undefined;
  return {from: from.id, summary, until: last.id};
}

/** The system prompt that goes with that part, the summary of what was left out included; empty when there is none. */
export function keptSystem(conversation: Conversation, head: string | null = conversation.head): string {
  const {system = '', shortened} = conversation;
  if (!shortened?.summary || shortenedAt(conversation, activePath(withHead(conversation, head))) === -1)
    return system;
  return [system, `Summary of the conversation so far:\n${shortened.summary}`]
    .filter(part => part !== '')
    .join('\n\n');
}

function shortenedAt({shortened}: Conversation, path: readonly MessageNode[]): number {
  return shortened ? path.findIndex(node => node.id === shortened.from) : -1;
}

/**
 * What a backend is sent for the path that ends at `head`: the system prompt, then prompts and answers in turn.
 * Answers without text are left out, and prompts that then follow one another are joined,
 * because several chat templates refuse two prompts in a row. What the conversation was shortened by is left out, with
 * its attachments; its summary is a part of the system prompt, for the same reason.
 */
export function toMessages(conversation: Conversation, head: string | null = conversation.head): Message[] {
  const messages: Message[] = [];
  const system = keptSystem(conversation, head);
  if (system) messages.push({role: 'system', text: system});
  for (const node of keptPath(conversation, head)) {
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
