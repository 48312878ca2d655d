import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {Backend} from '../../../src/core/backend.ts';
import {LlmError} from '../../../src/core/errors.ts';
import type {ReplyEvent, ReplyRequest} from '../../../src/core/reply.ts';

const root = new URL('../../../', import.meta.url);
export const guidePath = fileURLToPath(new URL('models/guide/guide.gguf', root));
export const enginePath = fileURLToPath(new URL('src/backends/local/engineProcess.ts', root));

type Usage = Extract<ReplyEvent, {type: 'usage'}>;
export type Collected = {
  text: string;
  reasoning: string;
  pieces: number;
  usage: Usage | undefined;
  finish: string | undefined;
  events: ReplyEvent[];
};

type Ask = Partial<ReplyRequest> & {
  signal?: AbortSignal;
  /** Called with each event, as it comes. */
  onEvent?: (event: ReplyEvent, soFar: Collected) => void;
};

/** Asks one question and gathers the whole answer. */
export async function ask(
  backend: Backend,
  model: string,
  prompt: string,
  more: Ask = {},
): Promise<Collected> {
  const {signal = new AbortController().signal, onEvent, ...request} = more;
  const soFar: Collected = {
    text: '',
    reasoning: '',
    pieces: 0,
    usage: undefined,
    finish: undefined,
    events: [],
  };
  const messages = [{role: 'user' as const, text: prompt}];
  for await (const event of backend.reply({model, messages, options: {}, ...request}, signal)) {
    soFar.events.push(event);
    if (event.type === 'text') {
      soFar.text += event.text;
      soFar.pieces++;
    }
    if (event.type === 'reasoning') soFar.reasoning += event.text;
    if (event.type === 'usage') soFar.usage = event;
    if (event.type === 'finish') soFar.finish = event.reason;
    onEvent?.(event, soFar);
  }
  return soFar;
}

/** The `LlmError` that a promise fails with. */
export async function errorOf(promise: Promise<unknown>): Promise<LlmError> {
  const thrown = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (thrown instanceof LlmError) return thrown;
  throw thrown;
}

/** Whether a process still runs; one that only waits to be buried does not. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}
