import type {Backend} from '../core/backend.ts';
import {describeError, LlmError, toLlmError} from '../core/errors.ts';
import {createPullMeter, type PullFigures} from '../core/pull.ts';
import type {ProcessIdentity} from '../storage/processIdentity.ts';
import type {UnfinishedPull} from '../storage/unfinishedPulls.ts';

/** A model on its way to its backend, or one whose way was cut. */
export type Pull = {
  /** The full name of the model. */
  readonly name: string;
  /** How far it has come; missing until anything is told. */
  readonly figures?: PullFigures;
} /** `elsewhere`: another program pulls it now. */ & (
  | {readonly state: 'running' | 'stopped' | 'elsewhere'}
  /** `error` says why, in one line. */
  | {readonly state: 'failed'; readonly error: string}
);

/** How a pull ended by itself. `there` is the full name under which the model is there, which may be another one. */
export type PullEnd = {name: string} & (
  | {state: 'done'; there: string}
  /** `error` says why, in one line. */
  | {state: 'failed'; error: string; thrown: LlmError}
);

/** All pulls of this program. They go on whatever is on the screen, and end with the program. */
export type Pulls = {
  /** Those under way and those that were cut, the oldest first; the same array until something changes. */
  list(): readonly Pull[];
  /** Begins a pull, or goes on with one that was cut, as soon as it has stopped; nothing for one that is under way. */
  start(name: string): void;
  /** Stops one. What has come is kept where its backend keeps it. */
  stop(name: string): void;
  /** Takes one that was cut off the list. */
  forget(name: string): void;
  /** Looks at how far those have come that other programs pull. */
  look(): void;
  subscribe(listener: () => void): () => void;
  /** Calls back when a model is there, or its pull has failed. Returns the unsubscriber. */
  onEnd(listener: (end: PullEnd) => void): () => void;
  /** Stops all of them; resolves when their servers were told. */
  close(): Promise<void>;
};

export type PullsSettings = {
  /** Its backend. Throws `LlmError`. */
  resolve(name: string): Promise<{backend: Backend; model: string}>;
  /** Where pulls that were cut are remembered. Throws `LlmError` (`storage`). */
  unfinished: {
    read(): readonly UnfinishedPull[];
    change(how: (pulls: readonly UnfinishedPull[]) => readonly UnfinishedPull[]): void;
    /** This program, for others to know that it lives, and whether another one does. */
    own?(): ProcessIdentity;
    isAlive?(owner: ProcessIdentity): boolean;
  };
  /** How often listeners hear of bytes that have come, in ms. */
  pauseMs?: number;
  /** How often what has come is remembered, in ms: a program that is killed has no time for that. */
  keepMs?: number;
};

