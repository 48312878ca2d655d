import type {Backend} from '../core/backend.ts';
import {describeError, LlmError, toLlmError} from '../core/errors.ts';
import {createPullMeter, type PullFigures} from '../core/pull.ts';
import type {UnfinishedPull} from '../storage/unfinishedPulls.ts';

/** A model on its way to its backend, or one whose way was cut. */
export type Pull = {
  /** The full name of the model. */
  readonly name: string;
  /** How far it has come; missing until anything is told. */
  readonly figures?: PullFigures;
} & (
  | {readonly state: 'running' | 'stopped'}
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
  /** Begins a pull, or goes on with one that was cut; nothing for one that is under way. */
  start(name: string): void;
  /** Stops one. What has come is kept where its backend keeps it. */
  stop(name: string): void;
  /** Takes one that was cut off the list. */
  forget(name: string): void;
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
  };
  /** How often listeners hear of bytes that have come, in ms. */
  pauseMs?: number;
};

/** Starts with the pulls that were cut when the program ended the last time. */
export function createPulls({resolve, unfinished, pauseMs = 100}: PullsSettings): Pulls {
  const listeners = new Set<() => void>();
  const endListeners = new Set<(end: PullEnd) => void>();
  const running = new Map<string, {controller: AbortController; ended: Promise<void>}>();
  let pulls: readonly Pull[] = unfinished.read().map(cutPull);
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
    attempt(() =>
      unfinished.change(known => [...known.filter(each => each.name !== name), {name, completed, total}]),
    );
  };
  const forget = (name: string): void =>
    attempt(() => unfinished.change(known => known.filter(each => each.name !== name)));

  /** Pulls a model, and resolves with the full name under which it is there. */
  const run = async (name: string, signal: AbortSignal): Promise<string> => {
    const meter = createPullMeter();
    let total = 0;
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
      if (figures.total !== total) remember(name, figures);
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
      const known = {name, ...(figures && {figures})};
      put(isStopped ? {...known, state: 'stopped'} : {...known, state: 'failed', error});
      // A name that nobody knows would only be refused again.
      if (isStopped || (figures?.completed ?? 0) > 0) remember(name, figures);
      else forget(name);
      tell();
      if (!isStopped)
        for (const listener of endListeners) listener({name, state: 'failed', error, thrown: failure});
    }
  };

  return {
    list: () => pulls,
    start(name) {
      if (running.has(name)) return;
      const figures = find(name)?.figures;
      put({name, state: 'running', ...(figures && {figures})});
      remember(name, figures);
      const controller = new AbortController();
      running.set(name, {controller, ended: follow(name, controller)});
      tell();
    },
    stop: name => running.get(name)?.controller.abort(),
    forget(name) {
      if (running.has(name)) return;
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
      const all = [...running.values()];
      for (const {controller} of all) controller.abort();
      await Promise.all(all.map(({ended}) => ended));
      clearTimeout(pending);
    },
  };
}

function cutPull({name, completed, total}: UnfinishedPull): Pull {
  return {name, state: 'stopped', figures: {status: '', completed, total, parts: 0}};
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The next start does not know of it; the pull itself goes on.
  }
}
