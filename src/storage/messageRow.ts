import type {MessageNode} from '../core/conversation.ts';
import type {ErrorKind} from '../core/errors.ts';
import type {Attachment, StopReason, Timing, Usage} from '../core/message.ts';
import type {Value} from './openDatabase.ts';

/** A row of `messages`, as far as a conversation needs it. */
export type MessageRow = {
  id: string;
  parent: string | null;
  role: 'user' | 'assistant';
  text: string;
  reasoning: string | null;
  created: number;
  model: string | null;
  stop: StopReason | null;
  input_tokens: number | null;
  output_tokens: number | null;
  reasoning_tokens: number | null;
  cached_tokens: number | null;
  sent_tokens: number | null;
  token_source: 'reported' | 'estimated' | null;
  first_token_ms: number | null;
  total_ms: number | null;
  reasoning_ms: number | null;
  tokens_per_second: number | null;
  /** In US dollars. */
  cost: number | null;
  error_kind: ErrorKind | null;
  error_message: string | null;
  error_hint: string | null;
};

const columns = [
  'id',
  'parent',
  'role',
  'text',
  'reasoning',
  'created',
  'model',
  'stop',
  'input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cached_tokens',
  'sent_tokens',
  'token_source',
  'first_token_ms',
  'total_ms',
  'reasoning_ms',
  'tokens_per_second',
  'cost',
  'error_kind',
  'error_message',
  'error_hint',
] as const satisfies readonly (keyof MessageRow)[];

/** What `nodeFromRow` reads, for a SELECT. */
export const messageColumns = columns.join(', ');

/**
 * Adds the message, or replaces what is stored under its id. Values: those of `rowValues`, then the conversation's id,
 * the backend's id, the writer and the options in force.
 * (Only plain `?` here and elsewhere: the node:sqlite of Node 22.16 does not bind numbered ones by position.)
 */
export const putMessageSql = `
  INSERT INTO messages (${messageColumns}, conversation_id, backend, writer, options)
  VALUES (${columns.map(() => '?').join(', ')}, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET
    ${columns
      .filter(column => column !== 'id')
      .map(column => `${column} = excluded.${column}`)
      .join(', ')}, backend = excluded.backend, writer = excluded.writer`;

export function rowValues(node: MessageNode): Value[] {
  const {usage, timing, error} = node;
  const row: MessageRow = {
    id: node.id,
    parent: node.parent,
    role: node.role,
    text: node.text,
    reasoning: node.reasoning ?? null,
    created: node.created,
    model: node.model ?? null,
    stop: node.stop ?? null,
    input_tokens: usage?.input ?? null,
    output_tokens: usage?.output ?? null,
    reasoning_tokens: usage?.reasoning ?? null,
    cached_tokens: usage?.cached ?? null,
    sent_tokens: usage?.sent ?? null,
    token_source: usage ? (usage.estimated ? 'estimated' : 'reported') : null,
    first_token_ms: timing?.firstTokenMs ?? null,
    total_ms: timing?.totalMs ?? null,
    reasoning_ms: timing?.reasoningMs ?? null,
    tokens_per_second: timing?.tokensPerSecond ?? null,
    cost: node.cost ?? null,
    error_kind: error?.kind ?? null,
    error_message: error?.message ?? null,
    error_hint: error?.hint ?? null,
  };
  return columns.map(column => row[column]);
}

export function nodeFromRow(row: MessageRow, attachments?: readonly Attachment[]): MessageNode {
  // Field by field: a conversation has thousands of these, and spreading each field takes twice as long.
  const node: Writable<MessageNode> = {
    id: row.id,
    parent: row.parent,
    role: row.role,
    text: row.text,
    created: row.created,
  };
  if (row.reasoning !== null) node.reasoning = row.reasoning;
  if (attachments) node.attachments = attachments;
  if (row.model !== null) node.model = row.model;
  if (row.stop !== null) node.stop = row.stop;
  const usage = usageOf(row);
  if (usage) node.usage = usage;
  const timing = timingOf(row);
  if (timing) node.timing = timing;
  if (row.cost !== null) node.cost = row.cost;
  if (row.error_kind !== null) {
    node.error = {
      kind: row.error_kind,
      message: row.error_message ?? '',
      ...(row.error_hint !== null && {hint: row.error_hint}),
    };
  }
  return node;
}

type Writable<T> = {-readonly [Key in keyof T]: T[Key]};

function usageOf(row: MessageRow): Usage | undefined {
  if (row.token_source === null) return undefined;
  const usage: Usage = {estimated: row.token_source === 'estimated'};
  if (row.input_tokens !== null) usage.input = row.input_tokens;
  if (row.output_tokens !== null) usage.output = row.output_tokens;
  if (row.reasoning_tokens !== null) usage.reasoning = row.reasoning_tokens;
  if (row.cached_tokens !== null) usage.cached = row.cached_tokens;
  if (row.sent_tokens !== null) usage.sent = row.sent_tokens;
  return usage;
}

function timingOf(row: MessageRow): Timing | undefined {
  if (row.total_ms === null) return undefined;
  const timing: Timing = {totalMs: row.total_ms};
  if (row.first_token_ms !== null) timing.firstTokenMs = row.first_token_ms;
  if (row.reasoning_ms !== null) timing.reasoningMs = row.reasoning_ms;
  if (row.tokens_per_second !== null) timing.tokensPerSecond = row.tokens_per_second;
  return timing;
}
