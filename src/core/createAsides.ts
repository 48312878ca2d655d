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

/** The side requests of a session: answers that are no part of its conversation. */
export type Asides = {
  /** One answer as a whole. Throws `LlmError`, kind `cancelled` after an abort or `stop`. */
  ask(conversation: Conversation, messages: readonly Message[], signal: AbortSignal): Promise<string>;
  /** Aborts those under way. */
  stop(): void;
  /** The latest of those under way; null when there is none. */
  current(): AsideState | null;
};

/** Starts without any; `changed` is told when one begins or ends. `now` in ms since 1970. */
export function createAsides(resolve: ResolveModel, now: () => number, changed: () => void): Asides {
  const running = new Map<AbortController, AsideState>();
  return {
    async ask({model, options}, messages, signal) {
      const controller = new AbortController();
      running.set(controller, {model, started: now()});
      changed();
      try {
        const either = AbortSignal.any([signal, controller.signal]);
        return await askAside({resolve, model, messages, options}, either);
      } finally {
        running.delete(controller);
        changed();
      }
    },
    stop() {
      for (const controller of running.keys()) controller.abort();
    },
    current: () => [...running.values()].at(-1) ?? null,
  };
}
