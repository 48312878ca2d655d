import {stat} from 'node:fs/promises';
import type {Backend, Model} from '../../core/backend.ts';
import {LlmError} from '../../core/errors.ts';
import type {ReplyRequest} from '../../core/reply.ts';
import type {ProcessWatch} from '../hub/claimFile.ts';
import type {Hub} from '../hub/createHub.ts';
import {messageImages, messageText} from '../messageText.ts';
import {type EngineChild, startEngine} from './engineChild.ts';
import {missingEngine} from './engineFailure.ts';
import {enginePlatform} from './enginePlatform.ts';
import type {FoundEngine} from './findEngine.ts';
import {findModelFile, guideName, listModelFiles} from './modelFiles.ts';
import type {EngineChat} from './protocol.ts';
import {type GgufSummary, vetGguf} from './vetGguf.ts';

export type LocalInit = {
  /** The GGUF file of the model that comes with the program. */
  guidePath: string;
  /** Where the person's GGUF files are; it need not exist. */
  modelsFolder: string;
  /** The program of the engine's process: `engineProcess`, built or as source. */
  enginePath: string;
  /** Finds node-llama-cpp, each time that an engine is started; left out, it is imported as any package is. */
  findEngine?: () => FoundEngine | undefined;
  /** Whether an engine that was not found can be fetched here, as far as is known. Default: it can. */
  canFetch?: () => boolean;
  /** How long a model is kept in memory after its last answer, in ms. Default: ten minutes. */
  keepAliveMs?: number;
  /** Where models are pulled from; without it none are pulled or deleted. */
  hub?: LocalHub;
};

export type LocalHub = {
  open(): Promise<Hub>;
  /** Keeps two programs from writing one file. */
  watch(): Promise<ProcessWatch>;
};

export type LocalBackend = Backend & {
  /** Starts the engine and loads a model ahead of its first prompt. Never fails: the reply tells. */
  prewarm(model: string): Promise<void>;
  /** Counts the tokens of a text exactly, as a model sees it. Throws `LlmError`. */
  countTokens(model: string, text: string, signal: AbortSignal): Promise<number>;
  /** The process that runs a model, started and loaded if need be. Throws `LlmError`. */
  engine(model: string, signal: AbortSignal): Promise<{pid: number | undefined}>;
};

const tenMinutes = 600_000;

/**
 * The embedded engine: llama.cpp in a child process for each model file in use. Nothing is started before it is needed.
 * Errors, beside those of `Backend`: `file` (the model's file is unusable), `engine` (not installed, crashed,
 * out of memory), `context` (the conversation does not fit the window), `capability` (images).
 */
