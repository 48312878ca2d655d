import type {Conversation, MessageNode} from '../../core/conversation.ts';
import type {Journal} from '../../core/journal.ts';
import {forgetDeletion} from '../deletedConversations.ts';
import type {Database} from '../openDatabase.ts';
import {putMessage} from '../writeJournal.ts';
import {derivedId} from './derivedId.ts';
import {storable} from './storable.ts';
import type {Change} from './undoImport.ts';

/** What became of a conversation, and how many messages of it are new; one without messages is not taken in. */
export type ImportOutcome = {outcome: 'added' | 'updated' | 'unchanged' | 'empty'; messages: number};

type HeldMessage = {parent: string | null; role: string; stop: string | null; says(text: string): boolean};

/** What a dry run would have added so far: the messages of each conversation. */
export type Planned = {conversations: Map<string, Map<string, HeldMessage>>; messages: Set<string>};

export type TakeOptions = {
  /** ms since 1970; no time that is taken in is later. The clock's unless said. */
  now?: number;
  /** Given, nothing is written, and what would have been is noted there. */
  planned?: Planned;
  /** Is told of each change before it is made. */
  onChange?(change: Change): void;
};

/**
 * Takes one conversation in, in steps of about a message, between which the transaction may be ended and another begun.
 * One that is not there yet is added as it is. To one that is there, the messages that it lacks are added; nothing is
 * overwritten, so a message whose text or place differs from the stored one of the same id becomes a branch beside it.
 * What was taken in up to some step is completed by taking the whole in again. Throws `LlmError` (`storage`).
 */
export function* takeConversation(
  database: Database,
  saveConversation: Journal['saveConversation'],
  conversation: Conversation,
  {now = Date.now(), planned, onChange}: TakeOptions = {},
): Generator<undefined, ImportOutcome> {
  const given = storable(conversation, now);
  const {id} = given;
  if (given.nodes.size === 0) return {outcome: 'empty', messages: 0};
  if (!planned) forgetDeletion(database, id);
  const stored = database.get<{head: string | null; title: string; updated: number}>(
    'SELECT head, title, updated FROM conversations WHERE id = ?',
    id,
  );
  const earlier = planned?.conversations.get(id);
  const held = new Map([...(stored ? heldMessages(database, id) : []), ...(earlier ?? [])]);
  const isPlanned = (message: string): boolean => planned?.messages.has(message) ?? false;
  const {fresh, places} = yield* placeMessages(database, given, held, isPlanned);
  const isThere = stored !== undefined || earlier !== undefined;
  if (isThere && fresh.length === 0) return {outcome: 'unchanged', messages: 0};
  const outcome: ImportOutcome = {outcome: isThere ? 'updated' : 'added', messages: fresh.length};
  if (planned) {
    plan(planned, id, fresh);
    return outcome;
  }
  const head = given.head === null ? null : (places.get(given.head) ?? null);
  // Who has gone on with it here stays where that led.
  const follows =
    !stored ||
    stored.head === null ||
    given.nodes.has(stored.head) ||
    [...places.values()].includes(stored.head);
  const next = follows ? head : stored.head;
  onChange?.({id, before: stored, head: next, messages: fresh.map(node => node.id)});
  // The head comes last: it has to be there.
  if (!stored) saveConversation({...given, head: null});
  for (const [at, node] of fresh.entries()) {
    // Before a message and not after the last one: with that, the head is there too.
    if (at > 0) yield;
    putMessage(database, id, node, null, null);
  }
  if (!stored) saveConversation({...given, ...shortenedAt(given, places), head: next});
  else
    database.run(
      `UPDATE conversations SET head = ?, updated = max(updated, ?), title = CASE title WHEN '' THEN ? ELSE title END
       WHERE id = ?`,
      next,
      given.updated,
      given.title,
      id,
    );
  return outcome;
}

/** Notes what would have been added; of the texts only what tells them apart, as there may be many. */
function plan(planned: Planned, conversationId: string, fresh: readonly MessageNode[]): void {
  const messages = planned.conversations.get(conversationId) ?? new Map<string, HeldMessage>();
  planned.conversations.set(conversationId, messages);
  for (const {id, parent, role, text, stop = null} of fresh) {
    const mark = derivedId(text);
    messages.set(id, {parent, role, stop, says: given => derivedId(given) === mark});
    planned.messages.add(id);
  }
}

function heldMessages(database: Database, conversationId: string): Map<string, HeldMessage> {
  const rows = database.all<Omit<HeldMessage, 'says'> & {id: string; text: string}>(
    'SELECT id, parent, role, text, stop FROM messages WHERE conversation_id = ?',
    conversationId,
  );
  return new Map(rows.map(({id, text, ...message}) => [id, {...message, says: given => given === text}]));
}

/** The messages that are not there yet, as they are to be stored, and the stored id of each message of the file. */
function* placeMessages(
  database: Database,
  given: Conversation,
  held: ReadonlyMap<string, HeldMessage>,
  isPlanned: (id: string) => boolean,
): Generator<undefined, {fresh: MessageNode[]; places: Map<string, string>}> {
  const fresh: MessageNode[] = [];
  const places = new Map<string, string>();
  for (const node of given.nodes.values()) {
    const parent = node.parent === null ? null : (places.get(node.parent) ?? node.parent);
    const id = placeOf(database, given.id, {...node, parent}, held, isPlanned);
    places.set(node.id, id);
    if (!held.has(id)) fresh.push({...node, id, parent});
    yield;
  }
  return {fresh, places};
}

/** The message's own id, unless something else stands under it, here or in another conversation. */
function placeOf(
  database: Database,
  conversationId: string,
  node: MessageNode,
  held: ReadonlyMap<string, HeldMessage>,
  isPlanned: (id: string) => boolean,
): string {
  const {parent, role, text} = node;
  for (let attempt = 0; ; attempt++) {
    const id =
      attempt === 0
        ? node.id
        : derivedId('branch', conversationId, node.id, parent, role, text, String(attempt));
    const there = held.get(id);
    const isFree = there
      ? there.stop === 'streaming' || (there.parent === parent && there.role === role && there.says(text))
      : !isPlanned(id) && !database.get('SELECT 1 FROM messages WHERE id = ?', id);
    if (isFree) return id;
  }
}

function shortenedAt(
  {shortened}: Conversation,
  places: ReadonlyMap<string, string>,
): Pick<Conversation, 'shortened'> {
  if (!shortened) return {};
  const {from, until, summary} = shortened;
  return {
    shortened: {
      from: places.get(from) ?? from,
      summary,
      ...(until !== undefined && {until: places.get(until) ?? until}),
    },
  };
}
