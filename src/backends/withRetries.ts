import type {Backend} from '../core/backend.ts';
import {LlmError} from '../core/errors.ts';
import type {ReplyEvent, ReplyRequest} from '../core/reply.ts';
import {pause} from './pause.ts';
import {defaultTimeouts} from './transport.ts';

export type RetrySettings = {
  /** How long a server may say that it is loading its model, in ms: as long as a first byte may take. */
  loadingMs?: number;
  /** Time between two notices of one pause, and between two questions to a server that loads, in ms. */
  tickMs?: number;
};

/** The pauses after which a server is tried again where nobody listens, in ms: it may just be starting. */
const unsentPauses = [500, 1_000];
/** The pauses after a server has asked to slow down without saying for how long, in ms. */
const usualPauses = [1_000, 3_000, 9_000];
/** A server that asks for a longer pause is not waited for without asking, in ms. */
const longestPause = 60_000;
/** No server is asked again sooner, in ms. */
const shortestPause = 50;

/**
 * Has a backend asked again where that is safe: nobody listened, the server asked to slow down or to come back later, or
 * it is still loading its model. Never once a word of the answer has come, and never where the person would wait longer
 * than a minute without being asked. Each pause is told of by `wait` events, and ends with the signal.
 */
export function withRetries(backend: Backend, settings: RetrySettings = {}): Backend {
  return {...backend, reply: (request, signal) => askAgain(backend, settings, request, signal)};
}

async function* askAgain(
  backend: Backend,
  {loadingMs = defaultTimeouts.firstByte, tickMs = 1_000}: RetrySettings,
  request: ReplyRequest,
  signal: AbortSignal,
): AsyncGenerator<ReplyEvent> {
  const started = Date.now();
  let attempt = 0;
  let hasStarted = false;
  for (;;) {
    let hasAnswered = false;
    try {
      for await (const event of backend.reply(request, signal)) {
        hasAnswered ||= event.type === 'text' || event.type === 'reasoning' || event.type === 'tool-call';
        // There is one start, however often the server was asked.
        if (event.type === 'start' && hasStarted) continue;
        hasStarted ||= event.type === 'start';
        yield event;
      }
      return;
    } catch (thrown) {
      if (hasAnswered || signal.aborted || !(thrown instanceof LlmError)) throw thrown;
      if (thrown.kind === 'loading' && Date.now() - started < loadingMs) {
        yield {type: 'progress', phase: 'load'};
        await pause(tickMs, signal);
        continue;
      }
      const wanted = wantedPause(thrown, attempt);
      if (wanted === undefined) throw thrown;
      if (wanted > longestPause) throw tooLong(thrown, wanted);
      attempt++;
      const until = Date.now() + Math.max(wanted, shortestPause);
      // A timer may fire a little early.
      for (let left = until - Date.now(); left > 5; left = until - Date.now()) {
        yield {type: 'wait', reason: reasonOf(thrown, backend.label), attempt, ms: left};
        await pause(Math.min(tickMs, left), signal);
      }
      yield {type: 'wait', reason: reasonOf(thrown, backend.label), attempt, ms: 0};
    }
  }
}

/** How long to wait before the next try, in ms; undefined where there is to be none. */
function wantedPause(error: LlmError, attempt: number): number | undefined {
  if (error.unsent) return unsentPauses[attempt];
  const usual = usualPauses[attempt];
  if (usual === undefined) return undefined;
  if (error.kind === 'rate-limit') return error.retryAfterMs ?? usual;
  // A server that is overloaded and does not say for how long is not burdened further.
  return error.kind === 'overloaded' ? error.retryAfterMs : undefined;
}

function reasonOf(error: LlmError, label: string): string {
  if (error.unsent) return `${label} does not answer`;
  return error.kind === 'overloaded' ? `${label} is overloaded` : `${label} asks to slow down`;
}

function tooLong(error: LlmError, ms: number): LlmError {
  return new LlmError({
    kind: error.kind,
    message: error.message,
    hint: `It asks to wait ${duration(ms)}: /retry then, or choose another model with /model.`,
    retryAfterMs: ms,
    ...(error.status !== undefined && {status: error.status}),
    ...(error.detail !== undefined && {detail: error.detail}),
  });
}

function duration(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.ceil(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.ceil(hours / 24)} days`;
}
