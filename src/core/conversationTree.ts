import {activePath, type Conversation, type MessageNode, siblings} from './conversation.ts';

/** One message in the outline of a conversation. */
export type OutlineRow = {
  readonly node: MessageNode;
  /** How many times the conversation branched on the way here. */
  readonly depth: number;
  /** Which of the alternatives at its place it is, from 1, and how many there are. */
  readonly position: number;
  readonly count: number;
  readonly isOnPath: boolean;
};

/** The other turns of a place, and which of them the active path takes; -1 when it ends before them. */
export type Alternatives = {readonly nodes: readonly MessageNode[]; readonly at: number};

/** The messages that follow each message; under null the first ones. Oldest first. */
export function childrenOf(conversation: Conversation): ReadonlyMap<string | null, readonly MessageNode[]> {
  const children = new Map<string | null, MessageNode[]>();
  for (const node of conversation.nodes.values()) {
    const list = children.get(node.parent);
    if (list) list.push(node);
    else children.set(node.parent, [node]);
  }
  return children;
}

/** The message that was added last of a message and all that follow it: the end of its newest branch. */
export function newestLeaf(conversation: Conversation, id: string): string {
  const below = new Set([id]);
  let newest = id;
  // A message is always added after the one that it follows.
  for (const node of conversation.nodes.values()) {
    if (node.parent === null || !below.has(node.parent)) continue;
    below.add(node.id);
    newest = node.id;
  }
  return newest;
}

/** The whole tree, each message before those that follow it; every branch is one step deeper than its place. */
export function outline(conversation: Conversation): OutlineRow[] {
  const children = childrenOf(conversation);
  const path = new Set(activePath(conversation).map(node => node.id));
  const rows: OutlineRow[] = [];
  const rowsOf = (parent: string | null, depth: number): OutlineRow[] => {
    const nodes = children.get(parent) ?? [];
    return nodes.map((node, index) => ({
      node,
      depth: nodes.length > 1 ? depth + 1 : depth,
      position: index + 1,
      count: nodes.length,
      isOnPath: path.has(node.id),
    }));
  };
  // Not by recursion: a conversation may be thousands of messages deep.
  const waiting = rowsOf(null, 0).reverse();
  for (let row = waiting.pop(); row; row = waiting.pop()) {
    rows.push(row);
    waiting.push(...rowsOf(row.node.id, row.depth).reverse());
  }
  return rows;
}

/**
 * What else was said where the conversation is now: the other answers to the last prompt; where there is one only, the
 * other wordings of that prompt; and where the active path stops before turns that were held already, those turns.
 */
export function alternatives(conversation: Conversation): Alternatives {
  const ahead = childrenOf(conversation).get(conversation.head) ?? [];
  if (ahead.length > 0) return {nodes: ahead, at: -1};
  const {answers, prompts} = turnAlternatives(conversation);
  return answers.nodes.length > 1 ? answers : prompts.nodes.length > 1 ? prompts : answers;
}

/** The answers to the last prompt of the active path, and the wordings of that prompt. */
export function turnAlternatives(conversation: Conversation): {answers: Alternatives; prompts: Alternatives} {
  const path = activePath(conversation);
  const answer = path.at(-1)?.role === 'assistant' ? path.at(-1) : undefined;
  const prompt = path.findLast(node => node.role === 'user');
  const around = (node: MessageNode | undefined): Alternatives => {
    const nodes = node ? siblings(conversation, node.id) : [];
    return {nodes, at: nodes.findIndex(other => other.id === node?.id)};
  };
  return {answers: around(answer), prompts: around(prompt)};
}
