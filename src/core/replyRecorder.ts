import type {MessageNode} from './conversation.ts';
import {createSeam} from './createSeam.ts';
import type {LlmError} from './errors.ts';
import type {LivePhase, LiveReply} from './liveReply.ts';
import type {Message, StopReason, Timing, Usage} from './message.ts';
import type {ReplyEvent} from './reply.ts';
import {estimateMessages, estimateTokens} from './tokens.ts';

/** Gathers the events of one answer: its text, its figures, and the pieces that still have to be saved. */
export type ReplyRecorder = {
  readonly id: string;
  readonly parent: string;
  /** Takes one event. Returns true when the phase changed, which is worth showing at once. */
  add(event: ReplyEvent): boolean;
  /** The answer's node before its first token. */
  started(): MessageNode;
  live(): LiveReply;
  warnings(): readonly string[];
  /** Saves what is left and returns the finished node. */
  finish(stop: StopReason, error?: LlmError): MessageNode;
};

export type ReplyRecorderSettings = {
  id: string;
  parent: string;
  model: string;
  /** What the model is sent. */
  messages: readonly Message[];
  /** The answer that this one goes on with: its text and its thinking come first. */
  begun?: MessageNode;
  now(): number;
  flushMs: number;
  flush(id: string, chunk: {text: string; reasoning: string}): void;
};

/** Starts recording one answer. */
export function createReplyRecorder(settings: ReplyRecorderSettings): ReplyRecorder {
  const {id, parent, model, messages, begun, now, flushMs, flush} = settings;
  const started = now();
  const seam = begun && createSeam(begun.text);
  const before = {text: begun?.text ?? '', reasoning: begun?.reasoning ?? ''};
  const warnings: string[] = [];
  let phase: LivePhase = 'connecting';
  let ratio: number | undefined;
  let wait: LiveReply['wait'];
  let text = '';
  let reasoning = '';
  let pending = {text: '', reasoning: ''};
  let flushTimer: NodeJS.Timeout | undefined;
  let usage: Extract<ReplyEvent, {type: 'usage'}> = {type: 'usage'};
  let firstTokenAt: number | undefined;
  let firstTextAt: number | undefined;

  const flushNow = (): void => {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    if (pending.text === '' && pending.reasoning === '') return;
    const chunk = pending;
    pending = {text: '', reasoning: ''};
    flush(id, chunk);
  };
  const addReasoning = (piece: string): void => {
    const apart = reasoning === '' && before.reasoning !== '' ? '\n\n' : '';
    reasoning += piece;
    pending.reasoning += apart + piece;
  };
  const addText = (piece: string): void => {
    text += piece;
    pending.text += piece;
  };
  const enter = (next: LivePhase): boolean => {
    const changed = phase !== next;
    phase = next;
    return changed;
  };
  const thoughts = (): string => [before.reasoning, reasoning].filter(part => part !== '').join('\n\n');
  const node = (extra: Partial<MessageNode>): MessageNode => ({
    id,
    parent,
    role: 'assistant',
    text: before.text + text,
    ...(thoughts() && {reasoning: thoughts()}),
    created: started,
    model,
    ...extra,
  });

  return {
    id,
    parent,
    add(event) {
      switch (event.type) {
        case 'wait':
          wait = {reason: event.reason, attempt: event.attempt, ms: event.ms};
          phase = event.ms > 0 ? 'waiting' : 'connecting';
          return true;
        case 'progress':
          ratio = event.ratio;
          return enter(event.phase === 'load' ? 'loading' : 'reading');
        case 'reasoning':
        case 'text': {
          if (event.text === '') return false;
          const at = now();
          firstTokenAt ??= at;
          ratio = undefined;
          flushTimer ??= setTimeout(flushNow, flushMs);
          if (event.type === 'reasoning') {
            addReasoning(event.text);
            return enter('reasoning');
          }
          firstTextAt ??= at;
          addText(seam ? seam.push(event.text) : event.text);
          return enter('answering');
        }
        case 'usage':
          usage = {...usage, ...event};
          return false;
        case 'warning':
          warnings.push(event.message);
          return true;
        default:
          return false;
      }
    },
    started: () => node({stop: 'streaming'}),
    live: () => ({
      id,
      parent,
      model,
      phase,
      ...(ratio !== undefined && {ratio}),
      ...(phase === 'waiting' && wait && {wait}),
      text: before.text + text,
      ...(begun && {continues: before.text.length}),
      reasoning,
      ...(firstTokenAt !== undefined && {firstTokenMs: firstTokenAt - started}),
      ...(firstTokenAt !== undefined &&
        firstTextAt !== undefined &&
        reasoning !== '' && {reasoningMs: firstTextAt - firstTokenAt}),
      started,
    }),
    warnings: () => warnings,
    finish(stop, error) {
      if (seam) addText(seam.end());
      flushNow();
      const ended = now();
      const counts = usageOf(usage, text + reasoning, messages);
      return node({
        stop,
        usage: counts,
        timing: timingOf({
          started,
          firstTokenAt,
          firstTextAt,
          ended,
          hasReasoning: reasoning !== '',
          thoughtBefore: begun?.timing?.reasoningMs,
          usage,
          counts,
        }),
        ...(error && {error: {kind: error.kind, message: error.message, hint: error.hint}}),
      });
    },
  };
}

function usageOf(
  reported: Extract<ReplyEvent, {type: 'usage'}>,
  answer: string,
  messages: readonly Message[],
): Usage {
  const {input, output, reasoning, cached} = reported;
  return {
    ...(input !== undefined && {input}),
    sent: estimateMessages(messages),
    output: output ?? estimateTokens(answer),
    ...(reasoning !== undefined && {reasoning}),
    ...(cached !== undefined && {cached}),
    estimated: output === undefined,
  };
}

function timingOf(facts: {
  started: number;
  firstTokenAt: number | undefined;
  firstTextAt: number | undefined;
  ended: number;
  hasReasoning: boolean;
  thoughtBefore: number | undefined;
  usage: Extract<ReplyEvent, {type: 'usage'}>;
  counts: Usage;
}): Timing {
  const {started, firstTokenAt, firstTextAt, ended, hasReasoning, thoughtBefore, usage, counts} = facts;
  const thought =
    hasReasoning && firstTokenAt !== undefined ? (firstTextAt ?? ended) - firstTokenAt : undefined;
  const reasoningMs =
    thought === undefined && thoughtBefore === undefined ? undefined : (thought ?? 0) + (thoughtBefore ?? 0);
  const thinking = reasoningMs === undefined ? {} : {reasoningMs};
  if (firstTokenAt === undefined) return {totalMs: ended - started, ...thinking};
  const outputMs = usage.outputMs ?? ended - firstTokenAt;
  const output = counts.output ?? 0;
  return {
    firstTokenMs: firstTokenAt - started,
    totalMs: ended - started,
    ...thinking,
    ...(outputMs > 0 && output > 0 && {tokensPerSecond: (output / outputMs) * 1000}),
  };
}
