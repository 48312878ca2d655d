import {writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import path from 'node:path';
import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {createKeychain} from '../../src/storage/createKeychain.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const canary = 'sk-canary-51d0';
const real = path.resolve(import.meta.dirname, '../../src/storage/keychainProcess.ts');

/** A program in place of the keychain's. */
function programOf(source: string): string {
  const file = path.join(temporaryFolder(), 'program.mjs');
  writeFileSync(file, source);
  return file;
}

const echoing = `
  import {text} from 'node:stream/consumers';
  const request = JSON.parse(await text(process.stdin));
  process.stdout.write(JSON.stringify(
    request.action === 'get' ? {key: [request.account, ...process.argv.slice(2)].join()} : {done: true}));`;

describe('the keychain', () => {
  it('is asked by a process of its own, which gets everything on its stdin', async () => {
    const keychain = createKeychain(programOf(echoing));
    expect(await keychain.get('openai (here)')).toBe('openai (here)');
    await keychain.set('openai', canary);
    await keychain.remove('openai');
  });

  it('has no key under a name that it does not know', async () => {
    const keychain = createKeychain(programOf(`process.stdout.write('{"key": null}')`));
    expect(await keychain.get('openai')).toBeUndefined();
  });

  it('is given up when it does not answer', async () => {
    const keychain = createKeychain(programOf('setInterval(() => {}, 1000)'), 300);
    await expect(keychain.get('openai')).rejects.toMatchObject({
      kind: 'storage',
      message: 'the system keychain cannot be used: no answer within 0.3 s',
    });
  });

  it('is let go of by an abort', async () => {
    const keychain = createKeychain(programOf('setInterval(() => {}, 1000)'));
    const stop = new AbortController();
    const asked = keychain.get('openai', stop.signal);
    stop.abort();
    await expect(asked).rejects.toMatchObject({kind: 'cancelled'});
  });

  it.each([
    ['crashes', 'process.abort()', 'SIGABRT'],
    ['ends without a word', 'process.exit(3)', 'status 3'],
    ['says something else', 'process.stdout.write("hello")', 'status 0'],
    [
      'repeats the key in what it says',
      `process.stdout.write('{"failure": "cannot store ${canary}\\\\u001b[2J"}')`,
      'cannot store ***',
    ],
  ])('is not to be had when its process %s', async (_what, source, reason) => {
    const failure = await createKeychain(programOf(source))
      .set('openai', canary)
      .catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({kind: 'storage', message: expect.stringContaining(reason)});
    expect(String(failure)).not.toContain(canary);
    expect(String(failure)).not.toContain('\u001b');
  });
});

describe.runIf(process.platform === 'linux')('the keychain of a Linux without a Secret Service', () => {
  it('says so at once where no session bus is', async () => {
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', `unix:path=${path.join(temporaryFolder(), 'none')}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(createKeychain(real).set('openai', canary)).rejects.toMatchObject({
      kind: 'storage',
      message: 'the system keychain cannot be used: this system has no Secret Service',
    });
  });

  it('is given up where the session bus takes a connection and never answers', async () => {
    const socket = path.join(temporaryFolder(), 'bus');
    const server = createServer(connection => connection.on('error', () => {}).resume());
    await new Promise<void>(done => server.listen(socket, done));
    onTestFinished(() => void server.close());
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', `unix:path=${socket}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(createKeychain(real, 1_500).set('openai', canary)).rejects.toMatchObject({
      message: 'the system keychain cannot be used: no answer within 1.5 s',
    });
  });
});
