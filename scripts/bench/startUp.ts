import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {launcher, withHome} from './program.ts';
import {median, ms, spread, times} from './statistics.ts';
import type {Row} from './table.ts';

/** How long a command takes from spawn to end, as pairs of runs beside bare Node. */
export async function measureStartUp({quick}: {quick: boolean}): Promise<Row[]> {
  const pairs = quick ? 7 : 25;
  const old = oldNode();
  return withHome(undefined, async env => {
    const cases: {what: string; node: string; args: string[]; limit?: number}[] = [
      {what: '`llm --version`', node: process.execPath, args: ['--version'], limit: 1.2},
      {what: '`llm --help`', node: process.execPath, args: ['--help']},
      {what: '`llm run --help`', node: process.execPath, args: ['run', '--help']},
      {what: '`llm config path`', node: process.execPath, args: ['config', 'path']},
      ...(old
        ? [
            {
              what: `\`llm --version\` through the launcher on Node ${old.version}`,
              node: old.path,
              args: ['--version'],
            },
          ]
        : []),
    ];
    return cases.map(({what, node, args, limit}) => {
      const bare: number[] = [];
      const ours: number[] = [];
      for (let pair = -1; pair < pairs; pair++) {
        const a = timed(process.execPath, ['-e', '0'], env);
        const b = timed(node, [launcher, ...args], env);
        // The first pair fills the file cache.
        if (pair < 0) continue;
        bare.push(a);
        ours.push(b);
      }
      const ratios = ours.map((value, index) => value / (bare[index] ?? Number.NaN));
      return {
        what,
        measured: spread(ours, ms),
        baseline: `\`node -e 0\` ${spread(bare, ms)}`,
        ratio: spread(ratios, times),
        ...(limit && {goal: `≤ ${limit} ×`, met: median(ratios) <= limit}),
      };
    });
  });
}

function timed(node: string, args: readonly string[], env: Record<string, string>): number {
  const start = performance.now();
  const result = spawnSync(node, args, {env, stdio: ['ignore', 'ignore', 'pipe']});
  const taken = performance.now() - start;
  if (result.status !== 0) throw new Error(`${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
  return taken;
}

function oldNode(): {path: string; version: string} | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, 'node');
    if (!existsSync(path)) continue;
    const version = spawnSync(path, ['--version'], {encoding: 'utf8'}).stdout.trim().slice(1);
    if (Number.parseInt(version, 10) < 22) return {path, version};
  }
  return undefined;
}
