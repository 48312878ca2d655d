import type {Message} from './message.ts';
import type {GenerationOptions, ThinkLevel} from './options.ts';

/** Why a backend says that an answer is complete. Everything else is thrown as an `LlmError`. */
export type FinishReason = 'stop' | 'length' | 'content-filter' | 'tool-calls';

/**
 * What a backend yields while it answers, in the order in which it happens.
 * `start` comes once, `finish` once and last; failures are thrown, never yielded.
 */
export type ReplyEvent =
  | {type: 'start'; model: string; id?: string}
  /** Work before the first token: `ratio` from 0 to 1 where the backend knows it. */
  | {type: 'progress'; phase: 'load' | 'prefill'; ratio?: number}
  /**
   * The backend is asked again in so many ms: once a second with what is left, and 0 at its end. `attempt` counts the pauses of one answer
   * from 1; `reason` says in a few words why.
   */
  | {type: 'wait'; reason: string; attempt: number; ms: number}
  | {type: 'reasoning'; text: string}
  | {type: 'text'; text: string}
  | {type: 'tool-call'; id: string; name: string; arguments: string}
  /** Cumulative counts; a later event replaces an earlier one. Durations in ms, as the server measured them. */
  | {
      type: 'usage';
      input?: number;
      output?: number;
      reasoning?: number;
      cached?: number;
      loadMs?: number;
      inputMs?: number;
      outputMs?: number;
    }
  /** Something that the person should know and that stops nothing, in one line. */
  | {type: 'warning'; message: string}
  | {type: 'finish'; reason: FinishReason; raw?: string};

export type ReplyRequest = {
  /** The model's name as its backend knows it (without the backend's id). */
  model: string;
  messages: readonly Message[];
  options: GenerationOptions;
  think?: ThinkLevel;
  /** A JSON Schema that the answer must fit. */
  schema?: object;
};
