import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {copyFileSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openStore} from '../../../src/storage/openStore.ts';
import {randoms} from '../../core/randoms.ts';
import {temporaryFolder} from '../temporaryFolder.ts';
import {damage, storedDatabase} from './brokenStore.ts';

function opening(path: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'openingProgram.ts'), path]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return {child, closed: once(child, 'close').then(() => ({output, errors}))};
}

test('of several programs that find a damaged database at once, one salvages it and the others open the new one', async () => {
  const path = storedDatabase(60, 10);
  damage(path, bytes => bytes.fill(0, 0, 100));
  const ends = await Promise.all(Array.from({length: 6}, () => opening(path).closed));
  expect(ends.map(({errors}) => errors)).toEqual(ends.map(() => ''));
  const told = ends.map(({output}) => JSON.parse(output.split('\n')[1] ?? '') as [number, number]);
  expect(told.map(([, conversations]) => conversations)).toEqual(told.map(() => 60));
  expect(told.reduce((sum, [warnings]) => sum + warnings, 0)).toBe(1);
  expect(readdirSync(dirname(path)).filter(name => name.includes('.broken-'))).toHaveLength(1);
});

test('a program that is killed while it salvages loses nothing: the next one goes on', async () => {
  const broken = storedDatabase(60, 10);
  damage(broken, bytes => bytes.fill(0, 0, 100));
  const random = randoms(4);
  let unfinished = 0;
  for (let round = 0; round < 12; round++) {
    const path = join(temporaryFolder(), 'llm.db');
    copyFileSync(broken, path);
    const {child, closed} = opening(path);
    await once(child.stdout, 'data');
    const timer = setTimeout(() => child.kill('SIGKILL'), random(150));
    const {output} = await closed;
    clearTimeout(timer);
    if (!output.includes('[')) unfinished++;
    const store = openStore({path});
    expect(store.list({limit: 1000})).toHaveLength(60);
    store.close();
    const left = readdirSync(dirname(path)).map(name => name.replace(/\d{4}-\d\d-\d\d/, 'DAY'));
    expect(left.sort()).toEqual(['llm.db', 'llm.db.broken-DAY']);
  }
  expect(unfinished).toBeGreaterThan(0);
});
