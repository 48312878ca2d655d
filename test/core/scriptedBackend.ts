import type {Backend, BackendCapabilities, Model} from '../../src/core/backend.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {FinishReason, ReplyEvent, ReplyRequest} from '../../src/core/reply.ts';

/** One step of an answer: an event to yield, a failure to throw, or something to wait for. */
export type Step = ReplyEvent | Error | Promise<unknown>;

/** A backend whose answers are written down beforehand. */
export type ScriptedBackend = Backend & {
  /** The steps of the next answer that has none yet. An answer nobody wrote ends at once, without a finish. */
  enqueue(...steps: Step[]): void;
  /** What it was asked, in order. */
  readonly requests: readonly ReplyRequest[];
  /** How many answers were ended by their signal. */
  aborted(): number;
};

export function createScriptedBackend(
  options: {
    id?: string;
    models?: readonly Model[];
    capabilities?: Partial<BackendCapabilities>;
    /** Called when a reply is asked for, before its first step. */
    onRequest?(request: ReplyRequest): void;
  } = {},
): ScriptedBackend {
  const {id = 'test', models = [], capabilities, onRequest} = options;
  const scripts: Step[][] = [];
  const requests: ReplyRequest[] = [];
  let aborted = 0;
  return {
    id,
    label: `the ${id} backend`,
    capabilities: {
      local: true,
      contextSize: true,
      schema: true,
      images: true,
      thinking: true,
      ...capabilities,
    },
    models: async () => models,
    describe: async model => models.find(entry => entry.id === model) ?? {id: model, backend: id},
    async *reply(request, signal) {
      requests.push(request);
      onRequest?.(request);
      try {
        for (const step of scripts.shift() ?? []) {
          if (signal.aborted) throw cancelled();
          if (step instanceof Error) throw step;
          if (step instanceof Promise) await until(step, signal);
          else yield step;
        }
        if (signal.aborted) throw cancelled();
      } finally {
        if (signal.aborted) aborted += 1;
      }
    },
    async close() {},
    enqueue(...steps) {
      scripts.push(steps);
    },
    requests,
    aborted: () => aborted,
  };
}

export function text(value: string): ReplyEvent {
  return {type: 'text', text: value};
}

export function reasoning(value: string): ReplyEvent {
  return {type: 'reasoning', text: value};
}

export function finish(reason: FinishReason = 'stop'): ReplyEvent {
  return {type: 'finish', reason};
}

/** A step that waits until `open` is called. */
export function gate(): {step: Promise<void>; open(): void} {
  const {promise, resolve} = Promise.withResolvers<void>();
  return {step: promise, open: resolve};
}

function cancelled(): LlmError {
  return new LlmError({kind: 'cancelled', message: 'stopped'});
}

async function until(step: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const {promise: stopped, reject} = Promise.withResolvers<never>();
  const onAbort = (): void => reject(cancelled());
  signal.addEventListener('abort', onAbort, {once: true});
  try {
    await Promise.race([step, stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
