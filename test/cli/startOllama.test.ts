import {existsSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {listens} from '../../src/backends/listens.ts';
import {findOllama, startOllama} from '../../src/cli/startOllama.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';
import {writeFakeOllama} from './fakeOllama.ts';
import {isolatedEnvironment} from './fakeServices.ts';
import {freePort} from './freePort.ts';

const never = new AbortController().signal;

async function prepared(how: Parameters<typeof writeFakeOllama>[1] = {}) {
  const folder = temporaryFolder();
  const {program, pidFile} = writeFakeOllama(folder, how);
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  // The program that is started takes its address from there.
  vi.stubEnv('OLLAMA_HOST', baseUrl);
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

  it('is no longer waited for after an abort', async () => {
    const {baseUrl, log} = await prepared();
    const controller = new AbortController();
    // It runs and never listens.
    const waiting = startOllama(
      {program: process.execPath, words: ['-e', 'setTimeout(() => {}, 2000)'], baseUrl, log},
      controller.signal,
    );
    controller.abort();
    await expect(waiting).rejects.toMatchObject({kind: 'cancelled'});
  });
});
