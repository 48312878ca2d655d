import {join} from 'node:path';
import {createLocal} from '../../src/backends/local/createLocal.ts';
import {findEngine} from '../../src/backends/local/findEngine.ts';
import {usageOf} from './program.ts';
import {ms, spread} from './statistics.ts';
import type {Row} from './table.ts';

const root = join(import.meta.dirname, '..', '..');
/** Questions whose answers are long enough to have a speed. */
const questions = [
  'how do I switch models?',
  'how do I export a chat?',
  'what keys are there?',
  'where is my data?',
];

/** The embedded engine with the built-in guide, greedy: from a cold start to its first word, then warm. */
export async function measureGuide({quick}: {quick: boolean}): Promise<Row[]> {
  const runs = quick ? 2 : 7;
  const cold: number[] = [];
  const first: number[] = [];
  const rates: number[] = [];
  const memory: number[] = [];
  for (let run = 0; run < runs; run++) {
    const local = createLocal({
      guidePath: join(root, 'models', 'guide', 'guide.gguf'),
      modelsFolder: join(root, 'models', 'none'),
      enginePath: join(root, 'dist', 'engineProcess.js'),
      findEngine: () => findEngine({packageRoot: root, engineFolder: join(root, 'none')}),
    });
    try {
      cold.push((await ask(local, questions[0] ?? '')).firstMs);
      for (const question of questions) {
        const {firstMs, rate} = await ask(local, question);
        first.push(firstMs);
        rates.push(rate);
      }
      const {pid} = await local.engine('guide', new AbortController().signal);
      const usage = pid === undefined ? undefined : usageOf(pid);
      if (usage) memory.push(usage.rssMb);
    } finally {
      await local.close();
    }
  }
  const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`;
  const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')} tok/s`;
  return [
    {what: 'the built-in guide: from nothing loaded to the first word', measured: spread(cold, seconds)},
    {what: 'the same, loaded: time to the first word', measured: spread(first, ms)},
    {what: 'the same: speed of an answer, on one thread', measured: spread(rates, perSecond)},
    {
      what: 'the same: memory of its process',
      measured:
        memory.length > 0 ? spread(memory, value => `${Math.round(value)} MB`) : 'the system does not tell',
    },
  ];
}

/** One answer: the time to its first word in ms, and tokens a second from there on. */
async function ask(
  local: ReturnType<typeof createLocal>,
  text: string,
): Promise<{firstMs: number; rate: number}> {
  const start = performance.now();
  let firstAt: number | undefined;
  let tokens = 0;
  const request = {model: 'guide', messages: [{role: 'user' as const, text}], options: {temperature: 0}};
  for await (const event of local.reply(request, new AbortController().signal)) {
    if (event.type === 'text') firstAt ??= performance.now();
    if (event.type === 'usage') tokens = event.output ?? tokens;
  }
  if (firstAt === undefined) throw new Error(`the guide said nothing to "${text}"`);
  return {firstMs: firstAt - start, rate: (tokens - 1) / ((performance.now() - firstAt) / 1000)};
}
