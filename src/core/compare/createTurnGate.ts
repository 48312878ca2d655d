import {LlmError} from '../errors.ts';

/** Lets so many at a time work with one backend: one GPU need not be asked for two models at once. */
export type TurnGate = {
  /**
   * Waits for a place at a backend. Resolves with what gives the place back; throws `LlmError` (`cancelled`) when the
   * signal is aborted first.
   */
  enter(backend: string, signal: AbortSignal): Promise<() => void>;
};

/** Starts a gate. `limitOf` says how many may work with a backend at once; undefined for any number. */
export function createTurnGate(limitOf: (backend: string) => number | undefined): TurnGate {
  const working = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();

  const leave = (backend: string): void => {
    const next = waiting.get(backend)?.shift();
    // The place goes to the next one without becoming free in between.
    if (next) next();
    else working.set(backend, (working.get(backend) ?? 1) - 1);
  };
  const once = (backend: string): (() => void) => {
    let isLeft = false;
    return () => {
      if (!isLeft) leave(backend);
      isLeft = true;
    };
  };

  return {
    async enter(backend, signal) {
      if (signal.aborted) throw stopped();
      const limit = limitOf(backend) ?? Number.POSITIVE_INFINITY;
      const now = working.get(backend) ?? 0;
      if (now < Math.max(1, limit)) {
        working.set(backend, now + 1);
        return once(backend);
      }
      const queue = waiting.get(backend) ?? [];
      waiting.set(backend, queue);
      const {promise, resolve, reject} = Promise.withResolvers<void>();
      queue.push(resolve);
      const onAbort = (): void => {
        const at = queue.indexOf(resolve);
        if (at === -1) return;
        queue.splice(at, 1);
        reject(stopped());
      };
      signal.addEventListener('abort', onAbort, {once: true});
      try {
        await promise;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
      return once(backend);
    },
  };
}

function stopped(): LlmError {
  return new LlmError({kind: 'cancelled', message: 'stopped'});
}
