import type {LlamaChat, LlamaContext, LlamaContextSequence, Token} from 'node-llama-cpp';
import {LlmError} from '../../core/errors.ts';
import type {GenerationOptions} from '../../core/options.ts';
import {detailOf} from './engineFailure.ts';
import type {Engine} from './loadModel.ts';

/** A place where one answer at a time is made. It keeps what it evaluated last, for the next one to build on. */
export type Place = {
  context: LlamaContext;
  sequence: LlamaContextSequence;
  chat: LlamaChat;
  /** The window that was asked for and is kept to, in tokens; llama.cpp may have allocated more. */
  window: number;
};

export type ContextPool = {
  /**
   * Waits for a place and hands it to `work`; it is free again when `work` is done.
   * @param tokens the prompt: a place that holds its beginning already is preferred
   * @param wanted the window in tokens; undefined: the default, smaller where memory is short
   */
  use<T>(
    tokens: readonly Token[],
    wanted: number | undefined,
    signal: AbortSignal,
    work: (place: Place) => Promise<T>,
  ): Promise<T>;
  /** The windows that are allocated now, in tokens. */
  sizes(): number[];
};

type OwnPlace = Place & {
  busy: boolean;
  /** The window that was asked for; undefined: the default. */
  asked: number | undefined;
  /** When it was used last, counted in uses. */
  used: number;
};

/** The window when nobody asked for one, in tokens. */
const defaultWindow = 8192;
/** Room for an answer whose length nobody limited, in tokens. */
const answerReserve = 1024;
/** How many answers one model gives at once, as many as a comparison has panes; more wait. */
const maxPlaces = 6;

/**
 * The window to ask for: what is set; else a larger one than the default when a prompt needs it, a power of two, so that
 * a chat that grows seldom needs its context made anew; else undefined, the default. All in tokens.
 */
export function windowFor(
  prompt: number,
  {num_ctx: set, max_tokens: answer = answerReserve}: Pick<GenerationOptions, 'num_ctx' | 'max_tokens'>,
  contextMax: number,
): number | undefined {
  if (set !== undefined) return Math.min(set, contextMax);
  // What the answer may take beyond the usual is a limit, no need.
  const needed = prompt + Math.min(answer, answerReserve);
  return needed > defaultWindow ? Math.min(2 ** Math.ceil(Math.log2(needed)), contextMax) : undefined;
}

/**
 * Contexts are made when they are needed, one sequence each: a single chat takes the memory of one window only,
 * and each may have a window of its own size.
 */
export function createContextPool(engine: Engine): ContextPool {
  const places: OwnPlace[] = [];
  const waiting: (() => void)[] = [];
  let making = 0;
  let uses = 0;

  const make = async (asked: number | undefined): Promise<Place> => {
    const window = Math.min(asked ?? defaultWindow, engine.contextMax);
    // The library finds that out too, but lays out the window for it, which takes minutes for an absurd one.
    if (asked !== undefined && window * engine.tokenBytes > process.availableMemory())
      throw new Error(`${window} tokens take at least ${window * engine.tokenBytes} bytes`);
    const context = await engine.model.createContext({
      sequences: 1,
      threads: engine.threads,
      contextSize: asked === undefined ? {min: Math.min(512, window), max: window} : window,
    });
    const sequence = context.getSequence();
    const chat = new engine.library.LlamaChat({contextSequence: sequence, chatWrapper: engine.wrapper});
    return {context, sequence, chat, window: Math.min(window, context.contextSize)};
  };

  const wakeAll = () => {
    for (const wake of waiting.splice(0)) wake();
  };
  /** Resolves when a place has become free, or making one has failed. */
  const change = () => new Promise<void>(resolve => waiting.push(resolve));

  /**
   * A place, or what to wait for. Waiting is entered in the same breath as it is decided, and only while another
   * request is at work or makes its place, for nobody else would end it.
   */
  const take = async (
    tokens: readonly Token[],
    asked: number | undefined,
  ): Promise<{place: OwnPlace} | {later: Promise<void>}> => {
    for (;;) {
      const idle = places.filter(place => !place.busy);
      const fitting = idle
        .filter(place => place.asked === asked)
        .map(place => ({
          place,
          common: place.sequence.compareContextTokens([...tokens]).firstDifferentIndex,
        }))
        .sort((a, b) => b.common - a.common || a.place.used - b.place.used)[0]?.place;
      if (fitting) {
        fitting.busy = true;
        return {place: fitting};
      }
      const unfit = idle[0];
      if (unfit) {
        places.splice(places.indexOf(unfit), 1);
        making++;
        await unfit.context.dispose().finally(() => making--);
      }
      if (places.length + making >= maxPlaces) return {later: change()};
      making++;
      try {
        const place = {...(await make(asked)), busy: true, asked, used: 0};
        places.push(place);
        return {place};
      } catch (thrown) {
        // The memory of idle ones may be enough; that of others will be free again when they are done.
        const someIdle = places.some(place => !place.busy);
        if (!someIdle && places.length === 0 && making === 1) throw memoryFailure(engine, thrown, asked);
        if (!someIdle) return {later: change()};
      } finally {
        making--;
      }
    }
  };

  const obtain = async (
    tokens: readonly Token[],
    wanted: number | undefined,
    signal: AbortSignal,
  ): Promise<OwnPlace> => {
    try {
      for (;;) {
        const taken = await take(tokens, wanted);
        if ('place' in taken) return taken.place;
        await Promise.race([taken.later, aborted(signal)]);
        signal.throwIfAborted();
      }
    } catch (thrown) {
      // Those who waited for this one to get its place must look again.
      wakeAll();
      throw thrown;
    }
  };

  return {
    async use(tokens, wanted, signal, work) {
      const place = await obtain(tokens, wanted, signal);
      try {
        signal.throwIfAborted();
        return await work(place);
      } finally {
        place.busy = false;
        place.used = ++uses;
        wakeAll();
      }
    },
    sizes: () => places.map(place => place.window),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), {once: true}));
}

function memoryFailure(engine: Engine, thrown: unknown, asked: number | undefined): LlmError {
  return new LlmError({
    kind: 'engine',
    message: `There is not enough free memory for a context window of ${engine.name}`,
    hint: asked
      ? `Ask for less than ${asked} tokens: \`/set num_ctx ${Math.max(512, Math.floor(asked / 2))}\`.`
      : 'Choose a smaller model, or free some memory.',
    ...detailOf(thrown, engine.log()),
  });
}
