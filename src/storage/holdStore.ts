import {type LlmError, toLlmError} from '../core/errors.ts';
import type {Journal} from '../core/journal.ts';
import {type OpenStoreOptions, openStore, type Store} from './openStore.ts';
import {markDamaged} from './salvage/setAside.ts';
import {isBusy, isDamage} from './storageError.ts';

/** The store of a program that runs for long: opened anew after it failed, whatever it was that failed. */
export type HeldStore = Store & {
  /** Opens it, waiting for a lock without holding the program up. Throws `LlmError` (`storage`). */
  open(): Promise<void>;
  /** Why it could not be opened, or only to be read, the last time that was tried. */
  readonly failure: LlmError | undefined;
  /**
   * A talk begins that is written here. From now on a file that turns out to be damaged is left to the next start, and
   * a call of the journal that meets a lock says so almost at once: it comes again by itself.
   */
  hold(): void;
};

export type HoldStoreOptions = Pick<OpenStoreOptions, 'path' | 'home'> & {
  /** How long `open` waits for a lock altogether, in ms; five seconds unless said. */
  patienceMs?: number;
};

/** How long a lock may hold the program up at a time, in ms: shorter than what a person notices. */
const waitMs = 25;

/** Makes a store that is not open yet. Each of its calls opens it where it is not, and throws when it cannot be. */
export function holdStore({patienceMs = 5000, ...options}: HoldStoreOptions): HeldStore {
  let current: Store | undefined;
  let opening: Promise<void> | undefined;
  let failure: LlmError | undefined;
  let isHeld = false;

  const opened = (): Store => {
    try {
      current ??= openStore({...options, waitMs, onDamage: isHeld ? 'refuse' : 'salvage'});
      failure = current.readOnly;
      return current;
    } catch (thrown) {
      failure = toLlmError(thrown, 'storage');
      throw failure;
    }
  };
  const drop = (): void => {
    const dropped = current;
    current = undefined;
    try {
      dropped?.close();
    } catch {
      // It was not to be used any more.
    }
  };
  const openPatiently = async (): Promise<void> => {
    for (const began = performance.now(); ; ) {
      try {
        opened();
        return;
      } catch (thrown) {
        const pause = isBusy(thrown) ? (failure?.retryAfterMs ?? 0) : 0;
        if (pause === 0 || performance.now() - began >= patienceMs) throw thrown;
        await new Promise(resolve => setTimeout(resolve, pause));
      }
    }
  };

  /** Writes; after a failure that is no lock the next call opens the file that is there then. */
  const write =
    <Args extends unknown[]>(call: (journal: Journal, ...args: Args) => void) =>
    (...args: Args): void => {
      try {
        call(opened(), ...args);
      } catch (thrown) {
        if (isDamage(thrown)) markDamaged(options.path);
        if (!isBusy(thrown)) drop();
        throw thrown;
      }
    };
  /** Reads, or changes what no talk is held over; damage that is found is mended at once where none is held. */
  const read =
    <Args extends unknown[], Result>(call: (store: Store, ...args: Args) => Result) =>
    (...args: Args): Result => {
      try {
        return call(opened(), ...args);
      } catch (thrown) {
        if (!isDamage(thrown)) throw thrown;
        markDamaged(options.path);
        // What can still be written there is found by the next start too.
        if (isHeld) throw thrown;
        drop();
        return call(opened(), ...args);
      }
    };
  /** Leaves damage to the next opening, and hands back what told of it. */
  const noteDamage = (thrown: unknown): unknown => {
    if (isDamage(thrown)) {
      markDamaged(options.path);
      if (!isHeld) drop();
    }
    return thrown;
  };
  /** What must not be done twice, such as reading files that are read once: trying again is left to the person. */
  const once = <Result>(call: (store: Store) => Result): Result => {
    try {
      return call(opened());
    } catch (thrown) {
      throw noteDamage(thrown);
    }
  };

  return {
    path: options.path,
    get warnings() {
      return current?.warnings ?? [];
    },
    get recovered() {
      return current?.recovered ?? [];
    },
    get backup() {
      return current?.backup;
    },
    get failure() {
      return failure;
    },
    open() {
      opening ??= openPatiently().finally(() => {
        opening = undefined;
      });
      return opening;
    },
    hold() {
      isHeld = true;
    },
    saveConversation: write((to, conversation) => to.saveConversation(conversation)),
    addConversation: write((to, conversation) => to.addConversation(conversation)),
    addMessage: write((to, id, node) => to.addMessage(id, node)),
    appendChunk: write((to, id, chunk) => to.appendChunk(id, chunk)),
    finishMessage: write((to, id, node) => to.finishMessage(id, node)),
    load: read((from, id) => from.load(id)),
    latest: read(from => from.latest()),
    lastModel: read(from => from.lastModel()),
    modelUse: read(from => from.modelUse()),
    list: read((from, listOptions) => from.list(listOptions)),
    answersSince: read((from, since) => from.answersSince(since)),
    find: read((from, prefix) => from.find(prefix)),
    search: read((from, typed, searchOptions) => from.search(typed, searchOptions)),
    rename: read((to, id, title) => to.rename(id, title)),
    archive: read((to, id, away) => to.archive(id, away)),
    delete: read((to, id) => to.delete(id)),
    discard: read((to, ids) => to.discard(ids)),
    wipe: read(to => to.wipe()),
    restore: read((to, id) => to.restore(id)),
    unchangedSince: read((from, time) => from.unchangedSince(time)),
    copyTo: read((from, file) => from.copyTo(file)),
    importConversations: work => once(to => to.importConversations(work)),
    importer(importOptions) {
      const {take, undo} = once(to => to.importer(importOptions));
      return {
        take: conversations =>
          take(conversations).catch(thrown => {
            throw noteDamage(thrown);
          }),
        undo,
      };
    },
    saveVote: read((to, vote) => to.saveVote(vote)),
    votes: read(from => from.votes()),
    recover: read(from => from.recover()),
    close: drop,
  };
}
