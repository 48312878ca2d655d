import {setTimeout as delay} from 'node:timers/promises';
import {startScriptedServer} from '../../test/backends/scriptedServer.ts';
import {openTerminal} from '../../test/e2e/terminal.ts';
import {answer} from './answers.ts';
import {echoes} from './keyEcho.ts';
import {launcher, usageOf, withHome} from './program.ts';
import {ms, percentile} from './statistics.ts';
import type {Row} from './table.ts';

const models = ['one', 'two', 'three', 'four', 'five', 'six'].map(name => `${name}:latest`);
const rate = 200;
/** Six panes of 40 columns and more stand side by side in it. */
const size = {cols: 262, rows: 60};

/** Six answers streaming side by side into `llm compare`: what it takes of a core, and how quickly keys show. */
export async function measureComparePanes({quick}: {quick: boolean}): Promise<Row[]> {
  const text = answer('mixed', quick ? 2_000 : 5_000);
  const server = await startScriptedServer({protocol: 'ollama', models, text, tokens: text.length, rate});
  try {
    return await withHome(server.url, async env => {
      const args = [launcher, 'compare', ...models.flatMap(model => ['-m', `ollama/${model}`]), 'go'];
      const panes = openTerminal({command: process.execPath, args, env, ...size});
      try {
        const asked = (): number => server.requests.filter(({path}) => path === '/api/chat').length;
        const isStreaming = (): boolean => asked() === models.length && /mk000[1-9]\d/.test(panes.text());
        await panes.waitFor(isStreaming, 60_000);
        const before = {usage: usageOf(panes.pid), at: performance.now(), bytes: panes.bytes()};
        await delay(quick ? 2_000 : 6_000);
        const after = {usage: usageOf(panes.pid), at: performance.now(), bytes: panes.bytes()};
        panes.write('i');
        await panes.waitFor('Composer');
        const keys = await echoes(panes, quick ? 20 : 60, 110);
        panes.write('\x15\x1b');
        const isDone = (): boolean => /Esc leaves/.test(panes.screen().at(-1) ?? '');
        await panes.waitFor(isDone, 60_000);
        const cpu = (after.usage?.cpuMs ?? Number.NaN) - (before.usage?.cpuMs ?? Number.NaN);
        const took = after.at - before.at;
        return [
          {
            what: `\`llm compare\`: six panes at ${rate} tok/s each, CPU`,
            measured: `${Math.round((100 * cpu) / took)} % of a core (${((after.bytes - before.bytes) / took).toFixed(0)} kB/s written)`,
          },
          {
            what: `\`llm compare\`: six panes at ${rate} tok/s each, key echo p50 / p95`,
            measured: `${ms(percentile(keys, 0.5))} / ${ms(percentile(keys, 0.95))}`,
            goal: 'p95 ≤ 16 ms',
            met: percentile(keys, 0.95) <= 16,
          },
        ];
      } finally {
        await panes.close();
      }
    });
  } finally {
    await server.close();
  }
}
