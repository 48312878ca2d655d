import {Worker} from 'node:worker_threads';
import {createPromptSearchIndex} from './promptSearchIndex.ts';
import {type FoundPrompt, rankPrompts} from './promptSearchRank.ts';
import {createPromptSource, type PlacedPrompt} from './promptSearchSource.ts';
import type {PromptSearchAnswer, PromptSearchRequest} from './promptSearchWorker.ts';

/**
 * What a search found so far, best first. `searching`: more may come; `all`: every prompt was searched; `recent`: only
 * the newest could be, because the thread that searches all did not run.
 */
export type PromptsFound = {prompts: readonly FoundPrompt[]; state: 'searching' | 'all' | 'recent'};

/** The search over all prompts ever typed. */
export type PromptSearch = {
  /**
   * Shows at once what is found among the newest prompts, and soon after what is found among all. A new search takes
   * the place of the one under way. Returns how to stop it.
   */
  search(query: string, show: (found: PromptsFound) => void): () => void;
  close(): void;
};

export type PromptSearchSettings = {
  /** The prompt-history file. */
  file: string;
  /** The program of the thread that searches all prompts (`promptSearchWorker`). */
  program: string;
  /** So many prompts are searched at once, without the thread. */
  recent?: number;
  /** The thread is ended after so long without a search, in ms. */
  idleMs?: number;
};

/** How many prompts are shown at once, and when all were searched. */
const quickLimit = 60;
const fullLimit = 150;
/** How much of the file is read at a time between two keys, in bytes: some ms of work. */
const pieceLength = 1 << 16;

/** Reads nothing and starts no thread before the first search. */
export function createPromptSearch(settings: PromptSearchSettings): PromptSearch {
  const {file, program, recent = 20_000, idleMs = 60_000} = settings;
  let id = 0;
  let active: {id: number; query: string; show(found: PromptsFound): void} | null = null;
  let idle: NodeJS.Timeout | undefined;
  let isClosed = false;

  const quick = createQuickSearch(file, recent, () => {
    // While the thread has not answered, what has been read since is of use.
    if (active && answered !== active.id) showQuick();
  });
  let worker: Worker | undefined;
  let hasFailed = false;
  /** The search that the thread has told something about. */
  let answered = 0;

  const showQuick = (): void => {
    active?.show({
      prompts: quick.find(active.query),
      state: hasFailed && quick.isComplete() ? 'recent' : 'searching',
    });
  };

  const fail = (): void => {
    if (isClosed) return;
    hasFailed = true;
    worker = undefined;
    showQuick();
  };

  const start = (): Worker => {
    const started = new Worker(program, {
      workerData: file,
      stdout: true,
      stderr: true,
      // All that is read is soon forgotten again; with more room the thread would keep 180 MB of it at a million prompts.
      resourceLimits: {maxYoungGenerationSizeMb: 12},
    });
    started.unref();
    started.on('message', (answer: PromptSearchAnswer) => {
      if (answer.type === 'failed') {
        void started.terminate();
        return;
      }
      if (!active || answer.id !== active.id) return;
      // A thread that is still reading begins with what is known already.
      if (!answer.complete && answer.prompts.length < quickLimit) return;
      answered = answer.id;
      active.show({prompts: answer.prompts, state: answer.complete ? 'all' : 'searching'});
    });
    // Whatever kills the thread is no reason to disturb the chat.
    started.on('error', () => {});
    started.on('exit', () => {
      if (worker === started) fail();
    });
    return started;
  };

  const ask = (request: PromptSearchRequest): void => {
    if (hasFailed) return;
    try {
      worker ??= start();
      worker.postMessage(request);
    } catch {
      hasFailed = true;
    }
  };

  const rest = (): void => {
    clearTimeout(idle);
    idle = setTimeout(() => {
      const ended = worker;
      worker = undefined;
      void ended?.terminate();
    }, idleMs);
    idle.unref();
  };

  return {
    search(query, show) {
      clearTimeout(idle);
      const current = {id: ++id, query, show};
      active = current;
      quick.refresh();
      showQuick();
      // What was shown may have ended the search, or begun another.
      if (active === current) ask({id: current.id, query, limit: fullLimit});
      return () => {
        if (active !== current) return;
        active = null;
        rest();
      };
    },
    close() {
      isClosed = true;
      active = null;
      clearTimeout(idle);
      quick.close();
      void worker?.terminate();
      worker = undefined;
    },
  };
}

/** The search among the newest prompts, which are read between the keys. */
function createQuickSearch(file: string, recent: number, onLoaded: () => void) {
  let source = createPromptSource(file, pieceLength);
  let index = createPromptSearchIndex();
  let prompts = new Map<number, PlacedPrompt>();
  let state: 'unread' | 'reading' | 'read' = 'unread';
  let next: NodeJS.Immediate | undefined;

  const add = (placed: readonly PlacedPrompt[]): void => {
    for (const each of placed) prompts.set(each.start, each);
    index.add(placed.map(({start, prompt}) => ({seq: start, text: prompt})));
  };

  const readOn = (): void => {
    const piece = index.size() < recent ? attempt(() => source.older(), null) : null;
    if (piece) {
      add(piece);
      index.prepare();
      next = setImmediate(readOn);
    } else {
      state = 'read';
      onLoaded();
    }
  };

  return {
    isComplete: () => state === 'read',
    /** Takes in what was added; begins to read where nothing was read yet. */
    refresh(): void {
      const added = state === 'unread' ? 'replaced' : attempt(() => source.newer(), []);
      if (added !== 'replaced') {
        add(added);
        return;
      }
      clearImmediate(next);
      source = createPromptSource(file, pieceLength);
      index = createPromptSearchIndex();
      prompts = new Map();
      state = 'reading';
      readOn();
    },
    find(query: string): FoundPrompt[] {
      const search = index.find(query, quickLimit);
      let step = search.next();
      while (!step.done) step = search.next();
      const found = step.value.flatMap(({seq, tier}) => {
        const {prompt, date} = prompts.get(seq) ?? {};
        return prompt === undefined ? [] : {prompt, date, tier};
      });
      return rankPrompts(query, found);
    },
    close(): void {
      clearImmediate(next);
    },
  };
}

/** A file that cannot be read has no prompts here; whoever writes to it says why. */
function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
