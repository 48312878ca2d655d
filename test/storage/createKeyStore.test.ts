import {chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {LlmError} from '../../src/core/errors.ts';
import type {Keychain} from '../../src/storage/createKeychain.ts';
import {createKeyStore, type KeyStore} from '../../src/storage/createKeyStore.ts';
import {temporaryFolder} from './temporaryFolder.ts';

const canary = 'sk-canary-7f3a';

/** A keychain in memory; `broken` as one that the system does not have. */
function fakeKeychain({broken = false} = {}): {
  keychain: Keychain;
  entries: Map<string, string>;
  asked(): number;
} {
  const entries = new Map<string, string>();
  let asked = 0;
  const call = <Result>(result: () => Result): Promise<Result> => {
    asked += 1;
    return broken
      ? Promise.reject(new LlmError({kind: 'storage', message: 'the system keychain cannot be used: no bus'}))
      : Promise.resolve(result());
  };
  return {
    entries,
    asked: () => asked,
    keychain: {
      get: account => call(() => entries.get(account)),
      set: (account, key) => call(() => void entries.set(account, key)),
      remove: account => call(() => void entries.delete(account)),
    },
  };
}

function storeAt(path: string, keychain: Keychain): KeyStore {
  return createKeyStore({path, keychain: async () => keychain});
}

const newPath = (): string => join(temporaryFolder(), 'own', 'keys.json');

describe('a key store', () => {
  it('puts a key into the keychain, and only says so in its file', async () => {
    const path = newPath();
    const {keychain, entries} = fakeKeychain();
    expect(await storeAt(path, keychain).set('openai', canary)).toEqual({place: 'keychain', warnings: []});
    expect(readFileSync(path, 'utf8')).not.toContain(canary);
    expect([...entries.values()]).toEqual([canary]);
    const again = storeAt(path, keychain);
    expect(again.placeOf('openai')).toBe('keychain');
    expect(await again.get('openai')).toBe(canary);
  });

  it('asks the keychain for nothing before a key in it is wanted', async () => {
    const path = newPath();
    const {keychain, asked} = fakeKeychain();
    await storeAt(path, keychain).set('openai', canary);
    const before = asked();
    const store = storeAt(path, keychain);
    expect(store.ids()).toEqual(['openai']);
    expect(store.placeOf('openai')).toBe('keychain');
    expect(await store.get('groq')).toBeUndefined();
    expect(asked()).toBe(before);
  });

  it('keeps the keys of two folders apart', async () => {
    const {keychain} = fakeKeychain();
    const [one, other] = [newPath(), newPath()];
    await storeAt(one, keychain).set('openai', canary);
    await storeAt(other, keychain).set('openai', 'another');
    expect(await storeAt(one, keychain).get('openai')).toBe(canary);
  });

  it('keeps it in a file that only the person can read where there is no keychain, and says why', async () => {
    const path = newPath();
    const {keychain} = fakeKeychain({broken: true});
    const kept = await storeAt(path, keychain).set('openai', canary);
    expect(kept).toMatchObject({place: 'file', whyNotKeychain: expect.stringContaining('no bus')});
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(path))).toEqual(['keys.json']);
    expect(await storeAt(path, keychain).get('openai')).toBe(canary);
  });

  it('moves a key from the keychain into the file when it is told to', async () => {
    const path = newPath();
    const {keychain, entries} = fakeKeychain();
    const store = storeAt(path, keychain);
    await store.set('openai', 'earlier');
    expect(await store.set('openai', canary, {inFile: true})).toMatchObject({place: 'file'});
    expect(entries.size).toBe(0);
    expect(await store.get('openai')).toBe(canary);
  });

  it('takes the key out of the file when the keychain has it', async () => {
    const path = newPath();
    const {keychain} = fakeKeychain();
    const store = storeAt(path, keychain);
    await store.set('openai', canary, {inFile: true});
    await store.set('openai', canary);
    expect(readFileSync(path, 'utf8')).not.toContain(canary);
  });

  it('forgets a key in both places, and says when there was none', async () => {
    const path = newPath();
    const {keychain, entries} = fakeKeychain();
    const store = storeAt(path, keychain);
    await store.set('openai', canary);
    await store.set('groq', canary, {inFile: true});
    expect(await store.remove('openai')).toEqual([]);
    expect(await store.remove('groq')).toEqual([]);
    expect(entries.size).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toContain(canary);
    expect(await store.remove('groq')).toBeUndefined();
  });

  it('keeps what another program has stored since', async () => {
    const path = newPath();
    const {keychain} = fakeKeychain();
    const [one, other] = [storeAt(path, keychain), storeAt(path, keychain)];
    await one.set('openai', canary);
    await other.set('groq', canary);
    expect(storeAt(path, keychain).ids()).toEqual(['openai', 'groq']);
  });

  it.each([
    ['is gone from the keychain', fakeKeychain(), 'is no longer in the system keychain'],
    ['cannot be had', fakeKeychain({broken: true}), 'no bus'],
  ])('says that a key %s, and what to type', async (_what, {keychain}, words) => {
    const path = newPath();
    await storeAt(path, fakeKeychain().keychain).set('openai', canary);
    await expect(storeAt(path, keychain).get('openai')).rejects.toMatchObject({
      kind: 'auth',
      message: expect.stringContaining(words),
      hint: expect.stringContaining('llm keys set openai'),
    });
  });

  it('makes a file private that others could read, and says so', async () => {
    const path = newPath();
    const {keychain} = fakeKeychain();
    await storeAt(path, keychain).set('openai', canary, {inFile: true});
    chmodSync(path, 0o644);
    expect(storeAt(path, keychain).warnings).toEqual([expect.stringContaining('it is now private')]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each([`{"keys": {"openai": {"key": "${canary}"`, canary, '[]', 'null', '{"keys": 3}'])(
    'leaves a broken file as it is, and shows nothing of it: %#',
    async content => {
      const path = join(temporaryFolder(), 'keys.json');
      writeFileSync(path, content, {mode: 0o600});
      const store = storeAt(path, fakeKeychain().keychain);
      expect(store.ids()).toEqual([]);
      expect(store.warnings.join('')).toContain(path);
      expect(store.warnings.join('')).not.toContain(canary);
      await expect(store.set('groq', 'another', {inFile: true})).rejects.toMatchObject({kind: 'file'});
      expect(readFileSync(path, 'utf8')).toBe(content);
    },
  );

  it('leaves nothing behind when its folder cannot be written', async () => {
    const folder = temporaryFolder();
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    const store = storeAt(join(blocked, 'keys.json'), fakeKeychain().keychain);
    const failure = await store.set('openai', canary, {inFile: true}).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({kind: expect.stringMatching(/storage|file/)});
    expect(String(failure)).not.toContain(canary);
    expect(existsSync(join(blocked, 'keys.json'))).toBe(false);
  });
});
