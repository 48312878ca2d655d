/**
 * The thread that searches all prompts: it keeps them in memory and answers one query at a time, always the newest.
 * A thread of its own, because reading a large history takes seconds, and a search a good part of one.
 */
import {setImmediate as nextTurn} from 'node:timers/promises';
import {parentPort, workerData} from 'node:worker_threads';
import {toLlmError} from '../core/errors.ts';
import {createPromptSearchIndex} from './promptSearchIndex.ts';
import {type FoundPrompt, rankPrompts} from './promptSearchRank.ts';
import {createPromptSource} from './promptSearchSource.ts';

/** What the thread is asked. */
export type PromptSearchRequest = {id: number; query: string; limit: number};
/** What it answers. `complete` says that all prompts were searched. */
export type PromptSearchAnswer =
  | {type: 'found'; id: number; prompts: FoundPrompt[]; complete: boolean}
  | {type: 'failed'; message: string};

/** How much of the file is read at once, in bytes: about 10 ms of work. */
const pieceLength = 1 << 20;
/** A newer query is looked for this often, in ms. */
const turnMs = 8;
/** While the file is being read, what was found so far is told this often, in ms. */
const partialMs = 250;

async function serve(path: string, post: (answer: PromptSearchAnswer) => void): Promise<void> {
  let latest: PromptSearchRequest | undefined;
  let wake = (): void => {};
  parentPort?.on('message', (request: PromptSearchRequest) => {
    latest = request;
    wake();
  });

  let source = createPromptSource(path, pieceLength, false);
  let index = createPromptSearchIndex();

  const answer = async (request: PromptSearchRequest, complete: boolean): Promise<void> => {
    const search = index.find(request.query, request.limit);
    let turnedAt = performance.now();
    for (;;) {
      const step = search.next();
      if (step.done) {
        const tiers = new Map(step.value.map(({seq, tier}) => [seq, tier]));
        const prompts = source
          .read([...tiers.keys()])
          .map(({prompt, date, start}) => ({prompt, date, tier: tiers.get(start) ?? 'words'}));
        return post({type: 'found', id: request.id, prompts: rankPrompts(request.query, prompts), complete});
      }
      if (performance.now() - turnedAt < turnMs) continue;
      await nextTurn();
      turnedAt = performance.now();
      if (latest && latest.id !== request.id) return;
    }
  };

  const load = async (): Promise<void> => {
    source = createPromptSource(path, pieceLength, false);
    index = createPromptSearchIndex();
    let toldAt = performance.now();
    for (let piece = source.older(); piece !== null; piece = source.older()) {
      index.add(piece.map(({start, prompt}) => ({seq: start, text: prompt})));
      await nextTurn();
      if (!latest || performance.now() - toldAt < partialMs) continue;
      await answer(latest, false);
      toldAt = performance.now();
    }
  };

  const refresh = async (): Promise<void> => {
    const added = source.newer();
    if (added === 'replaced') return load();
    if (added.length > 0) index.add(added.map(({start, prompt}) => ({seq: start, text: prompt})));
  };

  await load();
  for (;;) {
    const request = latest;
    if (!request) {
      if (index.prepare()) await nextTurn();
      else {
        const {promise, resolve} = Promise.withResolvers<void>();
        wake = resolve;
        if (!latest) await promise;
      }
      continue;
    }
    await refresh();
    await answer(request, true);
    if (latest?.id === request.id) latest = undefined;
  }
}

const post = (answer: PromptSearchAnswer): void => parentPort?.postMessage(answer);
serve(String(workerData), post).catch((thrown: unknown) =>
  post({type: 'failed', message: toLlmError(thrown, 'storage').message}),
);
