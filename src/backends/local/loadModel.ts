import {availableParallelism} from 'node:os';
import {basename} from 'node:path';
import type {ChatWrapper, Llama, LlamaModel} from 'node-llama-cpp';
import {LlmError} from '../../core/errors.ts';
import {binaryFailure, detailOf, importFailure} from './engineFailure.ts';
import {enginePlatform} from './enginePlatform.ts';
import type {EngineLoad} from './protocol.ts';
import {withoutBos} from './withoutBos.ts';

export type Library = typeof import('node-llama-cpp');

/** A loaded model with all that answering needs. */
export type Engine = {
  library: Library;
  llama: Llama;
  model: LlamaModel;
  wrapper: ChatWrapper;
  /** Threads for one evaluation. */
  threads: number;
  /** Longer prompts are evaluated in pieces of so many tokens: stopping and progress come between. */
  prefillPiece: number;
  /** The longest context window, in tokens. */
  contextMax: number;
  /** What a token of the window takes in the main memory at least, in bytes; 0 where it lies elsewhere. */
  tokenBytes: number;
  /** The file's name, for messages. */
  name: string;
  /** What computes beside the processor: `NVIDIA H200 (cuda)`; undefined when nothing does. */
  gpu: string | undefined;
  /** What is to be told with the first answer. */
  warnings: string[];
  /** The latest complaints of llama.cpp, for an error's detail. */
  log: () => string;
};

/**
 * Below this size (in bytes) more threads wait for one another longer than they compute,
 * and a copy in memory is safer than a mapping: a mapped file that is overwritten kills the process (SIGBUS).
 */
const smallModel = 50_000_000;

/** A model of some billion weights reads a hundred tokens a second on a processor, or fewer. */
const slowPrefillPiece = 64;

/**
 * Loads llama.cpp and one model. Throws `LlmError` kind `engine` (the engine itself) or `file` (this model).
 * @param onProgress is called with the loaded share, from 0 to 1
 */
export async function loadModel(
  importLibrary: () => Promise<Library>,
  load: EngineLoad,
  onProgress: (ratio: number) => void,
): Promise<Engine> {
  try {
    return await loadWith(await importLibrary(), load, onProgress);
  } catch (thrown) {
    // A package that is there by half fails anywhere, in words that mean nothing to anybody.
    throw thrown instanceof LlmError ? thrown : importFailure(thrown, enginePlatform());
  }
}

async function loadWith(
  library: Library,
  load: EngineLoad,
  onProgress: (ratio: number) => void,
): Promise<Engine> {
  const lines: string[] = [];
  const llama = await library
    .getLlama({
      build: 'never',
      // Without a build for a graphics processor there is nothing to look for, which takes time.
      gpu: load.gpu ? 'auto' : false,
      progressLogs: false,
      logLevel: library.LlamaLogLevel.error,
      logger: (_level, message) => {
        lines.push(message.trimEnd());
        if (lines.length > 40) lines.shift();
      },
    })
    .catch((thrown: unknown) => {
      throw thrown instanceof library.NoBinaryFoundError ? binaryFailure(thrown, enginePlatform()) : thrown;
    });
  const name = basename(load.path);
  const log = () => lines.join('\n');
  let told = 0;
  const small = load.bytes < smallModel;
  const model = await llama
    .loadModel({
      modelPath: load.path,
      // Left to itself the library moves as many layers as the memory of the graphics processor holds.
      ...(llama.gpu === false && {gpuLayers: 0}),
      ...(small && {useMmap: false}),
      onLoadProgress: ratio => {
        if (ratio < 1 && ratio - told < 0.05) return;
        told = ratio;
        onProgress(ratio);
      },
    })
    .catch((thrown: unknown) => {
      throw loadFailure(library, thrown, name, log());
    });
  // A small file is there before any progress is told of.
  if (told < 1) onProgress(1);
  const warnings: string[] = [];
  const wrapper = wrapperFor(library, model, load.wrapper, () => {
    warnings.push(`The chat template of ${name} cannot be used; its chats take another form`);
  });
  return {
    library,
    llama,
    model,
    wrapper,
    threads: small ? 1 : Math.max(1, Math.min(llama.cpuMathCores, availableParallelism())),
    prefillPiece: small || llama.gpu !== false ? 512 : slowPrefillPiece,
    contextMax: load.contextMax,
    tokenBytes: llama.gpu === false ? load.tokenBytes : 0,
    name,
    gpu: await gpuOf(llama),
    warnings,
    log,
  };
}

/**
 * The chat template in the library's form. It tells thoughts apart only in the templates that it knows by name;
 * in others with the usual marks they are thoughts too.
 * @param onUnusable is called where the template fails and another form takes its place
 */
function wrapperFor(
  library: Library,
  model: LlamaModel,
  kind: EngineLoad['wrapper'],
  onUnusable: () => void,
): ChatWrapper {
  if (kind === 'chatml') {
    const plain = new library.ChatMLChatWrapper();
    const {tokenizer} = model.fileInfo.metadata;
    return tokenizer?.ggml.add_bos_token === false ? withoutBos(library, plain) : plain;
  }
  const wrapper = resolveWrapper(library, model, onUnusable);
  const template = model.fileInfo.metadata.tokenizer?.chat_template ?? '';
  if (wrapper.settings.segments?.thought || !/<think>/.test(template)) return wrapper;
  const {LlamaText, SpecialTokensText} = library;
  const thought = {
    prefix: LlamaText(new SpecialTokensText('<think>')),
    suffix: LlamaText(new SpecialTokensText('</think>')),
  };
  const settings = {...wrapper.settings, segments: {...wrapper.settings.segments, thought}};
  return Object.assign(wrapper, {settings});
}

function resolveWrapper(library: Library, model: LlamaModel, onUnusable: () => void): ChatWrapper {
  const options = {warningLogs: false};
  try {
    return library.resolveChatWrapper(model, {...options, fallbackToOtherWrappersOnJinjaError: false});
  } catch {
    onUnusable();
    return library.resolveChatWrapper(model, {...options, noJinja: true});
  }
}

function loadFailure(library: Library, thrown: unknown, name: string, log: string): LlmError {
  if (thrown instanceof library.InsufficientMemoryError) {
    return new LlmError({
      kind: 'engine',
      message: `There is not enough free memory for ${name}`,
      hint: 'Choose a smaller model or a stronger quantization, or free some memory.',
      ...detailOf(thrown, log),
    });
  }
  const reason = log.split('\n').find(line => /unknown|missing|invalid|not found|wrong|expected/i.test(line));
  return new LlmError({
    kind: 'file',
    message: `llama.cpp cannot load ${name}${reason ? `: ${reason.replace(/^.*error loading model(?: \w+)*: /, '')}` : ''}`,
    hint: 'The file may be damaged, or newer than this engine: download it again, or choose another file.',
    ...detailOf(thrown, log),
  });
}

async function gpuOf(llama: Llama): Promise<string | undefined> {
  if (llama.gpu === false) return undefined;
  const names = await llama.getGpuDeviceNames().catch(() => []);
  return `${names.join(', ') || 'a graphics processor'} (${llama.gpu})`;
}
