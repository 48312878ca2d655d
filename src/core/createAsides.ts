import {askAside} from './askAside.ts';
import type {Conversation} from './conversation.ts';
import type {Message} from './message.ts';
import type {ResolveModel} from './streamReply.ts';

/** A side request that is under way. */
export type AsideState = {
  /** Full model name. */
  readonly model: string;
  /** ms since 1970. */
  readonly started: number;
};

export type AsideOptions = {
  /** Nobody waits for it: it is not shown as something that is under way. */
  quiet?: boolean;
  /** The most tokens to answer with. */
  maxTokens?: number;
};

/** The side requests of a session: answers that are no part of its conversation. */
export type Asides = {
  /** One answer as a whole. Throws `LlmError`, kind `cancelled` after an abort or `stop`. */
  ask(
    conversation: Conversation,
    messages: readonly Message[],
    signal: AbortSignal,
    options?: AsideOptions,
  ): Promise<string>;
  /** Aborts those under way. */
  stop(): void;
  /** The latest of those under way that somebody waits for; null when there is none. */
  current(): AsideState | null;
};

/** Starts without any; `changed` is told when one begins or ends. `now` in ms since 1970. */
export function createAsides(resolve: ResolveModel, now: () => number, changed: () => void): Asides {
  const running = new Map<AbortController, AsideState & {quiet: boolean}>();
  return {
    async ask({model, options}, messages, signal, {quiet = false, maxTokens} = {}) {
      const controller = new AbortController();
      running.set(controller, {model, started: now(), quiet});
      changed();
      try {
        const either = AbortSignal.any([signal, controller.signal]);
        const limit = maxTokens === undefined ? {} : {maxTokens};
        return await askAside({resolve, model, messages, options, ...limit}, either);
      } finally {
        running.delete(controller);
        changed();
      }
    },
    stop() {
      for (const controller of running.keys()) controller.abort();
    },
    current: () => [...running.values()].findLast(({quiet}) => !quiet) ?? null,
  };
}
