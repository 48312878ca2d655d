import {type ChildProcess, fork} from 'node:child_process';
import {basename} from 'node:path';
import {LlmError} from '../../core/errors.ts';
import type {ReplyEvent} from '../../core/reply.ts';
import {fromFailure} from './engineFailure.ts';
import {createEventQueue, type EventQueue} from './eventQueue.ts';
import type {EngineChat, EngineDescription, EngineLoad, FromEngine, ToEngine} from './protocol.ts';

/** One running engine process, seen from the process that forked it. */
export type EngineChild = {
  /** Streams one answer: load and prefill progress, then text, `finish` last. Throws `LlmError`. */
  reply(chat: EngineChat, signal: AbortSignal): AsyncGenerator<ReplyEvent>;
  /** Counts the tokens of a text exactly. */
  count(text: string, signal: AbortSignal): Promise<number>;
  describe(signal: AbortSignal): Promise<EngineDescription>;
  /** False once the process has ended or is told to: a new one is needed then. */
  alive(): boolean;
  /** Whether a request is under way. */
  busy(): boolean;
  /** Resolves when no stopped request is unheard: a process that hears none is gone by then. */
  settled(): Promise<void>;
  /** The process, for as long as it lives; for tests and diagnosis. */
  readonly pid: number | undefined;
  /** Ends the process at once; what is under way ends as cancelled. Resolves when it is gone. */
  end(): Promise<void>;
};

export type EngineChildInit = {
  /** The program to run: `engineProcess`, built or as source. */
  enginePath: string;
  load: EngineLoad;
  /** The file of node-llama-cpp to import; without it, it is looked for as any package is. */
  entry?: string;
  /** How long an idle process is kept, in ms. */
  keepAliveMs: number;
};

/** How much of what the process wrote is kept for an error's detail, in characters. */
const keptOutput = 4096;

/** How long a process may take to hear that it is to stop or to end, in ms. */
const hearingMs = 2_000;

type Sink = {
  event?: (event: ReplyEvent) => void;
  answer?: (message: FromEngine) => void;
  fail: (error: LlmError) => void;
};

/**
 * Forks an engine process and has it load a model. While nothing is asked of it, it does not keep this process alive.
 * In a session of its own (but on Windows) it is spared the signals that a terminal sends to this one.
 */
