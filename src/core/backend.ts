import type {ThinkLevel} from './options.ts';
import type {PullProgress} from './pull.ts';
import type {ReplyEvent, ReplyRequest} from './reply.ts';

/** One model as a backend lists it. A missing field is unknown. */
export type Model = {
  /** The name to give in a request to this backend. */
  id: string;
  backend: string;
  /** Weights on disk, in bytes. */
  size?: number;
  /** For example `3.2B`. */
  parameters?: string;
  quantization?: string;
  /** The largest context window that the model allows, in tokens. */
  contextMax?: number;
  /** The context window that is allocated now, in tokens. */
  context?: number;
  loaded?: boolean;
  /** What computes it beside the processor, while it is loaded: `NVIDIA H200 (cuda)`. */
  gpu?: string;
  /** What it takes in memory while it is loaded, and how much of that on graphics cards; in bytes. */
  memory?: number;
  gpuMemory?: number;
  /** When its server lets it go by itself, in ms since 1970. */
  expires?: number;
  /** Tells these weights from any others. */
  digest?: string;
  /** When it was last changed, in ms since 1970. */
  modified?: number;
  /** It comes with the program, and cannot be deleted. */
  builtIn?: boolean;
  /** What it is known to do. */
  capabilities?: readonly ModelCapability[];
  /** What it is known not to do. */
  lacks?: readonly ModelCapability[];
  /** The levels of thinking that it knows, where they are not just on and off. */
  thinkLevels?: readonly ThinkLevel[];
  /** Only where it is described: what it comes with, in its server's own words and of any length. */
  texts?: ModelTexts;
};

export type ModelTexts = {
  /** The options with which it runs unless others are sent. */
  parameters?: string;
  system?: string;
  template?: string;
  licence?: string;
};

/** `instructions`: does what it is told, such as to find a title; only models that are known to lack it say so. */
export type ModelCapability =
  | 'chat'
  | 'thinking'
  | 'vision'
  | 'tools'
  | 'schema'
  | 'embedding'
  | 'instructions';

/** What a backend can do as such, so that no caller compares its name. */
export type BackendCapabilities = {
  /** Runs on this machine or the person's own server: free of charge and private. */
  local: boolean;
  /** Accepts `num_ctx`, and chooses one that is large enough when none is set. */
  contextSize: boolean;
  /** Accepts a JSON Schema for the answer. */
  schema: boolean;
  images: boolean;
  thinking: boolean;
};

/** One place that answers prompts. It is handed its settings and keeps no conversation. */
export type Backend = {
  readonly id: string;
  /** For people: `Ollama at 127.0.0.1:11434`. */
  readonly label: string;
  readonly capabilities: BackendCapabilities;
  /** Lists the models. Throws `LlmError` (`unreachable`, `auth`, `protocol` …). */
  models(signal: AbortSignal): Promise<readonly Model[]>;
  /** Everything known about one model, the context window above all. Throws `LlmError`. */
  describe(model: string, signal: AbortSignal): Promise<Model>;
  /** Streams one answer. Throws `LlmError`; after an abort it throws kind `cancelled`. */
  reply(request: ReplyRequest, signal: AbortSignal): AsyncIterable<ReplyEvent>;
  /**
   * Counts the tokens of a request, without answering it. Undefined when the server does not say. Missing where no
   * server of the kind counts. Throws `LlmError`.
   */
  countPrompt?(request: ReplyRequest, signal: AbortSignal): Promise<number | undefined>;
  /**
   * Has the server load a model, and resolves when it is ready; `context` is the window to allocate, in tokens. Missing
   * where models are not loaded by asking. Throws `LlmError`: `capability` where this server of the kind cannot.
   */
  load?(model: string, signal: AbortSignal, options?: {context?: number}): Promise<void>;
  /** Has the server let a model go. Missing and failing as `load` is. One that is not loaded is no failure. */
  unload?(model: string, signal: AbortSignal): Promise<void>;
  /**
   * Has the server get a model, and tells how far it has come; it ends when the model is there. What has come before an
   * abort is kept where the server keeps it. Missing where the server gets none by asking. Throws `LlmError`.
   */
  pull?(model: string, signal: AbortSignal): AsyncIterable<PullProgress>;
  /** Has the server delete a model from its disk. Missing as `pull` is. Throws `LlmError`. */
  remove?(model: string, signal: AbortSignal): Promise<void>;
  /** Gives a model a second name on its server. Missing as `pull` is. Throws `LlmError`. */
  copy?(model: string, name: string, signal: AbortSignal): Promise<void>;
  /** Gets a model ready ahead of its first prompt, where that can be done without being noticed. Never fails. */
  prewarm?(model: string): Promise<void>;
  /** Lets go of child processes and sockets; answers in flight end as cancelled. */
  close(): Promise<void>;
};
