import type {Pull, PullEnd, Pulls} from '../../src/commands/createPulls.ts';
import type {LlmError} from '../../src/core/errors.ts';

export type FakePulls = Pulls & {
  /** Every name that was started, in this order. */
  started: string[];
  /** So many bytes of one have come. */
  comes(name: string, completed: number, total: number): void;
  /** One is there, under another name if one is given. */
  arrives(name: string, there?: string): void;
  fails(name: string, thrown: LlmError): void;
};

/** Pulls of which only what is said comes. `onStart` is called with the name of each that is started. */
export function fakePulls(
  begun: readonly Pull[] = [],
  onStart: (name: string) => void = () => {},
): FakePulls {
  const listeners = new Set<() => void>();
  const endListeners = new Set<(end: PullEnd) => void>();
  const started: string[] = [];
  let list = begun;
  const change = (name: string, next?: Pull): void => {
    list = [...list.filter(pull => pull.name !== name), ...(next ? [next] : [])];
    for (const listener of listeners) listener();
  };
  const known = (name: string): Pull | undefined => list.find(pull => pull.name === name);
  const end = (of: PullEnd): void => {
    for (const listener of endListeners) listener(of);
  };
  const stop = (name: string): void => {
    const pull = known(name);
    if (pull?.state === 'running') change(name, {...pull, state: 'stopped'});
  };
  return {
    started,
    comes: (name, completed, total) =>
      change(name, {name, state: 'running', figures: {status: '', completed, total, parts: 1}}),
    arrives(name, there = name) {
      change(name);
      end({name, state: 'done', there});
    },
    fails(name, thrown) {
      change(name, {name, state: 'failed', error: thrown.message});
      end({name, state: 'failed', error: thrown.message, thrown});
    },
    list: () => list,
    look() {},
    start(name) {
      started.push(name);
      if (known(name)?.state !== 'running') change(name, {...known(name), name, state: 'running'});
      onStart(name);
    },
    stop,
    forget: name => change(name),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEnd(listener) {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
    async close() {
      for (const {name} of list) stop(name);
    },
  };
}