export function startEngine({enginePath, load, entry, keepAliveMs}: EngineChildInit): EngineChild {
  const file = basename(load.path);
  const child = fork(enginePath, entry === undefined ? [] : [entry], {
    execPath: process.execPath,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const requests = new Map<number, Sink>();
  let output = '';
  let nextId = 1;
  let progress = 0;
  let state: 'loading' | 'ready' | 'ending' | 'gone' = 'loading';
  let timer: NodeJS.Timeout | undefined;
  /** Requests of whose stop the process has not heard yet, by their ids. */
  const unheard = new Map<number, PromiseWithResolvers<void>>();

  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptOutput);
    });
  }
  child.on('error', cause => {
    state = 'gone';
    const message = `The embedded engine cannot be started: ${cause.message}`;
    failAll(new LlmError({kind: 'engine', message, hint: 'Reinstall this program.', cause}));
  });
  child.on('message', message => receive(message as FromEngine));
  const gone = new Promise<void>(resolve => {
    child.on('close', (status, signal) => {
      const error =
        state === 'ending'
          ? new LlmError({kind: 'cancelled', message: 'The embedded engine was closed'})
          : crash(file, state === 'loading', status, signal, output);
      state = 'gone';
      clearTimeout(timer);
      failAll(error);
      resolve();
    });
    child.on('error', () => resolve());
  });

  const send = (message: ToEngine) => {
    // A process that has just died is noticed by `close`; sending to it must not throw here.
    if (child.connected) child.send(message, () => {});
  };
  const failAll = (error: LlmError) => {
    for (const request of requests.values()) request.fail(error);
    requests.clear();
  };
  const receive = (message: FromEngine) => {
    switch (message.type) {
      case 'loading':
        progress = message.ratio;
        for (const request of requests.values()) request.event?.(loading(progress));
        break;
      case 'loaded':
        if (state === 'loading') state = 'ready';
        break;
      case 'load-failed':
        state = 'ending';
        failAll(fromFailure(message.failure));
        unload();
        break;
      case 'stopping':
        unheard.get(message.id)?.resolve();
        break;
      case 'event':
        requests.get(message.id)?.event?.(message.event);
        break;
      case 'failed':
        requests.get(message.id)?.fail(fromFailure(message.failure));
        break;
      default:
        requests.get(message.id)?.answer?.(message);
    }
  };
  const kill = () => {
    // It holds nothing that could be lost, and may be deep in a computation that hears no message.
    child.kill('SIGKILL');
  };
  const unload = () => {
    state = 'ending';
    send({type: 'unload'});
    const insisting = setTimeout(kill, hearingMs);
    insisting.unref();
    void gone.then(() => clearTimeout(insisting));
  };
  const unloadLater = () => {
    if (state === 'gone') return;
    timer = setTimeout(unload, keepAliveMs);
    timer.unref();
  };
  /** Before anything is loaded the library itself is, in one go where the disk is slow; no template runs then. */
  const hearingLimit = () => (state === 'loading' && progress === 0 ? 5 * hearingMs : hearingMs);
  /** Stops a request; a process that does not hear of it is stuck, in a chat template without an end perhaps. */
  const stop = async (id: number) => {
    if (state === 'ending' || state === 'gone') return;
    const heard = Promise.withResolvers<void>();
    unheard.set(id, heard);
    const deaf = setTimeout(() => {
      state = 'ending';
      failAll(
        new LlmError({kind: 'engine', message: `The embedded engine hung with ${file}`, hint: 'Try again.'}),
      );
      hold(child, true);
      kill();
    }, hearingLimit());
    send({type: 'abort', id});
    await Promise.race([heard.promise, gone]);
    clearTimeout(deaf);
    unheard.delete(id);
  };
  const open = (sink: Sink): number => {
    if (state === 'ending' || state === 'gone') {
      throw new LlmError({kind: 'engine', message: 'The embedded engine has ended', hint: 'Try again.'});
    }
    if (requests.size === 0) hold(child, true);
    clearTimeout(timer);
    const id = nextId++;
    requests.set(id, sink);
    return id;
  };
  const close = (id: number) => {
    requests.delete(id);
    if (requests.size > 0) return;
    hold(child, false);
    clearTimeout(timer);
    unloadLater();
  };

  /** A request with one answer. */
  const ask = async <T>(signal: AbortSignal, toMessage: (id: number) => ToEngine, pick: Picker<T>) => {
    if (signal.aborted) throw stopped();
    const {promise, resolve, reject} = Promise.withResolvers<T>();
    const onAbort = () => reject(stopped());
    const id = open({
      answer: message => {
        const value = pick(message);
        if (value !== undefined) resolve(value);
      },
      fail: reject,
    });
    signal.addEventListener('abort', onAbort);
    try {
      send(toMessage(id));
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted) void stop(id);
      close(id);
    }
  };

  hold(child, false);
  send({type: 'load', load});
  unloadLater();

  return {
    async *reply(chat, signal) {
      if (signal.aborted) throw stopped();
      const queue: EventQueue<ReplyEvent> = createEventQueue();
      const onAbort = () => queue.fail(stopped());
      const id = open({event: queue.push, fail: queue.fail});
      signal.addEventListener('abort', onAbort);
      let finished = false;
      try {
        if (state === 'loading') yield loading(progress);
        send({type: 'chat', id, chat});
        while (!finished) {
          const event = await queue.next();
          finished = event.type === 'finish';
          yield event;
        }
      } finally {
        signal.removeEventListener('abort', onAbort);
        if (!finished) void stop(id);
        close(id);
      }
    },
    count: (text, signal) =>
      ask(
        signal,
        id => ({type: 'count', id, text}),
        message => (message.type === 'counted' ? message.tokens : undefined),
      ),
    describe: signal =>
      ask(
        signal,
        id => ({type: 'describe', id}),
        message => (message.type === 'described' ? message.description : undefined),
      ),
    alive: () => state === 'loading' || state === 'ready',
    busy: () => requests.size > 0,
    async settled() {
      await Promise.race([gone, Promise.all([...unheard.values()].map(({promise}) => promise))]);
    },
    pid: child.pid,
    async end() {
      if (state === 'gone') return;
      state = 'ending';
      hold(child, true);
      kill();
      await gone;
    },
  };
}

type Picker<T> = (message: FromEngine) => T | undefined;

/** Makes the child keep this process alive, or not: its handle, its channel and its pipes. */
function hold(child: ChildProcess, on: boolean): void {
  const handles: unknown[] = [child, child.channel, child.stdout, child.stderr];
  for (const handle of handles as ({ref?: () => void; unref?: () => void} | null | undefined)[]) {
    if (on) handle?.ref?.();
    else handle?.unref?.();
  }
}

function loading(ratio: number): ReplyEvent {
  return {type: 'progress', phase: 'load', ratio};
}

function stopped(): LlmError {
  return new LlmError({kind: 'cancelled', message: 'stopped'});
}

function crash(
  file: string,
  early: boolean,
  status: number | null,
  signal: NodeJS.Signals | null,
  output: string,
): LlmError {
  const how = signal ? `signal ${signal}` : `status ${status}`;
  const memory = 'It may have run out of memory: free some, choose a smaller model or a smaller num_ctx.';
  const damaged = 'The file may be damaged or of a kind that this engine cannot run: choose another file.';
  const hint = signal === null ? 'Try again; if it stays, reinstall this program.' : damaged;
  return new LlmError({
    kind: 'engine',
    message: `The embedded engine stopped while it ${early ? 'loaded' : 'ran'} ${file} (${how})`,
    hint: signal === 'SIGKILL' ? memory : hint,
    ...(output && {detail: output}),
  });
}
