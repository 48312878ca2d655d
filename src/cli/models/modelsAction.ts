import type {Action} from '../chooseAction.ts';
import type {Services} from '../createServices.ts';
import type {Io} from '../io.ts';

/** The options of all actions together; each takes some of them. */
export type ModelsOptions = {
  json?: boolean;
  context?: string;
  yes?: boolean;
  ollama?: boolean;
  size?: string;
  quant?: string;
  licence?: string;
  license?: string;
  limit?: string;
  sort?: string;
};

/** What an action is handed when it runs. */
export type ModelsRun = {
  /** What follows the action's name. */
  words: readonly string[];
  options: ModelsOptions;
  services: Services;
  io: Io;
};

/** One thing that `llm models` does. */
export type ModelsAction = Action<ModelsOptions> & {
  /** Resolves with the exit status. Throws `LlmError`. */
  run(run: ModelsRun): Promise<number>;
};
