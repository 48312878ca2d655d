import type {Conversation, MessageNode} from '../../core/conversation.ts';
import type {Journal} from '../../core/journal.ts';
import {forgetDeletion} from '../deletedConversations.ts';
import type {Database} from '../openDatabase.ts';
import {putMessage} from '../writeJournal.ts';
import {derivedId} from './derivedId.ts';
import {storable} from './storable.ts';

/** What became of a conversation, and how many messages of it are new. */
export type ImportOutcome = {outcome: 'added' | 'updated' | 'unchanged'; messages: number};

/** Puts one conversation among the stored ones. */
export type TakeConversation = (conversation: Conversation) => ImportOutcome;

type HeldMessage = {parent: string | null; role: string; text: string; stop: string | null};

/**
 * Runs an import as one transaction: whatever `work` throws, nothing of it stays. A conversation that is not there yet
 * is added as it is. To one that is there, the messages that it lacks are added; nothing is overwritten, so a message
 * whose text or place differs from the stored one of the same id becomes a branch beside it.
 *
 * @param dryRun counts, and keeps nothing
 */
export function importConversations<T>(
  database: Database,
  saveConversation: Journal['saveConversation'],
  work: (take: TakeConversation) => T,
  {dryRun = false} = {},
): T {
  return database.transaction(() => {
    if (dryRun) database.exec('SAVEPOINT dry_run');
    const result = work(conversation => takeConversation(database, saveConversation, conversation));
    if (dryRun) database.exec('ROLLBACK TO dry_run');
    return result;
  });
}

function takeConversation(
  database: Database,
  saveConversation: Journal['saveConversation'],
  conversation: Conversation,
): ImportOutcome {
  const given = storable(conversation);
  if (given.nodes.size === 0) return {outcome: 'unchanged', messages: 0};
  forgetDeletion(database, given.id);
  const stored = database.get<{head: string | null}>('SELECT head FROM conversations WHERE id = ?', given.id);
  const {fresh, places} = placeMessages(
    database,
    given,
    stored ? heldMessages(database, given.id) : new Map(),
  );
  if (stored && fresh.length === 0) return {outcome: 'unchanged', messages: 0};
  const head = given.head === null ? null : (places.get(given.head) ?? null);
  // The head comes last: it has to be there.
  if (!stored) saveConversation({...given, head: null});
  for (const node of fresh) putMessage(database, given.id, node, null, null);
  if (!stored) {
    saveConversation({...given, ...shortenedAt(given, places), head});
    return {outcome: 'added', messages: fresh.length};
  }
  // Who has gone on with it here stays where that led.
  const follows =
    stored.head === null || given.nodes.has(stored.head) || [...places.values()].includes(stored.head);
  database.run(
    `UPDATE conversations SET head = ?, updated = max(updated, ?), title = CASE title WHEN '' THEN ? ELSE title END
     WHERE id = ?`,
    follows ? head : stored.head,
    given.updated,
    given.title,
    given.id,
  );
  return {outcome: 'updated', messages: fresh.length};
}

function heldMessages(database: Database, conversationId: string): Map<string, HeldMessage> {
  const rows = database.all<HeldMessage & {id: string}>(
    'SELECT id, parent, role, text, stop FROM messages WHERE conversation_id = ?',
    conversationId,
  );
  return new Map(rows.map(({id, ...message}) => [id, message]));
}

/** The messages that are not there yet, as they are to be stored, and the stored id of each message of the file. */
function placeMessages(
  database: Database,
  given: Conversation,
  held: ReadonlyMap<string, HeldMessage>,
): {fresh: MessageNode[]; places: Map<string, string>} {
  const fresh: MessageNode[] = [];
  const places = new Map<string, string>();
  for (const node of given.nodes.values()) {
    const parent = node.parent === null ? null : (places.get(node.parent) ?? node.parent);
    const id = placeOf(database, given.id, {...node, parent}, held);
    places.set(node.id, id);
    if (!held.has(id)) fresh.push({...node, id, parent});
  }
  return {fresh, places};
}

/** The message's own id, unless something else stands under it, here or in another conversation. */
function placeOf(
  database: Database,
  conversationId: string,
  node: MessageNode,
  held: ReadonlyMap<string, HeldMessage>,
): string {
  const {parent, role, text} = node;
  for (let attempt = 0; ; attempt++) {
    const id =
      attempt === 0
        ? node.id
        : derivedId('branch', conversationId, node.id, parent, role, text, String(attempt));
    const there = held.get(id);
    const isFree = there
      ? there.stop === 'streaming' || (there.parent === parent && there.role === role && there.text === text)
      : !database.get('SELECT 1 FROM messages WHERE id = ?', id);
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
