import type {Store} from '../../storage/openStore.ts';
import type {Services} from '../createServices.ts';
import type {Io} from '../io.ts';

/** The options of all actions together; each takes some of them. */
export type HistoryOptions = {
  json?: boolean;
  limit?: string;
  archived?: boolean;
  yes?: boolean;
  prompts?: boolean;
  all?: boolean;
  format?: string;
  /** A file, or a folder when it ends with a slash or is one. */
  output?: string;
  force?: boolean;
  dryRun?: boolean;
};

/** What an action is handed when it runs. */
export type HistoryRun = {
  /** What follows the action's name. */
  words: readonly string[];
  options: HistoryOptions;
  store: Store;
  services: Services;
  io: Io;
};

/** One thing that `llm history` does. */
export type HistoryAction = {
  name: string;
  /** What follows the name, as shown in help. */
  usage?: string;
  summary: string;
  /** The options that it takes. */
  options: readonly (keyof HistoryOptions)[];
} & (
  | {
      /** Resolves with the exit status. Throws `LlmError`. */
      run(run: HistoryRun): number | Promise<number>;
    }
  | {
      /** The same, for what needs no database and works where it cannot be opened. */
      runClosed(run: Omit<HistoryRun, 'store'>): number | Promise<number>;
    }
);
