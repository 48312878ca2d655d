import type {Conversation, MessageNode} from '../../core/conversation.ts';
import type {Attachment} from '../../core/message.ts';
import {readOptions} from '../exportFields.ts';
import {derivedId} from './derivedId.ts';
import {type ForeignMessage, foreignConversation, linked} from './foreignConversation.ts';
import {columnsOf, type ForeignDatabase} from './foreignDatabase.ts';
import {type Foreign, isoToMs, jsonOf, paragraphs, recordOf, textOf} from './foreignFields.ts';
import {fullModelName} from './modelName.ts';
import type {SimonwAttachments} from './simonwAttachments.ts';
import {simonwFigures} from './simonwFigures.ts';

const wanted = [
  ...['id', 'model', 'resolved_model', 'prompt', 'system', 'response', 'reasoning', 'options_json'],
  ...['duration_ms', 'datetime_utc', 'input_tokens', 'output_tokens', 'token_details'],
];

/**
 * The conversations of simonw/llm's `logs.db` in its older tables (llm 0.4 to 0.31: `conversations` and `responses`, a
 * prompt and its answer a row; columns that a version lacks are done without). A response outside any conversation is
 * one of its own.
 *
 * @param skip ids of conversations that the newer tables have
 */
export function* readSimonwResponses(
  database: ForeignDatabase,
  files: SimonwAttachments,
  skip: ReadonlySet<string>,
): Generator<Conversation> {
  const columns = columnsOf(database, 'responses', wanted);
  const select = `SELECT ${columns} FROM responses WHERE rowid = ?`;
  for (const [source, rows] of rowsByConversation(database)) {
    if (skip.has(source)) continue;
    const id = derivedId('simonw', source);
    const responses = rows.map(row => database.get(select, row)).filter(row => row !== undefined);
    const head = database.tables.has('conversations')
      ? database.get('SELECT name FROM conversations WHERE id = ?', source)
      : undefined;
    const system = responses.find(response => textOf(response.system) !== '');
    yield foreignConversation(
      {
        id,
        title: textOf(head?.name),
        system: paragraphs([
          ...(system ? systemFragments(database, files, textOf(system.id)) : []),
          textOf(system?.system),
        ]),
        options: readOptions(recordOf(jsonOf(responses.at(-1)?.options_json))),
      },
      nodesOf(id, responses, database, files),
    );
  }
}

/** Row numbers only: the texts of all rows together may be larger than the memory. */
function rowsByConversation(database: ForeignDatabase): Map<string, number[]> {
  const grouped = new Map<string, number[]>();
  const rows = database.all(
    `SELECT rowid AS row, coalesce(conversation_id, id) AS source FROM responses ORDER BY datetime_utc, rowid`,
  );
  for (const {row, source} of rows) {
    const key = String(source);
    const list = grouped.get(key);
    if (list) list.push(Number(row));
    else grouped.set(key, [Number(row)]);
  }
  return grouped;
}

function nodesOf(
  conversationId: string,
  responses: readonly Foreign[],
  database: ForeignDatabase,
  files: SimonwAttachments,
): MessageNode[] {
  const messages = responses.flatMap((response): ForeignMessage[] => {
    const created = isoToMs(response.datetime_utc) ?? 0;
    const attachments = attachmentsOf(database, files, textOf(response.id));
    const [prompt, text, reasoning] = [response.prompt, response.response, response.reasoning].map(
      textOf,
    ) as [string, string, string];
    const model = fullModelName(textOf(response.model));
    return [
      // Without one it goes on after the use of a tool.
      ...(prompt !== '' || attachments.length > 0
        ? [{role: 'user' as const, text: prompt, ...(attachments.length > 0 && {attachments}), created}]
        : []),
      ...(text !== '' || reasoning !== ''
        ? [
            {
              role: 'assistant' as const,
              text,
              ...(reasoning !== '' && {reasoning}),
              created,
              ...(model !== '' && {model}),
              stop: 'stop' as const,
              ...simonwFigures(response),
            },
          ]
        : []),
    ];
  });
  return linked(conversationId, messages);
}

function attachmentsOf(database: ForeignDatabase, files: SimonwAttachments, id: string): Attachment[] {
  const ofTable = (table: string, column: string) =>
    database.tables.has(table)
      ? database.all(`SELECT ${column} AS id FROM ${table} WHERE response_id = ? ORDER BY "order"`, id)
      : [];
  return [
    ...ofTable('prompt_fragments', 'fragment_id').flatMap(row => files.fragment(Number(row.id))),
    ...ofTable('prompt_attachments', 'attachment_id').flatMap(row => files.attachment(textOf(row.id))),
  ];
}

function systemFragments(database: ForeignDatabase, files: SimonwAttachments, id: string): string[] {
  if (!database.tables.has('system_fragments')) return [];
  return database
    .all('SELECT fragment_id AS id FROM system_fragments WHERE response_id = ? ORDER BY "order"', id)
    .flatMap(row => files.fragment(Number(row.id)))
    .map(fragment => (fragment.kind === 'text' ? fragment.text : ''));
}
