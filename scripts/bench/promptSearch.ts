import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createPromptSearch, type PromptSearch, type PromptsFound} from '../../src/storage/promptSearch.ts';
import {misspell, seeded, writeMadeHistory} from './madePrompts.ts';
import {median, ms, percentile} from './statistics.ts';
import type {Row} from './table.ts';

const program = join(import.meta.dirname, '..', '..', 'src', 'storage', 'promptSearchWorker.ts');

/** What one key costs: until something is shown, and until all prompts were searched, in ms. */
type KeyCost = {first: number; complete: number};

/** Ctrl+R over a large made history: the time of every key, and whether what was meant is found. */
export async function measurePromptSearch({quick}: {quick: boolean}): Promise<Row[]> {
  const count = quick ? 50_000 : 1_000_000;
  const folder = mkdtempSync(join(tmpdir(), 'llm-bench-'));
  const file = join(folder, 'history');
  let search: PromptSearch | undefined;
  try {
    const made = writeMadeHistory(file, count, 1);
    const truth = createTruth(made);
    const before = process.memoryUsage.rss();
    search = createPromptSearch({file, program, idleMs: 600_000});
    const opened = (await ask(search, '')).cost;
    // The thread makes itself ready after what was asked: to be waited for by nothing that a person sees.
    const settled = (await ask(search, 'qqqqq zzzzz')).cost;
    const memory = process.memoryUsage.rss() - before;

    const random = seeded(2);
    const cases = makeCases(truth, random, quick ? 15 : 30);
    const costs: KeyCost[] = [];
    const recalls = new Map<string, Recall[]>();
    for (const {kind, query, wanted} of cases) {
      let found: PromptsFound = {prompts: [], state: 'searching'};
      for (let end = 1; end <= query.length; end++) {
        const answer = await ask(search, query.slice(0, end));
        costs.push(answer.cost);
        found = answer.found;
      }
      const listed = found.prompts.map(({prompt}) => prompt);
      const share = (list: readonly string[]): number =>
        wanted.filter(prompt => list.includes(prompt)).length / wanted.length;
      recalls.set(kind, [
        ...(recalls.get(kind) ?? []),
        {top: share(listed.slice(0, 10)), listed: share(listed)},
      ]);
    }
    const what = `history search over ${count.toLocaleString('en')} prompts`;
    return [
      timeRow(
        `${what}: first results a key`,
        costs.map(cost => cost.first),
        cases.length,
        16,
      ),
      timeRow(
        `${what}: all searched, a key`,
        costs.map(cost => cost.complete),
        cases.length,
        300,
      ),
      {
        what: `${what}: the first Ctrl+R`,
        measured: `shown after ${ms(opened.first)}, all read after ${ms(opened.complete)}, typos too after ${ms(opened.complete + settled.complete)}; + ${Math.round(memory / 1e6)} MB`,
        goal: 'shown ≤ 16 ms',
        met: opened.first <= 16,
      },
      ...[...recalls].map(([kind, values]) => ({
        what: `${what}: ${kind}`,
        measured: `recall@10 ${percent(values.map(value => value.top))}, in the list ${percent(values.map(value => value.listed))} (${values.length} queries)`,
      })),
    ];
  } finally {
    search?.close();
    rmSync(folder, {recursive: true, force: true});
  }
}

/** The share of what was meant that is among the first ten, and in the whole list. */
type Recall = {top: number; listed: number};

function percent(shares: readonly number[]): string {
  return `${((shares.reduce((sum, share) => sum + share, 0) / shares.length) * 100).toFixed(1)} %`;
}

function timeRow(what: string, values: readonly number[], queries: number, goal: number): Row {
  const p95 = percentile(values, 0.95);
  return {
    what,
    measured: `median ${ms(median(values))}, p95 ${ms(p95)}, max ${ms(Math.max(...values))} (${values.length} keys of ${queries} queries)`,
    goal: `≤ ${goal} ms`,
    met: p95 <= goal,
  };
}