export function createLocal(init: LocalInit): LocalBackend {
  const {guidePath, modelsFolder, enginePath, keepAliveMs = tenMinutes, hub} = init;
  const children = new Map<string, {child: EngineChild; stamp: string}>();
  const summaries = new Map<string, GgufSummary>();
  let closed = false;

  /** What a file's header says; read again only when the file has changed, for a vocabulary takes its time. */
  const summaryOf = async (path: string): Promise<GgufSummary> => {
    const known = summaries.get(path);
    const file = known && (await stat(path).catch(() => undefined));
    if (known && file?.size === known.bytes && file.mtimeMs === known.modified) return known;
    const summary = await vetGguf(path);
    summaries.set(path, summary);
    return summary;
  };

  /** The running engine of a model; a new one if there is none, if it ended, or if its file has changed since. */
  const engineOf = async (model: string): Promise<EngineChild> => {
    const path = await findModelFile(model, guidePath, modelsFolder);
    const summary = await summaryOf(path);
    const stamp = `${summary.bytes} ${summary.modified}`;
    // One that hears of no stop would not hear of another request.
    await children.get(path)?.child.settled();
    const known = children.get(path);
    if (closed) throw new LlmError({kind: 'cancelled', message: 'The embedded engine was closed'});
    if (known?.child.alive()) {
      if (known.stamp === stamp || known.child.busy()) return known.child;
      void known.child.end();
    }
    const found = init.findEngine?.();
    if (init.findEngine && !found) throw missingEngine(enginePlatform(), init.canFetch?.());
    makeRoom(summary.bytes);
    const load = {
      path,
      bytes: summary.bytes,
      contextMax: summary.contextMax,
      tokenBytes: summary.tokenBytes,
      gpu: (found?.gpus.length ?? 0) > 0,
      wrapper: isPlainChatMl(summary.chatTemplate) ? ('chatml' as const) : ('auto' as const),
    };
    const child = startEngine({enginePath, load, keepAliveMs, ...(found && {entry: found.entry})});
    children.set(path, {child, stamp});
    return child;
  };

  /** Ends idle engines when the next model would not fit beside them. */
  const makeRoom = (bytes: number) => {
    for (const [path, {child}] of children) {
      if (!child.alive()) children.delete(path);
      else if (!child.busy() && process.availableMemory() < bytes * 1.5) {
        children.delete(path);
        void child.end();
      }
    }
  };

  const toModel = (id: string, summary: GgufSummary): Model => ({
    id,
    backend: 'local',
    size: summary.bytes,
    parameters: shortCount(summary.parameters),
    ...(summary.quantization && {quantization: summary.quantization}),
    contextMax: summary.contextMax,
    loaded: children.get(summary.path)?.child.alive() ?? false,
    modified: summary.modified,
    ...(id === guideName ? {...guideAbilities, builtIn: true} : abilitiesOf(summary.chatTemplate)),
  });

  return {
    id: 'local',
    label: 'the embedded engine',
    capabilities: {local: true, contextSize: true, schema: true, images: false, thinking: true},

    async models(signal) {
      const models: Model[] = [];
      for (const {id, path} of await listModelFiles(guidePath, modelsFolder)) {
        if (signal.aborted) throw new LlmError({kind: 'cancelled', message: 'stopped'});
        // A file that cannot be used is no model; naming it tells what is wrong with it.
        const summary = await summaryOf(path).catch(() => undefined);
        if (summary) models.push(toModel(id, summary));
      }
      return models;
    },

    async describe(model, signal) {
      const path = await findModelFile(model, guidePath, modelsFolder);
      const described = toModel(model, await summaryOf(path));
      const child = children.get(path)?.child;
      if (!child?.alive()) return described;
      // An engine that fails meanwhile takes nothing away from what the file says.
      const running = await child.describe(signal).catch(() => undefined);
      const context = running?.contexts.at(-1);
      const gpu = running?.gpu;
      return {...described, ...(context !== undefined && {context}), ...(gpu && {gpu})};
    },

    async *reply(request, signal) {
      const chat = toEngineChat(request);
      const child = await engineOf(request.model);
      yield {type: 'start', model: request.model};
      // The reader may have taken its time over that event.
      yield* (child.alive() ? child : await engineOf(request.model)).reply(chat, signal);
    },

    ...(hub &&
      managing(hub, modelsFolder, guidePath, async path => {
        const child = children.get(path)?.child;
        children.delete(path);
        await child?.end();
      })),

    async prewarm(model) {
      await engineOf(model).catch(() => {});
    },

    async countTokens(model, text, signal) {
      return (await engineOf(model)).count(text, signal);
    },

    async engine(model, signal) {
      const child = await engineOf(model);
      await child.describe(signal);
      return {pid: child.pid};
    },

    async close() {
      closed = true;
      await Promise.all([...children.values()].map(({child}) => child.end()));
      children.clear();
    },
  };
}

/** Pulling from the hub, `hf:…`, and deleting from the models folder. `stop` ends the engine of a file. */
function managing(
  hub: LocalHub,
  modelsFolder: string,
  guidePath: string,
  stop: (path: string) => Promise<void>,
): Pick<Backend, 'pull' | 'remove'> {
  return {
    async *pull(model, signal) {
      const {pullLocal} = await import('./pullLocal.ts');
      yield* pullLocal(model, {open: hub.open, watch: await hub.watch(), modelsFolder}, signal);
    },
    async remove(model, signal) {
      const {removeLocal} = await import('./removeLocal.ts');
      await removeLocal(model, {watch: await hub.watch(), modelsFolder, guidePath, stop}, signal);
    },
  };
}

/** It knows one subject, and answers everything else with something out of it. */
const guideAbilities: Pick<Model, 'capabilities' | 'lacks'> = {
  capabilities: ['chat'],
  lacks: ['vision', 'thinking', 'instructions'],
};

/** What the template tells: one that does not speak of thinking belongs to a model that does not think. */
function abilitiesOf(template = ''): Pick<Model, 'capabilities' | 'lacks'> {
  if (template.includes('<think>')) return {capabilities: ['chat', 'thinking'], lacks: ['vision']};
  const lacks = /think|reason|analysis/i.test(template)
    ? (['vision'] as const)
    : (['vision', 'thinking'] as const);
  return {capabilities: ['chat'], lacks};
}

/**
 * Whether a template is ChatML and no more. Those with tools or thinking have rules of their own,
 * which the library knows by recognising the template.
 */
function isPlainChatMl(template = ''): boolean {
  return /<\|im_start\|>/.test(template) && /<\|im_end\|>/.test(template) && !/think|tool/.test(template);
}

function toEngineChat({model, messages, options, think, schema}: ReplyRequest): EngineChat {
  if (messages.some(message => messageImages(message).length > 0)) {
    throw new LlmError({
      kind: 'capability',
      message: 'The embedded engine cannot look at images',
      hint: 'Choose a vision model on another backend, or leave the image out.',
    });
  }
  // The guide is small enough for chance to lead it astray.
  const defaults = model === guideName ? {temperature: 0} : {};
  return {
    messages: messages.map(message => ({role: message.role, text: messageText(message)})),
    options: {...defaults, ...options},
    ...(think && {think}),
    ...(schema && {schema}),
  };
}

/** For example `3.2B` or `2.0M`. */
function shortCount(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)}B`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)}M`;
  return `${Math.round(count / 1e3)}K`;
}
