import type {Backend} from '../core/backend.ts';
import {LlmError} from '../core/errors.ts';
import type {ReplyEvent, ReplyRequest} from '../core/reply.ts';
import {createOllamaClient} from './ollamaClient.ts';
import {contextToSend, neededContext, needsMoreContext} from './ollamaContext.ts';
import {findLoaded, type LoadedModel, readLoaded, readShow, readTags} from './ollamaModels.ts';
import {pullFromOllama} from './ollamaPull.ts';
import {createOllamaReader} from './ollamaReader.ts';
import {ollamaRequest} from './ollamaRequest.ts';
import {createPullRoom} from './pullRoom.ts';
import {hostOf} from './serverAddress.ts';
import {createTransport, type TransportSettings} from './transport.ts';

export type OllamaSettings = Omit<TransportSettings, 'label'> & {
  id: string;
  label?: string;
  /** False for a server that others run and bill. */
  local?: boolean;
  /** How much room is left where it keeps its models, in bytes; undefined when nobody knows. */
  freeSpace?(): Promise<number | undefined>;
};

/** Longest wait for a list of models, in ms. */
const listMs = 5_000;
/** After so many ms without an answer it is worth finding out whether the model is being loaded. */
const patienceMs = 300;
/** Time between two looks at a model that is being loaded, in ms. */
const pollMs = 1_000;

/**
 * A server that speaks Ollama's own protocol: https://github.com/ollama/ollama/blob/main/docs/api.md.
 * Makes no request before it is asked something.
 */