/** Types one key and waits until all prompts were searched. */
function ask(search: PromptSearch, query: string): Promise<{cost: KeyCost; found: PromptsFound}> {
  const {promise, resolve, reject} = Promise.withResolvers<{cost: KeyCost; found: PromptsFound}>();
  const began = performance.now();
  let first: number | undefined;
  search.search(query, found => {
    const now = performance.now() - began;
    first ??= now;
    if (found.state === 'all') resolve({cost: {first, complete: now}, found});
    if (found.state === 'recent') reject(new Error('the thread that searches all prompts did not run'));
  });
  return promise;
}

type Case = {kind: string; query: string; wanted: readonly string[]};
type Truth = {
  /** The different prompts, newest first, and in small letters. */
  readonly prompts: readonly string[];
  readonly folded: readonly string[];
  /** The prompts that contain all of these texts; gives up beyond `limit`. */
  containing(texts: readonly string[], limit: number): number[];
  /** The ten that fit a text best: those that begin with it, have it at a word's start, contain it; newest first. */
  best(text: string): string[];
};

/** What is right, found by looking at every prompt; it shares no code with the search. */
function createTruth(made: readonly string[]): Truth {
  const prompts = [...new Set(made.toReversed())];
  const folded = prompts.map(prompt => prompt.toLowerCase().replace(/\n/g, ' '));
  return {
    prompts,
    folded,
    containing(texts, limit) {
      const found: number[] = [];
      for (const [index, text] of folded.entries()) {
        if (texts.every(each => text.includes(each))) found.push(index);
        if (found.length > limit) break;
      }
      return found;
    },
    best(text) {
      const atWord = new RegExp(`(?<![\\p{L}\\p{N}])${text}`, 'u');
      const tiers: number[][] = [[], [], []];
      for (const [index, each] of folded.entries()) {
        if (!each.includes(text)) continue;
        tiers[each.startsWith(text) ? 0 : atWord.test(each) ? 1 : 2]?.push(index);
        if ((tiers[0]?.length ?? 0) >= 10) break;
      }
      return tiers
        .flat()
        .slice(0, 10)
        .map(index => prompts[index] ?? '');
    },
  };
}

/** Queries of which it is known what they should find. `count` of each kind. */
function makeCases(truth: Truth, random: (below: number) => number, count: number): Case[] {
  const cases: Case[] = [];
  /** A prompt of the older half, and some of its words, by which at most ten prompts can be meant. */
  const pickOld = (words: number, together: boolean): {prompt: string; picked: string[]} => {
    for (;;) {
      const half = truth.prompts.length >> 1;
      const index = half + random(half);
      const all = (truth.folded[index] ?? '').split(/ /).filter(word => /^[a-z]+$/.test(word));
      const at = random(Math.max(1, all.length - words));
      const picked = together
        ? all.slice(at, at + words)
        : Array.from({length: words}, () => all[random(all.length)] ?? '');
      if (new Set(picked).size < words || !picked.some(word => word.length >= 5)) continue;
      const wanted = together ? [picked.join(' ')] : picked;
      const found = truth.containing(wanted, 10);
      if (found.length > 0 && found.length <= 10 && found.includes(index)) {
        return {prompt: truth.prompts[index] ?? '', picked};
      }
    }
  };
  for (let n = 0; n < count; n++) {
    const exact = pickOld(3, true);
    cases.push({kind: 'old, word for word', query: exact.picked.join(' '), wanted: [exact.prompt]});
    const apart = pickOld(2, false);
    cases.push({kind: 'old, two words in any order', query: apart.picked.join(' '), wanted: [apart.prompt]});
    const slip = pickOld(2 + (n % 2), false);
    const longest = slip.picked.toSorted((a, b) => b.length - a.length)[0] ?? '';
    const query = slip.picked.map(word => (word === longest ? misspell(word, random) : word)).join(' ');
    cases.push({kind: 'old, one slip of the hand', query, wanted: [slip.prompt]});
  }
  const keys = ['a', 'z', 'x', '7', '的', 'ex', 'qu', 'zq', 'ru', '42', 'ok', '学法'];
  for (const key of keys) {
    const wanted = truth.best(key);
    if (wanted.length > 0) cases.push({kind: 'one or two letters', query: key, wanted});
  }
  return cases;
}
