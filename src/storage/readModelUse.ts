import type {Database} from './openDatabase.ts';

/** How a model was used on this machine. */
export type ModelUse = {
  /** When it last answered, in ms since 1970. */
  lastUsed: number;
  /** The median speed of its last answers, in tokens a second; missing where none was long enough. */
  tokensPerSecond?: number;
};

/** So many answers of a model are looked at, the newest first, and the speed is that of so many of them. */
const looked = 12;
const measured = 5;
/** A shorter answer says little about the speed, in tokens. */
const leastTokens = 16;
/** The most models that are told of. */
const mostModels = 500;

const within = `FROM messages m INDEXED BY messages_by_model
  WHERE role = 'assistant' AND model IS NOT NULL AND options IS NOT NULL`;

/**
 * The use of all models that have answered here, by their full names; answers that were imported or deleted do not count.
 * Each step goes along the index of answers by model, however many messages there are.
 */
export function readModelUse(database: Database): Map<string, ModelUse> {
  const found = new Map<string, ModelUse>();
  for (let model = nextModel(database, ''); model !== undefined; model = nextModel(database, model)) {
    const usage = usageOf(database, model);
    if (usage) found.set(model, usage);
    if (found.size >= mostModels) break;
  }
  return found;
}

/** The name that comes next in the index: it is skipped through, not read. */
function nextModel(database: Database, after: string): string | undefined {
  return database.get<{model: string}>(`SELECT model ${within} AND model > ? ORDER BY model LIMIT 1`, after)
    ?.model;
}

function usageOf(database: Database, model: string): ModelUse | undefined {
  const answers = database.all<{created: number; output: number | null; speed: number | null}>(
    `SELECT created, output_tokens AS output, tokens_per_second AS speed ${within} AND model = ?
       AND conversation_id NOT IN (SELECT id FROM conversations WHERE deleted IS NOT NULL)
     ORDER BY created DESC LIMIT ?`,
    model,
    looked,
  );
  const [newest] = answers;
  if (!newest) return undefined;
  const speeds = answers
    .flatMap(({output, speed}) => (speed !== null && (output ?? 0) >= leastTokens ? [speed] : []))
    .slice(0, measured)
    .toSorted((a, b) => a - b);
  const median = speeds[speeds.length >> 1];
  return {lastUsed: newest.created, ...(median !== undefined && {tokensPerSecond: median})};
}
