import type {MessageNode, Shortened} from '../core/conversation.ts';
import type {ErrorKind} from '../core/errors.ts';
import type {StopReason, Timing, Usage} from '../core/message.ts';
import {type GenerationOptions, parseOption} from '../core/options.ts';

/** What of a message is neither its text nor an attachment, as an export's marker carries it. */
export type MessageFields = Pick<
  MessageNode,
  'id' | 'role' | 'created' | 'model' | 'stop' | 'usage' | 'timing' | 'cost' | 'error'
>;

const stopReasons: readonly StopReason[] = [
  ...(['streaming', 'stop', 'length', 'content-filter'] as const),
  ...(['aborted', 'interrupted', 'error'] as const),
];

const usageCounts = ['input', 'output', 'reasoning', 'cached', 'sent'] as const;
const timings = ['firstTokenMs', 'totalMs', 'reasoningMs', 'tokensPerSecond'] as const;

/** The fields of a message, always in the same order. */
export function messageFields(node: MessageNode): MessageFields {
  return {
    role: node.role,
    id: node.id,
    created: node.created,
    ...(node.model !== undefined && {model: node.model}),
    ...(node.stop !== undefined && {stop: node.stop}),
    ...(node.usage && {usage: readUsage(node.usage)}),
    ...(node.timing && {timing: readTiming(node.timing)}),
    ...(node.cost !== undefined && {cost: node.cost}),
    ...(node.error && {error: readError(node.error)}),
  };
}

/**
 * The fields that a marker carries, as far as they make sense: a person may have changed the file. Undefined when it
 * is no message at all. An answer that was being written when it was exported was interrupted.
 */
export function readMessageFields(fields: Readonly<Record<string, unknown>>): MessageFields | undefined {
  const {role, id, created, model, stop, usage, timing, cost, error} = fields;
  if ((role !== 'user' && role !== 'assistant') || typeof id !== 'string' || id === '') return undefined;
  const reason = stopReasons.find(each => each === stop);
  return {
    role,
    id,
    created: typeof created === 'number' && Number.isFinite(created) ? created : 0,
    ...(typeof model === 'string' && {model}),
    ...(reason && {stop: reason === 'streaming' ? 'interrupted' : reason}),
    ...(isRecord(usage) && {usage: readUsage(usage)}),
    ...(isRecord(timing) && {timing: readTiming(timing)}),
    ...(typeof cost === 'number' && cost >= 0 && {cost}),
    ...(isRecord(error) && {error: readError(error)}),
  };
}

/** Those sampling options that this program has, with values that they may have. */
export function readOptions(options: Readonly<Record<string, unknown>>): GenerationOptions {
  const parsed = Object.entries(options).map(([key, value]) => parseOption(key, value));
  return Object.fromEntries(parsed.flatMap(each => (each.ok ? [[each.name, each.value]] : [])));
}

/** What of the conversation is no longer sent, when it says from which of the messages on. */
export function readShortened(value: unknown, ids: ReadonlySet<string>): Shortened | undefined {
  if (!isRecord(value)) return undefined;
  const {from, summary, until} = value;
  if (typeof from !== 'string' || !ids.has(from)) return undefined;
  return {
    from,
    summary: typeof summary === 'string' ? summary : '',
    ...(typeof until === 'string' && {until}),
  };
}

function readUsage(usage: object): Usage {
  return {...numbersOf(usage, usageCounts), estimated: 'estimated' in usage && usage.estimated === true};
}

function readTiming(timing: object): Timing {
  const {totalMs = 0, ...others} = numbersOf(timing, timings);
  return {...others, totalMs};
}

function readError(error: object): NonNullable<MessageNode['error']> {
  const {kind, message, hint} = error as Record<string, unknown>;
  return {
    // The kind is only shown, so one that this version does not know may stay.
    kind: (typeof kind === 'string' ? kind : 'protocol') as ErrorKind,
    message: typeof message === 'string' ? message : 'unknown error',
    ...(typeof hint === 'string' && {hint}),
  };
}

function numbersOf<Key extends string>(record: object, keys: readonly Key[]): Partial<Record<Key, number>> {
  const values = record as Readonly<Record<string, unknown>>;
  const found = keys.flatMap((key): [Key, number][] => {
    const value = values[key];
    return typeof value === 'number' && Number.isFinite(value) ? [[key, value]] : [];
  });
  return Object.fromEntries(found) as Partial<Record<Key, number>>;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
