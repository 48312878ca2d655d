import {LlmError} from '../core/errors.ts';
import type {Keychain} from './createKeychain.ts';
import {type KeyPlace, readKeyFile, type StoredKey, type StoredKeys, writeKeyFile} from './keyFile.ts';

/** The keys that the person has stored, by the ids of their backends. */
export type KeyStore = {
  /** The file that knows of them all. */
  readonly path: string;
  /** What the person should be told: a file that others could read, one that cannot be used. */
  readonly warnings: readonly string[];
  /** The ids of which there is a key. */
  ids(): readonly string[];
  /** Where the key of a backend is; undefined when none is stored. Asks nobody. */
  placeOf(id: string): KeyPlace | undefined;
  /** Throws `LlmError` (`auth`) when the keychain does not give it. Undefined when none is stored. */
  get(id: string, signal?: AbortSignal): Promise<string | undefined>;
  /**
   * Stores a key in the place of an earlier one: in the system keychain, or in the file where there is none or with
   * `inFile`. Throws `LlmError` (`file` for a file that is broken, `storage`).
   */
  set(id: string, key: string, options?: SetKeyOptions): Promise<KeptKey>;
  /** Forgets a key; undefined when there was none, else warnings to show. Throws as `set` does. */
  remove(id: string, signal?: AbortSignal): Promise<readonly string[] | undefined>;
};

export type SetKeyOptions = {inFile?: boolean; signal?: AbortSignal};

/** Where a key was put, and what to tell about it: why not into the keychain, who could read the folder. */
export type KeptKey = {place: KeyPlace; whyNotKeychain?: string; warnings: readonly string[]};

export type KeyStoreOptions = {
  path: string;
  /** The person's home folder, which is never made private. */
  home?: string;
  /** Reaches the system keychain; loaded when it is first needed. */
  keychain(): Promise<Keychain>;
};

/** Reads the file of keys; the keychain is not asked before a key is wanted that is there. */
export function createKeyStore({path, home, keychain}: KeyStoreOptions): KeyStore {
  const {keys: found, warnings, fault} = readKeyFile(path);
  let keys: StoredKeys = found;
  // Two folders of settings, as two `LLM_HOME`, keep their keys apart.
  const account = (id: string): string => `${id} (${path})`;

  /** What is in the file now: another program may have written it since. */
  const readForChange = (): Map<string, StoredKey> => {
    const now = readKeyFile(path);
    if (now.fault === undefined) return new Map(now.keys);
    throw new LlmError({
      kind: 'file',
      message: now.fault,
      hint: 'It was left as it is. Put it right, or move it away.',
    });
  };
  const write = (next: StoredKeys): readonly string[] => {
    const said = writeKeyFile(path, next, home);
    keys = next;
    return said;
  };

  return {
    path,
    warnings: [...warnings, ...(fault === undefined ? [] : [fault])],
    ids: () => [...keys.keys()],
    placeOf: id => keys.get(id)?.place,
    async get(id, signal) {
      const entry = keys.get(id);
      if (entry?.place !== 'keychain') return entry?.key;
      try {
        const key = await (await keychain()).get(account(id), signal);
        if (key !== undefined) return key;
      } catch (thrown) {
        if (!(thrown instanceof LlmError) || thrown.kind !== 'storage') throw thrown;
        throw new LlmError({
          kind: 'auth',
          message: `The key of ${id} cannot be had: ${thrown.message}.`,
          hint: `Unlock the keychain, or store the key in a file: \`llm keys set ${id} --file\`.`,
        });
      }
      throw new LlmError({
        kind: 'auth',
        message: `The key of ${id} is no longer in the system keychain.`,
        hint: `Store it again: \`llm keys set ${id}\`.`,
      });
    },
    async set(id, key, {inFile = false, signal} = {}) {
      const before = readForChange();
      let whyNotKeychain: string | undefined;
      if (!inFile) {
        try {
          await (await keychain()).set(account(id), key, signal);
          return {place: 'keychain', warnings: write(before.set(id, {place: 'keychain'}))};
        } catch (thrown) {
          if (!(thrown instanceof LlmError) || thrown.kind !== 'storage') throw thrown;
          whyNotKeychain = thrown.message;
        }
      }
      const wasInKeychain = before.get(id)?.place === 'keychain';
      const said = write(before.set(id, {place: 'file', key}));
      // The old one is of no use to anybody; that a keychain which does not answer keeps it stops nothing.
      if (wasInKeychain && inFile) await (await keychain()).remove(account(id), signal).catch(() => {});
      return {place: 'file', warnings: said, ...(whyNotKeychain !== undefined && {whyNotKeychain})};
    },
    async remove(id, signal) {
      const before = readForChange();
      const entry = before.get(id);
      if (!entry) return undefined;
      if (entry.place === 'keychain') await (await keychain()).remove(account(id), signal);
      before.delete(id);
      return write(before);
    },
  };
}
