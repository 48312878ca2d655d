import type {Services} from '../createServices.ts';
import type {Io} from '../io.ts';

/** The options of all actions together; each takes some of them. */
export type KeysOptions = {json?: boolean; file?: boolean};

/** What an action is handed when it runs. */
export type KeysRun = {
  /** What follows the action's name. */
  words: readonly string[];
  options: KeysOptions;
  services: Services;
  io: Io;
};

/** One thing that `llm keys` does. */
export type KeysAction = {
  name: string;
  /** What follows the name, as shown in help. */
  usage?: string;
  summary: string;
  /** The options that it takes. */
  options: readonly (keyof KeysOptions)[];
  /** Resolves with the exit status. Throws `LlmError`, in which nothing stands that was typed. */
  run(run: KeysRun): number | Promise<number>;
};