export function createOllama(settings: OllamaSettings): Backend {
  const {id, baseUrl, local = true} = settings;
  const transport = createTransport({
    ...settings,
    label: settings.label ?? `Ollama at ${hostOf(baseUrl)}`,
    unreachableHint:
      settings.unreachableHint ?? 'Start it with `ollama serve`, or choose another model with /model.',
    missingModelHint:
      settings.missingModelHint ??
      `Get it with \`llm models pull ${id}/{model}\`, or choose another with /model.`,
  });
  const client = createOllamaClient(transport);
  const room = settings.freeSpace && createPullRoom(settings.freeSpace);
  /** Context sizes that were sent, and the largest that models allow, by model. */
  const sentContext = new Map<string, number>();
  const contextMax = new Map<string, number | undefined>();

  const loadedModels = async (signal: AbortSignal): Promise<LoadedModel[]> =>
    readLoaded(await (await client({signal, silenceMs: pollMs})).ps());

  /** The same where it is a side matter: an old or busy server may well not tell. */
  const tryLoadedModels = async (signal: AbortSignal): Promise<LoadedModel[] | undefined> => {
    try {
      return await loadedModels(signal);
    } catch (thrown) {
      if (thrown instanceof LlmError && (thrown.kind === 'cancelled' || thrown.kind === 'unreachable'))
        throw thrown;
      return undefined;
    }
  };

  const describe = async (model: string, signal: AbortSignal) => {
    const [shown, loaded] = await Promise.all([
      client({signal, silenceMs: listMs, model}).then(api => api.show({model})),
      tryLoadedModels(signal),
    ]);
    return readShow(shown, model, id, loaded ?? []);
  };

  const maxOf = async (model: string, signal: AbortSignal): Promise<number | undefined> => {
    if (!contextMax.has(model)) {
      try {
        contextMax.set(model, (await describe(model, signal)).contextMax);
      } catch (thrown) {
        // Only what was told is remembered: the next request asks again.
        if (signal.aborted) throw thrown;
      }
    }
    return contextMax.get(model);
  };

  type Plan = {numCtx?: number; allocated?: number; loaded?: boolean};

  /** Decides on the context of a request; `atLeast` is a size that has proved too small. */
  const plan = async (request: ReplyRequest, signal: AbortSignal, atLeast = 0): Promise<Plan> => {
    const {model, options} = request;
    if (options.num_ctx !== undefined) return {numCtx: options.num_ctx};
    const loaded = await tryLoadedModels(signal);
    const found = loaded && findLoaded(loaded, model);
    const allocated = found?.context;
    const remembered = sentContext.get(model);
    const needed = Math.max(neededContext(request.messages, options), atLeast + 1);
    const max = needsMoreContext(needed, allocated, remembered) ? await maxOf(model, signal) : undefined;
    const numCtx = contextToSend({
      needed,
      ...(allocated !== undefined && {allocated}),
      ...(remembered !== undefined && {remembered}),
      ...(max !== undefined && {max}),
    });
    if (numCtx !== undefined) sentContext.set(model, numCtx);
    return {
      ...(numCtx !== undefined && {numCtx}),
      ...(allocated !== undefined && {allocated}),
      ...(loaded && {loaded: found !== undefined}),
    };
  };

  /** Waits for the first sign of an answer, and tells meanwhile what the server is busy with. */
  async function* whileLoading(
    pending: Promise<unknown>,
    loaded: boolean | undefined,
    model: string,
    signal: AbortSignal,
  ): AsyncGenerator<ReplyEvent> {
    if (await settlesWithin(pending, patienceMs)) return;
    let isLoaded = loaded === true;
    if (!isLoaded) yield {type: 'progress', phase: 'load'};
    while (!isLoaded) {
      const models = await tryLoadedModels(signal);
      isLoaded = models === undefined || findLoaded(models, model) !== undefined;
      if (!isLoaded && (await settlesWithin(pending, pollMs))) return;
    }
    yield {type: 'progress', phase: 'prefill'};
  }

  async function* answer(request: ReplyRequest, {numCtx, allocated, loaded}: Plan, signal: AbortSignal) {
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    signal.addEventListener('abort', onAbort, {once: true});
    try {
      const reader = createOllamaReader({
        model: request.model,
        label: transport.label,
        complaint: transport.complaint,
        needed: neededContext(request.messages, request.options),
        ...((numCtx ?? allocated) !== undefined && {context: numCtx ?? allocated}),
      });
      const api = await client({signal: stop.signal, model: request.model, onBroken: reader.broken});
      const pending = api.chat({...ollamaRequest(request, numCtx), model: request.model, stream: true});
      // It is awaited below; until then a failure must not count as unhandled.
      pending.catch(() => {});
      for await (const event of whileLoading(pending, loaded, request.model, stop.signal)) {
        yield* reader.before(event);
      }
      for await (const part of await pending) yield* reader.read(part);
      yield* reader.end();
    } finally {
      signal.removeEventListener('abort', onAbort);
      stop.abort();
    }
  }

  return {
    id,
    label: transport.label,
    capabilities: {local, contextSize: true, schema: true, images: true, thinking: true},
    async models(signal) {
      const [listed, loaded] = await Promise.all([
        client({signal, silenceMs: listMs}).then(api => api.list()),
        tryLoadedModels(signal).catch(() => undefined),
      ]);
      const models = readTags(listed, id, loaded ?? []);
      if (models) return models;
      throw new LlmError({
        kind: 'protocol',
        message: `${transport.label} does not answer as Ollama does.`,
        hint: `Check the address ${transport.baseUrl}: another program may be listening there.`,
      });
    },
    describe,
    async load(model, signal, {context} = {}) {
      const api = await client({signal, model});
      await api.chat({
        model,
        messages: [],
        stream: false,
        ...(context !== undefined && {options: {num_ctx: context}}),
      });
      // What is sent from now on must not have the model loaded anew.
      if (context !== undefined) sentContext.set(model, context);
    },
    async unload(model, signal) {
      const api = await client({signal, model, silenceMs: listMs});
      await api.chat({model, messages: [], stream: false, keep_alive: 0});
    },
    pull: (model, signal) => pullFromOllama(transport, model, signal, room),
    // Both answer with nothing at all, which the package takes for broken JSON.
    async remove(model, signal) {
      const body = JSON.stringify({model});
      const reply = await transport.send({path: '/api/delete', method: 'DELETE', body, signal, model});
      reply.discard();
    },
    async copy(model, name, signal) {
      const body = JSON.stringify({source: model, destination: name});
      const reply = await transport.send({path: '/api/copy', body, signal, model});
      reply.discard();
    },
    async *reply(request, signal) {
      const first = await plan(request, signal);
      let said = false;
      try {
        for await (const event of answer(request, first, signal)) {
          said ||= event.type === 'text' || event.type === 'reasoning';
          yield event;
        }
      } catch (thrown) {
        const tooLong = thrown instanceof LlmError && thrown.kind === 'context' && !said;
        if (!tooLong || request.options.num_ctx !== undefined) throw thrown;
        // The estimate was too low, or the server has less than it said: once more, with twice the room.
        const had = first.numCtx ?? first.allocated ?? neededContext(request.messages, request.options);
        const second = await plan(request, signal, had);
        if (second.numCtx === undefined || second.numCtx <= (first.numCtx ?? 0)) throw thrown;
        yield* answer(request, second, signal);
      }
    },
    close: () => transport.close(),
  };
}

/** True as soon as the promise has settled either way, false after `ms`. */
async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(resolve, ms, false);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}
