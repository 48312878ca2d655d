import {tighten} from '../storage/privateMode.ts';
import {appendPrompt} from '../storage/promptHistory.ts';
import type {PromptSearch, PromptsFound} from '../storage/promptSearch.ts';
import {createPromptSource} from '../storage/promptSearchSource.ts';
import {childProgram} from './childProgram.ts';

/** The prompts typed before. */
export type PromptMemory = {
  /** Who else could read the file: to be said once. */
  readonly warnings: readonly string[];
  readonly history: {
    /** The prompts from the newest, 0, to the oldest; the same one in a row counts once. Undefined beyond it. */
    at(index: number): string | undefined;
    /** The newest prompt that begins so and goes on. */
    suggest(prefix: string): string | undefined;
  };
  /** Search over all of them; nothing is read and no thread is started before it is used. */
  readonly search: {search(query: string, show: (found: PromptsFound) => void): () => void};
  /** Adds a prompt. Throws `LlmError` (`storage`) when it cannot be written; it is remembered for this chat all the same. */
  remember(prompt: string): void;
  close(): void;
};

export type PromptMemorySettings = {
  /** The prompt-history file. */
  file: string;
  /** False with `-n`: nothing is added to the file. */
  keeps: boolean;
  /** Where this package is: the thread's program is found below it. */
  packageRoot: string;
  /** ms since 1970. */
  now?: () => number;
};

/** How much of the file is read at once for the arrow keys, in bytes: about a thousand prompts, some ms. */
const pieceLength = 1 << 17;
/** How many prompts are looked through for a suggestion. */
const suggestedFrom = 5000;

/** Opens the memory. Reads the newest prompts when the program has nothing else to do, or when they are asked for. */
export function createPromptMemory(settings: PromptMemorySettings): PromptMemory {
  const {file, keeps, packageRoot, now = Date.now} = settings;
  const source = createPromptSource(file, pieceLength, false);
  /** Newest first. */
  let recent: string[] = [];
  let isAllRead = false;
  let search: PromptSearch | undefined;
  let isClosed = false;

  const readOn = (): void => {
    const piece = attempt(source.older);
    if (!piece) isAllRead = true;
    for (const {prompt} of piece ?? []) if (prompt !== recent.at(-1)) recent.push(prompt);
  };
  const first = setImmediate(() => {
    if (recent.length === 0 && !isClosed) readOn();
  });
  first.unref();

  return {
    warnings: tighten(file),
    history: {
      at(index) {
        while (recent.length <= index && !isAllRead) readOn();
        return recent[index];
      },
      suggest(prefix) {
        if (recent.length < suggestedFrom && !isAllRead) readOn();
        const end = Math.min(recent.length, suggestedFrom);
        for (let index = 0; index < end; index++) {
          const prompt = recent[index];
          if (prompt !== undefined && prompt.length > prefix.length && prompt.startsWith(prefix))
            return prompt;
        }
        return undefined;
      },
    },
    search: {
      search(query, show) {
        let stop: (() => void) | undefined;
        let isStopped = false;
        const begin = (over: PromptSearch): void => {
          if (!isStopped) stop = over.search(query, show);
        };
        if (search) begin(search);
        else {
          void import('../storage/promptSearch.ts').then(({createPromptSearch}) => {
            if (isClosed) return;
            search ??= createPromptSearch({
              file,
              program: childProgram(packageRoot, 'src/storage', 'promptSearchWorker'),
            });
            begin(search);
          });
        }
        return () => {
          isStopped = true;
          stop?.();
        };
      },
    },
    remember(prompt) {
      // What is read from the file later must not begin with what was remembered here.
      if (recent.length === 0 && !isAllRead) readOn();
      if (prompt !== recent[0]) recent = [prompt, ...recent];
      if (keeps) appendPrompt(file, prompt, now());
    },
    close() {
      isClosed = true;
      clearImmediate(first);
      search?.close();
    },
  };
}

/** A file that cannot be read has no prompts; who writes to it says why. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
