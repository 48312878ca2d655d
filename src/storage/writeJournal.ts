import {createHash} from 'node:crypto';
import {type Conversation, type MessageNode, titleFrom} from '../core/conversation.ts';
import {LlmError} from '../core/errors.ts';
import type {Journal} from '../core/journal.ts';
import type {Attachment} from '../core/message.ts';
import {isDeleted} from './deletedConversations.ts';
import {putMessageSql, rowValues} from './messageRow.ts';
import type {Database} from './openDatabase.ts';

/**
 * The journal over a database. Each call is one transaction, which waits for its lock as long as `waitMs` says.
 * `writer` gives this program's row in `writers`, under which its unfinished answers stand; it is asked for when the
 * first answer begins.
 *
 * @param known the titles of the conversations that this program has read or written, by their ids: a title that
 *   another program gave meanwhile stays
 */
export function writeJournal(
  database: Database,
  writer: () => number,
  {known = new Map(), waitMs}: {known?: Map<string, string>; waitMs?: number} = {},
): Journal {
  const held = new Map<string, {text: string; reasoning: string}>();

  const putConversation = (conversation: Conversation): void => {
    const {id, title} = conversation;
    if (isDeleted(database, id)) {
      throw new LlmError({
        kind: 'storage',
        message: 'another llm has deleted it',
        hint: 'Keep what is on the screen with /export, or begin anew with /new',
      });
    }
    database.run(
      `INSERT INTO conversations (id, title, model, created, updated, system, options, think, shortened, head)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET title = CASE WHEN ? THEN title ELSE excluded.title END, model = excluded.model,
         updated = max(updated, excluded.updated), system = excluded.system, options = excluded.options,
         think = excluded.think, shortened = excluded.shortened, head = excluded.head`,
      conversation.id,
      conversation.title,
      conversation.model,
      conversation.created,
      conversation.updated,
      conversation.system ?? null,
      JSON.stringify(conversation.options),
      conversation.think ?? null,
      conversation.shortened ? JSON.stringify(conversation.shortened) : null,
      conversation.head,
      known.get(id) === title ? 1 : 0,
    );
  };

  const transact = (work: () => void): void => database.transaction(work, waitMs);

  return {
    saveConversation(conversation) {
      transact(() => putConversation(conversation));
      known.set(conversation.id, conversation.title);
    },

    addConversation(conversation) {
      transact(() => {
        // The head comes last: it has to be there.
        putConversation({...conversation, head: null});
        for (const node of conversation.nodes.values()) {
          putMessage(database, conversation.id, node, null);
          // Where a part of it is there already, that may be an answer that was being written.
          database.run('DELETE FROM chunks WHERE message_id = ?', node.id);
          held.delete(node.id);
        }
        putConversation(conversation);
      });
      known.set(conversation.id, conversation.title);
    },

    addMessage(conversationId, node) {
      // Outside the transaction: were that rolled back, this program would count as registered and not be.
      const owner = node.stop === 'streaming' ? writer() : null;
      transact(() => {
        putMessage(database, conversationId, node, owner);
        // The head moves with the message, so that a program killed between the two calls leaves no prompt behind
        // that only the tree knows of.
        database.run(
          `UPDATE conversations SET head = ?, updated = max(updated, ?), archived = NULL,
             title = CASE title WHEN '' THEN ? ELSE title END WHERE id = ?`,
          node.id,
          node.created,
          titleFrom(node.text),
          conversationId,
        );
      });
    },

    appendChunk(messageId, chunk) {
      const before = held.get(messageId) ?? {text: '', reasoning: ''};
      const [text, textRest] = splitHalf(before.text + chunk.text);
      const [reasoning, reasoningRest] = splitHalf(before.reasoning + chunk.reasoning);
      if (text !== '' || reasoning !== '') {
        transact(() =>
          database.run(
            `INSERT INTO chunks (message_id, seq, text, reasoning)
             VALUES (?, coalesce((SELECT max(seq) FROM chunks WHERE message_id = ?), 0) + 1, ?, ?)`,
            messageId,
            messageId,
            text,
            reasoning,
          ),
        );
      }
      if (textRest === '' && reasoningRest === '') held.delete(messageId);
      else held.set(messageId, {text: textRest, reasoning: reasoningRest});
    },

    finishMessage(conversationId, node) {
      transact(() => {
        putMessage(database, conversationId, node, null);
        database.run('DELETE FROM chunks WHERE message_id = ?', node.id);
      });
      held.delete(node.id);
    },
  };
}

/** Cuts off half a character (UTF-16) at the end: a stream may be cut inside an emoji, UTF-8 cannot hold half of one. */
function splitHalf(text: string): [whole: string, half: string] {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? [text.slice(0, -1), text.slice(-1)] : [text, ''];
}

/**
 * Adds a message with its attachments, or replaces what is stored under its id.
 *
 * @param writer the program that is still writing it
 * @param options those in force, as JSON: an answer keeps the options that its conversation had when it was added; null
 *   for an answer that was given elsewhere
 */
export function putMessage(
  database: Database,
  conversationId: string,
  node: MessageNode,
  writer: number | null,
  options: string | null = optionsInForce(database, conversationId, node),
): void {
  const slash = node.model?.indexOf('/') ?? -1;
  const backend = slash > 0 ? (node.model?.slice(0, slash) ?? null) : null;
  database.run(putMessageSql, ...rowValues(node), conversationId, backend, writer, options);
  database.run('DELETE FROM attachments WHERE message_id = ?', node.id);
  for (const [position, attachment] of (node.attachments ?? []).entries()) {
    putAttachment(database, node.id, position, attachment);
  }
}

function optionsInForce(database: Database, conversationId: string, node: MessageNode): string | null {
  if (node.role !== 'assistant') return null;
  const row = database.get<{options: string}>(
    'SELECT options FROM conversations WHERE id = ?',
    conversationId,
  );
  return row?.options ?? null;
}

function putAttachment(
  database: Database,
  messageId: string,
  position: number,
  attachment: Attachment,
): void {
  const data = attachment.kind === 'text' ? new TextEncoder().encode(attachment.text) : attachment.data;
  const hash = createHash('sha256').update(data).digest('hex');
  database.run('INSERT INTO contents (hash, data) VALUES (?, ?) ON CONFLICT DO NOTHING', hash, data);
  database.run(
    'INSERT INTO attachments (message_id, position, kind, name, media_type, hash) VALUES (?, ?, ?, ?, ?, ?)',
    messageId,
    position,
    attachment.kind,
    attachment.name,
    attachment.kind === 'image' ? attachment.mediaType : null,
    hash,
  );
}
