import type {Conversation, MessageNode} from '../../core/conversation.ts';
import type {Attachment} from '../../core/message.ts';
import {readOptions} from '../exportFields.ts';
import {derivedId} from './derivedId.ts';
import {foreignConversation, spokenId} from './foreignConversation.ts';
import {columnsOf, type ForeignDatabase} from './foreignDatabase.ts';
import {type Foreign, isoToMs, jsonOf, listOf, paragraphs, recordOf, textOf} from './foreignFields.ts';
import {fullModelName} from './modelName.ts';
import type {SimonwAttachments} from './simonwAttachments.ts';
import {simonwFigures} from './simonwFigures.ts';

type Link = {hash: string; parent: string | null; role: string};

/** The ids of conversations in the newer tables that something was said in. */
export function simonwThreadIds(database: ForeignDatabase): string[] {
  if (!['threads', 'turns', 'messages', 'parts'].every(table => database.tables.has(table))) return [];
  return database
    .all('SELECT id FROM threads WHERE id IN (SELECT thread_id FROM turns) ORDER BY id')
    .map(({id}) => String(id));
}

/**
 * The conversations of simonw/llm's `logs.db` in its newer tables (llm 0.32: `threads`, `turns`, and a tree of
 * `messages` with their `parts`, addressed by hashes). Messages of tools are left out, as are answers that only call
 * one.
 */
export function* readSimonwThreads(
  database: ForeignDatabase,
  files: SimonwAttachments,
  ids: readonly string[],
): Generator<Conversation> {
  const turnColumns = columnsOf(database, 'turns', [
    ...['parent_message_hash', 'tip_message_hash', 'model', 'options_json'],
    ...['input_tokens', 'output_tokens', 'duration_ms', 'datetime_utc'],
  ]);
  for (const source of ids) {
    const turns = database.all(`SELECT ${turnColumns} FROM turns WHERE thread_id = ? ORDER BY id`, source);
    const thread = database.get('SELECT name FROM threads WHERE id = ?', source);
    const id = derivedId('simonw', source);
    const places = new Map<string, string | null>();
    const nodes = new Map<string, MessageNode>();
    const systems = new Set<string>();
    for (const turn of turns) {
      const created = isoToMs(turn.datetime_utc) ?? 0;
      for (const link of newLinks(database, textOf(turn.tip_message_hash), places)) {
        const before = link.parent === null ? null : (places.get(link.parent) ?? null);
        const {text, reasoning, attachments} = partsOf(database, files, link.hash);
        if (link.role === 'system' && text !== '') systems.add(text);
        const role = link.role === 'user' || link.role === 'assistant' ? link.role : undefined;
        if (!role || (text === '' && reasoning === '' && attachments.length === 0)) {
          places.set(link.hash, before);
          continue;
        }
        const node: MessageNode = {
          id: spokenId(id, before, {role, text}),
          parent: before,
          role,
          text,
          ...(reasoning !== '' && {reasoning}),
          ...(attachments.length > 0 && {attachments}),
          created,
        };
        nodes.set(node.id, node);
        places.set(link.hash, node.id);
      }
      const tip = nodes.get(places.get(textOf(turn.tip_message_hash)) ?? '');
      if (tip?.role === 'assistant') nodes.set(tip.id, {...tip, ...answered(turn)});
    }
    yield foreignConversation(
      {
        id,
        title: textOf(thread?.name),
        system: paragraphs([...systems]),
        options: readOptions(recordOf(jsonOf(turns.at(-1)?.options_json))),
        head: places.get(textOf(turns.at(-1)?.tip_message_hash)),
      },
      [...nodes.values()],
    );
  }
}

function answered(turn: Foreign): Pick<MessageNode, 'model' | 'stop' | 'usage' | 'timing'> {
  const model = fullModelName(textOf(turn.model));
  return {...(model !== '' && {model}), stop: 'stop', ...simonwFigures(turn)};
}

/** The messages up to a tip that no earlier turn led to, in the order in which they were said. */
function newLinks(database: ForeignDatabase, tip: string, known: ReadonlyMap<string, unknown>): Link[] {
  const links: Link[] = [];
  const seen = new Set<string>();
  for (let hash: string | null = tip; hash && !known.has(hash) && !seen.has(hash); ) {
    seen.add(hash);
    const row = database.get('SELECT parent_hash, role FROM messages WHERE hash = ?', hash);
    if (!row) break;
    const parent: string | null = textOf(row.parent_hash) || null;
    links.push({hash, parent, role: textOf(row.role)});
    hash = parent;
  }
  return links.reverse();
}

function partsOf(
  database: ForeignDatabase,
  files: SimonwAttachments,
  hash: string,
): {text: string; reasoning: string; attachments: Attachment[]} {
  const rows = database.all(
    'SELECT type, text, payload FROM parts WHERE message_hash = ? ORDER BY position',
    hash,
  );
  const texts: string[] = [];
  const thoughts: string[] = [];
  const attachments: Attachment[] = [];
  for (const row of rows) {
    const payload = recordOf(jsonOf(row.payload));
    if (row.type === 'text') {
      const pieces = listOf(payload.text_ref).map(recordOf);
      texts.push(textOf(row.text) || paragraphs(pieces.map(({literal}) => textOf(literal).trim())));
      // A fragment was sent with the prompt, as a file is here.
      for (const {fragment} of pieces) {
        if (typeof fragment === 'number') attachments.push(...files.fragment(fragment));
      }
    } else if (row.type === 'reasoning') thoughts.push(textOf(row.text));
    else if (row.type === 'attachment') {
      attachments.push(...files.attachment(textOf(recordOf(payload.attachment).id)));
    }
  }
  return {text: paragraphs(texts), reasoning: paragraphs(thoughts), attachments};
}
