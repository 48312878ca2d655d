import type {Conversation, MessageNode, Shortened} from '../core/conversation.ts';
import {LlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import type {GenerationOptions, ThinkLevel} from '../core/options.ts';
import {type MessageRow, messageColumns, nodeFromRow} from './messageRow.ts';
import type {Database} from './openDatabase.ts';

type ConversationRow = {
  title: string;
  model: string;
  created: number;
  updated: number;
  system: string | null;
  options: string;
  think: ThinkLevel | null;
  shortened: string | null;
  head: string | null;
};

/**
 * The whole tree of a conversation. An answer that is still being written has the text that has come so far.
 * Throws `LlmError` (`usage` for an unknown id, `storage`).
 */
export function readConversation(database: Database, id: string): Conversation {
  // One transaction, so that all parts are of the same moment while another program writes.
  return database.snapshot(() => {
    const row = database.get<ConversationRow>(
      'SELECT title, model, created, updated, system, options, think, shortened, head FROM conversations WHERE id = ? AND deleted IS NULL',
      id,
    );
    if (!row) {
      throw new LlmError({
        kind: 'usage',
        message: `no conversation ${id}`,
        hint: 'See them all: llm history list',
      });
    }
    return {
      id,
      title: row.title,
      created: row.created,
      updated: row.updated,
      model: row.model,
      ...(row.system !== null && {system: row.system}),
      options: JSON.parse(row.options) as GenerationOptions,
      ...(row.think !== null && {think: row.think}),
      ...(row.shortened !== null && {shortened: JSON.parse(row.shortened) as Shortened}),
      nodes: readNodes(database, id),
      head: row.head,
    };
  });
}

function readNodes(database: Database, id: string): Map<string, MessageNode> {
  const attachments = readAttachments(database, id);
  const nodes = new Map<string, MessageNode>();
  const rows = database.all<MessageRow>(
    `SELECT ${messageColumns} FROM messages WHERE conversation_id = ? ORDER BY seq`,
    id,
  );
  for (const row of rows) {
    const node = nodeFromRow(row, attachments.get(row.id));
    nodes.set(row.id, row.stop === 'streaming' ? withChunks(database, node) : node);
  }
  return nodes;
}

function withChunks(database: Database, node: MessageNode): MessageNode {
  const chunks = database.all<{text: string; reasoning: string}>(
    'SELECT text, reasoning FROM chunks WHERE message_id = ? ORDER BY seq',
    node.id,
  );
  const reasoning = (node.reasoning ?? '') + chunks.map(chunk => chunk.reasoning).join('');
  return {
    ...node,
    text: node.text + chunks.map(chunk => chunk.text).join(''),
    ...(reasoning !== '' && {reasoning}),
  };
}

function readAttachments(database: Database, id: string): Map<string, Attachment[]> {
  const rows = database.all<{
    message_id: string;
    kind: 'image' | 'text';
    name: string;
    media_type: string | null;
    hash: string;
    data: Uint8Array;
  }>(
    `SELECT a.message_id, a.kind, a.name, a.media_type, a.hash, c.data FROM messages m
     JOIN attachments a ON a.message_id = m.id JOIN contents c ON c.hash = a.hash
     WHERE m.conversation_id = ? ORDER BY m.seq, a.position`,
    id,
  );
  const byMessage = new Map<string, Attachment[]>();
  const byHash = new Map<string, Uint8Array>();
  for (const row of rows) {
    const data = byHash.get(row.hash) ?? row.data;
    byHash.set(row.hash, data);
    const list = byMessage.get(row.message_id) ?? [];
    list.push(
      row.kind === 'image'
        ? {kind: 'image', name: row.name, mediaType: row.media_type ?? '', data}
        : {kind: 'text', name: row.name, text: new TextDecoder().decode(data)},
    );
    byMessage.set(row.message_id, list);
  }
  return byMessage;
}
