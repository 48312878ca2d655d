import type {ErrorKind} from '../../core/errors.ts';
import type {Role} from '../../core/message.ts';
import type {GenerationOptions, ThinkLevel} from '../../core/options.ts';
import type {ReplyEvent} from '../../core/reply.ts';

/** What the engine is told to load. It is told once, as the first message. */
export type EngineLoad = {
  path: string;
  /** Size of the file, in bytes. */
  bytes: number;
  /** The context length of the model's training, in tokens. */
  contextMax: number;
  /** What a token of the context window takes in memory at least, in bytes. */
  tokenBytes: number;
  /** Whether a build for a graphics processor is installed, so that one may be looked for. */
  gpu: boolean;
  /** `chatml`: the plain ChatML template; `auto`: found out of the file, which takes a second or two. */
  wrapper: 'chatml' | 'auto';
};

/** One request: the whole conversation each time, for the engine remembers nothing but evaluated tokens. */
export type EngineChat = {
  messages: readonly {role: Role; text: string}[];
  options: GenerationOptions;
  think?: ThinkLevel;
  schema?: object;
};

/** What a loaded engine says of itself. */
export type EngineDescription = {
  /** The context windows that are allocated now, in tokens. */
  contexts: readonly number[];
  /** What computes beside the processor. */
  gpu?: string;
};

/** An `LlmError` without its class, as it travels between processes. */
export type EngineFailure = {kind: ErrorKind; message: string; hint: string; detail?: string};

/** To the engine. An `id` is chosen by the sender and names one request. */
export type ToEngine =
  | {type: 'load'; load: EngineLoad}
  | {type: 'chat'; id: number; chat: EngineChat}
  | {type: 'abort'; id: number}
  | {type: 'count'; id: number; text: string}
  | {type: 'describe'; id: number}
  | {type: 'unload'};

/** From the engine. A request ends with its answer, its `failed`, or (for a chat) its event `finish`. An `abort` is answered by `stopping`. */
export type FromEngine =
  | {type: 'loading'; ratio: number}
  | {type: 'loaded'}
  | {type: 'load-failed'; failure: EngineFailure}
  | {type: 'stopping'; id: number}
  | {type: 'event'; id: number; event: ReplyEvent}
  | {type: 'counted'; id: number; tokens: number}
  | {type: 'described'; id: number; description: EngineDescription}
  | {type: 'failed'; id: number; failure: EngineFailure};