/** Starts with the pulls that were cut when the program ended the last time. */
export function createPulls({resolve, unfinished, pauseMs = 100, keepMs = 5_000}: PullsSettings): Pulls {
  const listeners = new Set<() => void>();
  const endListeners = new Set<(end: PullEnd) => void>();
  const running = new Map<string, {controller: AbortController; ended: Promise<void>}>();
  /** Those that begin anew as soon as they have stopped. */
  const again = new Set<string>();
  const known = (pull: UnfinishedPull): Pull => ({
    name: pull.name,
    state: pull.owner && unfinished.isAlive?.(pull.owner) ? 'elsewhere' : 'stopped',
    figures: {status: '', completed: pull.completed, total: pull.total, parts: 0},
  });
  let pulls: readonly Pull[] = unfinished.read().map(known);
  let pending: NodeJS.Timeout | undefined;

  const tell = (): void => {
    clearTimeout(pending);
    pending = undefined;
    for (const listener of listeners) listener();
  };
  /** What comes several times a millisecond is told of once in a while. */
  const tellSoon = (): void => {
    pending ??= setTimeout(tell, pauseMs);
  };
  const find = (name: string): Pull | undefined => pulls.find(pull => pull.name === name);
  const put = (pull: Pull): void => {
    pulls = find(pull.name) ? pulls.map(each => (each.name === pull.name ? pull : each)) : [...pulls, pull];
  };
  const drop = (name: string): void => {
    pulls = pulls.filter(pull => pull.name !== name);
  };
  /** That it can be gone on with by one key is no reason to let a pull fail. */
  const remember = (name: string, figures: PullFigures | undefined): void => {
    const {completed = 0, total = 0} = figures ?? {};
    const owner = running.has(name) ? unfinished.own?.() : undefined;
    const entry = {name, completed, total, ...(owner && {owner})};
    attempt(() => unfinished.change(all => [...all.filter(each => each.name !== name), entry]));
  };
  const forget = (name: string): void =>
    attempt(() => unfinished.change(all => all.filter(each => each.name !== name)));

  /** Pulls a model, and resolves with the full name under which it is there. */
  const run = async (name: string, signal: AbortSignal): Promise<string> => {
    const meter = createPullMeter();
    let total = 0;
    let keptAt = Date.now();
    let there = name;
    const {backend, model} = await resolve(name);
    if (!backend.pull)
      throw new LlmError({
        kind: 'capability',
        message: `${backend.label} does not pull models by asking`,
        hint: 'Its own program does.',
      });
    signal.throwIfAborted();
    for await (const progress of backend.pull(model, signal)) {
      const figures = meter(progress);
      if (progress.model !== undefined) there = `${backend.id}/${progress.model}`;
      put({name, state: 'running', figures});
      if (figures.total !== total || Date.now() - keptAt >= keepMs) {
        remember(name, figures);
        keptAt = Date.now();
      }
      total = figures.total;
      tellSoon();
    }
    return there;
  };
  const follow = async (name: string, controller: AbortController): Promise<void> => {
    try {
      const there = await run(name, controller.signal);
      running.delete(name);
      drop(name);
      forget(name);
      tell();
      for (const listener of endListeners) listener({name, state: 'done', there});
    } catch (thrown) {
      running.delete(name);
      const failure = toLlmError(thrown);
      const error = describeError(failure);
      const figures = find(name)?.figures;
      const isStopped = controller.signal.aborted;
      const cut = {name, ...(figures && {figures})};
      put(isStopped ? {...cut, state: 'stopped'} : {...cut, state: 'failed', error});
      // A name that nobody knows would only be refused again.
      if (isStopped || (figures?.completed ?? 0) > 0) remember(name, figures);
      else forget(name);
      if (again.delete(name)) start(name);
      tell();
      if (!isStopped)
        for (const listener of endListeners) listener({name, state: 'failed', error, thrown: failure});
    }
  };

  const start = (name: string): void => {
    const current = running.get(name);
    if (current) {
      if (current.controller.signal.aborted) again.add(name);
      return;
    }
    const figures = find(name)?.figures;
    put({name, state: 'running', ...(figures && {figures})});
    const controller = new AbortController();
    running.set(name, {controller, ended: follow(name, controller)});
    remember(name, figures);
    tell();
  };

  return {
    list: () => pulls,
    start,
    stop(name) {
      again.delete(name);
      running.get(name)?.controller.abort();
    },
    look() {
      const before = pulls;
      const kept = unfinished.read();
      for (const entry of kept.map(known)) {
        const own = find(entry.name);
        // What has failed here says why, until somebody goes on with it.
        const isOurs = running.has(entry.name) || (own?.state === 'failed' && entry.state === 'stopped');
        if (!isOurs && !isSame(own, entry)) put(entry);
      }
      for (const {name, state} of pulls)
        if (state === 'elsewhere' && !kept.some(entry => entry.name === name)) drop(name);
      if (pulls !== before) tell();
    },
    forget(name) {
      if (running.has(name) || find(name)?.state === 'elsewhere') return;
      drop(name);
      forget(name);
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEnd(listener) {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
    async close() {
      again.clear();
      const all = [...running.values()];
      for (const {controller} of all) controller.abort();
      await Promise.all(all.map(({ended}) => ended));
      clearTimeout(pending);
    },
  };
}

function isSame(one: Pull | undefined, other: Pull): boolean {
  return (
    one?.state === other.state &&
    one.figures?.completed === other.figures?.completed &&
    one.figures?.total === other.figures?.total
  );
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The next start does not know of it; the pull itself goes on.
  }
}
