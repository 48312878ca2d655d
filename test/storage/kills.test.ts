import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {build} from 'esbuild';
import {expect, onTestFinished, test} from 'vitest';
import {openDatabase} from '../../src/storage/openDatabase.ts';
import {openStore} from '../../src/storage/openStore.ts';
import {randoms} from '../core/randoms.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const kills = 200;
/** How many programs write into the one database at a time. */
const lanes = 4;
/** From when a program has begun until it is killed, in ms: from before it opens the store to some dozen turns later. */
const latest = 30;

test(`a writing program killed at ${kills} random moments, others beside it, loses nothing that was acknowledged`, async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'llm.db');
  const program = join(folder, 'writer.mjs');
  // One file that needs no translation: two hundred programs begin here.
  await build({
    entryPoints: [join(import.meta.dirname, 'countingWriter.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  openStore({path}).close();
  const random = randoms(20_261_129);
  const acknowledged: string[] = [];
  let started = 0;
  let opened = 0;

  const lane = async (): Promise<void> => {
    while (started < kills) {
      const name = `k${started++}`;
      // Some are killed while they open the store, and recover what others left.
      const early = random(5) === 0;
      const delay = random(latest);
      const child = spawn(process.execPath, [program, path, name], {stdio: ['ignore', 'pipe', 'pipe']});
      onTestFinished(() => void child.kill('SIGKILL'));
      let output = '';
      let errors = '';
      let timer: NodeJS.Timeout | undefined;
      const kill = (): void => void child.kill('SIGKILL');
      if (early) timer = setTimeout(kill, 30 + delay);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        timer ??= setTimeout(kill, delay);
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        errors += text;
      });
      const [, signal] = (await once(child, 'close')) as [number | null, string | null];
      clearTimeout(timer);
      expect([errors, signal]).toEqual(['', 'SIGKILL']);
      if (output !== '') opened++;
      // What stands on the last line may have been cut.
      acknowledged.push(...output.split('\n').slice(0, -1));
    }
  };
  await Promise.all(Array.from({length: lanes}, lane));

  const store = openStore({path});
  const conversations = new Map(store.list({limit: 1_000_000}).map(({id}) => [id, store.load(id)]));
  const words = new Map<string, number>();
  const finished = new Set<string>();
  let checked = 0;
  for (const line of acknowledged) {
    const [what, id = '', word = ''] = line.split(' ');
    if (what === 'open') continue;
    const nodes = conversations.get(id)?.nodes;
    expect(nodes?.get(`${id}-p`)?.text).toBe(`question ${id}`);
    if (what === 'words') words.set(id, Number(word));
    if (what === 'end') finished.add(id);
    checked++;
  }
  for (const [id, last] of words) {
    const stored = conversations.get(id)?.nodes.get(`${id}-a`);
    const text = Array.from({length: last + 1}, (_, word) => `${word} `).join('');
    expect(stored?.text.startsWith(text)).toBe(true);
    // Whether the end was written before the program could say so is not known.
    if (finished.has(id)) expect(stored?.stop).toBe('stop');
    else expect(['interrupted', 'stop']).toContain(stored?.stop);
  }
  expect(opened).toBeGreaterThan(kills / 2);
  expect(checked).toBeGreaterThan(kills);
  store.close();
  const database = openDatabase(path);
  expect(database.all('PRAGMA integrity_check')).toEqual([{integrity_check: 'ok'}]);
  expect(database.get('SELECT count(*) AS n FROM chunks')).toEqual({n: 0});
  expect(database.get('SELECT count(*) AS n FROM messages WHERE writer IS NOT NULL')).toEqual({n: 0});
  database.close();
}, 120_000);
