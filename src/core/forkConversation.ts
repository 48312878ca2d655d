import {activePath, type Conversation, type MessageNode} from './conversation.ts';

/**
 * A conversation of its own that holds the active path of another, with ids of its own. Model, system prompt and
 * options are the same.
 *
 * @param now ms since 1970
 */
export function forkConversation(
  conversation: Conversation,
  newId: (now: number) => string,
  now: number,
): Conversation {
  const id = newId(now);
  const ids = new Map<string, string>();
  const nodes = new Map<string, MessageNode>();
  for (const node of activePath(conversation)) {
    const copy = newId(now);
    ids.set(node.id, copy);
    nodes.set(copy, {
      ...node,
      id: copy,
      parent: node.parent === null ? null : (ids.get(node.parent) ?? null),
      // Another program may still be writing it there; here nobody is.
      ...(node.stop === 'streaming' && {stop: 'interrupted' as const}),
    });
  }
  const {shortened, ...rest} = conversation;
  const from = shortened && ids.get(shortened.from);
  const until = shortened?.until === undefined ? undefined : ids.get(shortened.until);
  return {
    ...rest,
    id,
    title: `Fork of ${conversation.title || 'an untitled conversation'}`,
    created: now,
    updated: now,
    ...(shortened &&
      from !== undefined && {
        shortened: {from, summary: shortened.summary, ...(until !== undefined && {until})},
      }),
    nodes,
    head: [...nodes.keys()].at(-1) ?? null,
  };
}
