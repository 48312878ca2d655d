import type {MessageNode} from './conversation.ts';
import type {LlmError} from './errors.ts';
import type {LivePhase, LiveReply} from './liveReply.ts';
import type {StopReason, Timing, Usage} from './message.ts';
import type {ReplyEvent} from './reply.ts';
import {estimateTokens} from './tokens.ts';

/** Gathers the events of one answer: its text, its figures, and the pieces that still have to be saved. */
export type ReplyRecorder = {
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
  now(): number;
  flushMs: number;
  flush(id: string, chunk: {text: string; reasoning: string}): void;
};

/** Starts recording one answer. */
export function createReplyRecorder(settings: ReplyRecorderSettings): ReplyRecorder {
  const {id, parent, model, now, flushMs, flush} = settings;
  const started = now();
  const warnings: string[] = [];
  let phase: LivePhase = 'connecting';
  let ratio: number | undefined;
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
  const enter = (next: LivePhase): boolean => {
    const changed = phase !== next;
    phase = next;
    return changed;
  };
  const node = (extra: Partial<MessageNode>): MessageNode => ({
    id,
    parent,
    role: 'assistant',
    text,
    ...(reasoning && {reasoning}),
    created: started,
    model,
    ...extra,
  });

  return {
    parent,
    add(event) {
      switch (event.type) {
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
            reasoning += event.text;
            pending.reasoning += event.text;
            return enter('reasoning');
          }
          firstTextAt ??= at;
          text += event.text;
          pending.text += event.text;
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
      text,
      reasoning,
      ...(firstTokenAt !== undefined &&
        firstTextAt !== undefined &&
        reasoning !== '' && {reasoningMs: firstTextAt - firstTokenAt}),
      started,
    }),
    warnings: () => warnings,
    finish(stop, error) {
      flushNow();
      const ended = now();
      const counts = usageOf(usage, text + reasoning);
      return node({
        stop,
        usage: counts,
        timing: timingOf({
          started,
          firstTokenAt,
          firstTextAt,
          ended,
          hasReasoning: reasoning !== '',
          usage,
          counts,
        }),
        ...(error && {error: {kind: error.kind, message: error.message, hint: error.hint}}),
      });
    },
  };
}

function usageOf(reported: Extract<ReplyEvent, {type: 'usage'}>, answer: string): Usage {
  const {input, output, reasoning, cached} = reported;
  return {
    ...(input !== undefined && {input}),
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
  usage: Extract<ReplyEvent, {type: 'usage'}>;
  counts: Usage;
}): Timing {
  const {started, firstTokenAt, firstTextAt, ended, hasReasoning, usage, counts} = facts;
  if (firstTokenAt === undefined) return {totalMs: ended - started};
  const outputMs = usage.outputMs ?? ended - firstTokenAt;
  const output = counts.output ?? 0;
  return {
    firstTokenMs: firstTokenAt - started,
    totalMs: ended - started,
    ...(hasReasoning && {reasoningMs: (firstTextAt ?? ended) - firstTokenAt}),
    ...(outputMs > 0 && output > 0 && {tokensPerSecond: (output / outputMs) * 1000}),
  };
}
