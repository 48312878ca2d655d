/** How far a model has come on its way to a server. */
export type PullProgress = {
  /** What the server is busy with, in its own words. */
  status: string;
  /** The part of the model that is told of. */
  digest?: string;
  /** Of that part, in bytes. */
  completed?: number;
  total?: number;
  /** All parts that there are, where they are known before any byte comes. */
  parts?: readonly {digest: string; completed: number; total: number}[];
  /** The name under which the backend has the model, where it is not the one that was asked for. */
  model?: string;
};

/** The figures of a pull so far. */
export type PullFigures = {
  status: string;
  /** Bytes of all parts told of so far. */
  completed: number;
  total: number;
  /** How many parts (layers, files) were told of so far. */
  parts: number;
  /** Which part is on its way, and of how many; missing where their number is not known. */
  part?: {number: number; of: number};
  /** What was said last of no part, once figures are known: what is done beside, or waited for. */
  aside?: string;
  /** Bytes a second over the last few seconds; missing until enough has been seen. */
  rate?: number;
  /** Missing as long as the rate or the total is unknown. */
  remainingMs?: number;
};

/** How far back the rate looks, in ms. */
const windowMs = 5_000;
/** The least time that a rate is told from, in ms. */
const leastMs = 1_000;

/** Adds up what a server says of the parts of a model. A part may have no total, and more bytes than its total. */
export function createPullMeter(now: () => number = Date.now): (progress: PullProgress) => PullFigures {
  const parts = new Map<string, {completed: number; total: number}>();
  let samples: {at: number; completed: number}[] = [];
  let areAllKnown = false;
  return ({status, digest, completed = 0, total = 0, parts: all}) => {
    let isNewPart = false;
    for (const each of all ?? []) {
      parts.set(each.digest, each);
      isNewPart = true;
      areAllKnown = true;
    }
    if (digest !== undefined && (completed > 0 || total > 0)) {
      const known = parts.get(digest);
      isNewPart = known === undefined;
      const size = Math.max(known?.total ?? 0, total, completed);
      parts.set(digest, {completed: Math.max(0, completed), total: size});
    }
    const sum = {completed: 0, total: 0};
    for (const part of parts.values()) {
      sum.completed += part.completed;
      sum.total += part.total;
    }
    const at = now();
    // What was there before this pull did not come at any rate; nor does a lost connection take bytes away.
    if (isNewPart || sum.completed < (samples.at(-1)?.completed ?? 0)) samples = [];
    samples = [...samples.filter(sample => at - sample.at <= windowMs), {at, completed: sum.completed}];
    const first = samples[0];
    const elapsed = first ? at - first.at : 0;
    const rate =
      first && elapsed >= leastMs ? ((sum.completed - first.completed) / elapsed) * 1_000 : undefined;
    const done = [...parts.values()].filter(part => part.completed >= part.total).length;
    const isAside = digest === undefined && !all && sum.total > 0 && status !== '';
    return {
      status,
      ...sum,
      parts: parts.size,
      ...(areAllKnown && {part: {number: Math.min(done + 1, parts.size), of: parts.size}}),
      ...(isAside && {aside: status}),
      ...(rate !== undefined && {rate}),
      ...(rate && sum.total > 0 && {remainingMs: ((sum.total - sum.completed) / rate) * 1_000}),
    };
  };
}
