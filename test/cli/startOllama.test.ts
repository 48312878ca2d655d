import {existsSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {listens} from '../../src/backends/listens.ts';
import {findOllama, startOllama} from '../../src/cli/startOllama.ts';
import {runs} from '../backends/local/support.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';
import {writeFakeOllama} from './fakeOllama.ts';
import {isolatedEnvironment} from './fakeServices.ts';
import {freePort} from './freePort.ts';

const never = new AbortController().signal;

/** Runs, never listens, does not end when it is asked to, and writes its process id to its output. */
const silent = {
  program: process.execPath,
  words: ['-e', "process.on('SIGTERM', () => {}); setTimeout(() => {}, 60_000); console.log(process.pid)"],
};
/** The process id that `silent` has written; undefined before it has. */
const pidIn = (log: string): number | undefined =>
  existsSync(log) ? Number(readFileSync(log, 'utf8')) || undefined : undefined;

async function prepared(how: Parameters<typeof writeFakeOllama>[1] = {}) {
  const folder = temporaryFolder();
  const {program, pidFile} = writeFakeOllama(folder, how);
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  // An empty one counts as not set.
  vi.stubEnv('OLLAMA_HOST', '');
  onTestFinished(() => {
    vi.unstubAllEnvs();
    if (existsSync(pidFile)) {
      try {
        process.kill(Number(readFileSync(pidFile, 'utf8')));
      } catch {
        // It has ended by itself.
      }
    }
  });
  return {program, pidFile, baseUrl, log: join(folder, 'data', 'ollama.log')};
}

describe('findOllama', () => {
  it('finds the program on the PATH, and nothing where there is none', () => {
    const folder = temporaryFolder();
    expect(findOllama(isolatedEnvironment({PATH: folder}))).toBeUndefined();
    const {program} = writeFakeOllama(folder);
    expect(findOllama(isolatedEnvironment({PATH: folder}))).toEqual({program, words: ['serve']});
  });
});

describe('startOllama', () => {
  it('resolves when it answers, and keeps what it writes where only its owner reads it', async () => {
    const {program, baseUrl, log} = await prepared();
    expect(await listens(baseUrl, never)).toBe(false);
    await startOllama({program, words: ['serve'], baseUrl, log}, never);
    expect(await listens(baseUrl, never)).toBe(true);
    await expect.poll(() => readFileSync(log, 'utf8')).toContain('Listening on');
    expect(statSync(log).mode & 0o777).toBe(0o600);
  });

  it('leaves its address to OLLAMA_HOST where that is set', async () => {
    const {program, log} = await prepared();
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    vi.stubEnv('OLLAMA_HOST', baseUrl);
    await startOllama({program, words: ['serve'], baseUrl: `${baseUrl}/`, log}, never);
    expect(await listens(baseUrl, never)).toBe(true);
  });

  it('says why it did not start, in its own words', async () => {
    const {program, baseUrl, log} = await prepared({fails: 'Error: could not find its library'});
    await expect(startOllama({program, words: ['serve'], baseUrl, log}, never)).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'Ollama did not start: Error: could not find its library',
      hint: expect.stringContaining(log),
    });
  });

  it('says so when it cannot be run at all', async () => {
    const {baseUrl, log} = await prepared();
    await expect(
      startOllama({program: join(log, 'nowhere'), words: ['serve'], baseUrl, log}, never),
    ).rejects.toMatchObject({kind: 'unreachable', message: expect.stringContaining('did not start')});
  });

  it('leaves nothing running when it does not come in time', async () => {
    const {baseUrl, log} = await prepared();
    const failing = startOllama({...silent, baseUrl, log, patienceMs: 1500}, never);
    await expect(failing).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'Ollama did not start: it does not answer after 1.5 s',
    });
    const pid = pidIn(log);
    expect(pid !== undefined && runs(pid)).toBe(false);
  });

  it('is stopped by an abort, though it does not end when it is asked to', async () => {
    const {baseUrl, log} = await prepared();
    const controller = new AbortController();
    const waiting = startOllama({...silent, baseUrl, log}, controller.signal);
    await expect.poll(() => pidIn(log), {timeout: 20_000}).toBeDefined();
    controller.abort();
    await expect(waiting).rejects.toMatchObject({kind: 'cancelled'});
    expect(runs(pidIn(log) ?? 0)).toBe(false);
  });
});
