import type {Backend} from '../../src/core/backend.ts';
import type {Conversation, MessageNode} from '../../src/core/conversation.ts';
import {createSession, type SessionSettings} from '../../src/core/createSession.ts';
import type {Journal} from '../../src/core/journal.ts';
import type {Session} from '../../src/core/session.ts';

/** A conversation that has not begun. */
export function emptyConversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: 'c1',
    title: '',
    created: 1,
    updated: 1,
    model: 'test/model',
    options: {},
    nodes: new Map(),
    head: null,
    ...change,
  };
}

/** A conversation of prompts and answers in turn, ids `n1`, `n2` …, the last one its head. */
export function conversationOf(texts: readonly string[], change: Partial<Conversation> = {}): Conversation {
  const nodes = texts.map(
    (text, index): MessageNode => ({
      id: `n${index + 1}`,
      parent: index === 0 ? null : `n${index}`,
      role: index % 2 === 0 ? 'user' : 'assistant',
      text,
      created: index + 1,
      ...(index % 2 === 1 && {stop: 'stop' as const, model: 'test/model'}),
    }),
  );
  return emptyConversation({
    nodes: new Map(nodes.map(node => [node.id, node])),
    head: nodes.at(-1)?.id ?? null,
    title: texts[0] ?? '',
    ...change,
  });
}

/** Ids that count up: `id1`, `id2` … */
export function countingIds(): () => string {
  let last = 0;
  return () => {
    last += 1;
    return `id${last}`;
  };
}

/** A session over one backend, which answers for every model name. */
export function sessionOver(backend: Backend, settings: Partial<SessionSettings> = {}): Session {
  return createSession({
    conversation: emptyConversation(),
    resolve: async name => ({backend, model: name.slice(name.indexOf('/') + 1)}),
    newId: countingIds(),
    ...settings,
  });
}

export type JournalEntry =
  | {call: 'saveConversation'; head: string | null; model: string}
  | {call: 'addMessage'; node: MessageNode}
  | {call: 'addConversation'; id: string; texts: readonly string[]}
  | {call: 'appendChunk'; id: string; text: string; reasoning: string}
  | {call: 'finishMessage'; node: MessageNode}
  | {call: 'other'; what: string};

/** A journal that writes down what it is told, in order. */
export function recordingJournal(): {
  journal: Journal;
  entries: JournalEntry[];
  calls(): string[];
} {
  const entries: JournalEntry[] = [];
  return {
    entries,
    calls: () => entries.map(entry => (entry.call === 'other' ? entry.what : entry.call)),
    journal: {
      saveConversation: ({head, model}) => void entries.push({call: 'saveConversation', head, model}),
      addConversation: ({id, nodes}) =>
        void entries.push({call: 'addConversation', id, texts: [...nodes.values()].map(node => node.text)}),
      addMessage: (_conversation, node) => void entries.push({call: 'addMessage', node}),
      appendChunk: (id, chunk) => void entries.push({call: 'appendChunk', id, ...chunk}),
      finishMessage: (_conversation, node) => void entries.push({call: 'finishMessage', node}),
    },
  };
}
