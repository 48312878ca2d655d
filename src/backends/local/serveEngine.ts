import type {ReplyEvent} from '../../core/reply.ts';
import {answer} from './answer.ts';
import {type ContextPool, createContextPool} from './contextPool.ts';
import {toFailure} from './engineFailure.ts';
import {type Engine, type Library, loadModel} from './loadModel.ts';
import type {EngineLoad, FromEngine, ToEngine} from './protocol.ts';

type Loaded = {engine: Engine; pool: ContextPool};

/**
 * Serves the process that forked this one, over the channel between them, until that channel closes or `unload` comes.
 * Requests may be sent before loading is done: they wait.
 * @param importLibrary imports node-llama-cpp; handed in, so that its absence can be told apart and tested
 */
export function serveEngine(importLibrary: () => Promise<Library>): void {
  const running = new Map<number, AbortController>();
  let loaded: Promise<Loaded> | undefined;

  const send = (message: FromEngine) => {
    // The callback keeps a parent that has just gone from throwing here: `disconnect` follows.
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };

  const load = async (request: EngineLoad): Promise<Loaded> => {
    const engine = await loadModel(importLibrary, request, ratio => send({type: 'loading', ratio}));
    send({type: 'loaded'});
    return {engine, pool: createContextPool(engine)};
  };

  const run = async (id: number, work: (loaded: Loaded, signal: AbortSignal) => Promise<void>) => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (!loaded) throw new Error('nothing was loaded');
      const ready = await loaded;
      if (!controller.signal.aborted) await work(ready, controller.signal);
    } catch (thrown) {
      if (!controller.signal.aborted) send({type: 'failed', id, failure: toFailure(thrown)});
    } finally {
      running.delete(id);
    }
  };

  process.on('message', (message: ToEngine) => {
    switch (message.type) {
      case 'load':
        loaded = load(message.load);
        loaded.catch((thrown: unknown) => {
          send({type: 'load-failed', failure: toFailure(thrown)});
        });
        break;
      case 'chat': {
        const emit = (event: ReplyEvent) => send({type: 'event', id: message.id, event});
        void run(message.id, ({engine, pool}, signal) => answer(engine, pool, message.chat, signal, emit));
        break;
      }
      case 'abort':
        running.get(message.id)?.abort();
        send({type: 'stopping', id: message.id});
        break;
      case 'count':
        void run(message.id, async ({engine}) => {
          send({type: 'counted', id: message.id, tokens: engine.model.tokenize(message.text, false).length});
        });
        break;
      case 'describe':
        void run(message.id, async ({engine: {gpu}, pool}) => {
          const description = {contexts: pool.sizes(), ...(gpu && {gpu})};
          send({type: 'described', id: message.id, description});
        });
        break;
      case 'unload':
        process.exit(0);
    }
  });
  process.on('disconnect', () => process.exit(0));
  // Ctrl+C in a terminal reaches every process of its group; the parent decides what it means.
  process.on('SIGINT', () => {});
}
