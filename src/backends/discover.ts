import type {Model} from '../core/backend.ts';
import {type LlmError, toLlmError} from '../core/errors.ts';
import type {BackendEntry} from './backendRegistry.ts';
import {identify} from './identify.ts';
import {listens} from './listens.ts';
import {openAiRoots} from './serverAddress.ts';

/** A server that answers, with its models. */
export type Discovered = {entry: BackendEntry; models: readonly Model[]};

/** Why a server gave no list: nothing listens there, it has not answered in time, or what it answered is none. */
export type Silence = {type: 'absent' | 'late'} | {type: 'failed'; error: LlmError};

/** How long is waited, in ms, and what is told meanwhile. */
export type DiscoverOptions = {
  /** Longest wait for a server to take the connection. */
  withinMs?: number;
  /** Longest wait for the list of one that has taken it; as long as for that unless it is given. */
  answerMs?: number;
  /** Is told of each server as soon as it has answered. */
  onFound?(found: Discovered): void;
  /** Is told of each that gave no list; of none after an abort. */
  onSilent?(entry: BackendEntry, why: Silence): void;
};

/** Makes or finds the backend of an entry. */
type Open = (id: string) => Promise<{
  label?: string;
  models(signal: AbortSignal): Promise<readonly Model[]>;
}>;

/**
 * Asks all local servers at once for their models, and returns those that answered in time, in the order of the
 * entries. Where several backends share an address, the server is looked at to see which it is.
 * Never throws but for an abort; a server that is absent, slow or no model server is left out.
 */
export async function discover(
  entries: readonly BackendEntry[],
  open: Open,
  signal: AbortSignal,
  {withinMs = 300, answerMs = withinMs, onFound, onSilent}: DiscoverOptions = {},
): Promise<Discovered[]> {
  signal.throwIfAborted();
  const connecting = new AbortController();
  const stop = new AbortController();
  const onAbort = (): void => {
    connecting.abort();
    stop.abort();
  };
  signal.addEventListener('abort', onAbort, {once: true});
  const timers = [
    setTimeout(() => connecting.abort(), withinMs),
    setTimeout(() => stop.abort(), Math.max(withinMs, answerMs)),
  ];
  const ask = async (group: readonly BackendEntry[]): Promise<Discovered | undefined> => {
    const entry = await pick(group, connecting.signal, stop.signal);
    const answer: Discovered | Silence = entry ? await list(entry, open, stop.signal) : {type: 'absent'};
    if (signal.aborted) return undefined;
    if (!('type' in answer)) {
      onFound?.(answer);
      return answer;
    }
    for (const silent of entry ? [entry] : group) onSilent?.(silent, answer);
    return undefined;
  };
  try {
    const servers = entries.filter(entry => entry.local && entry.baseUrl !== undefined);
    const groups = Map.groupBy(servers, entry => originOf(entry.baseUrl ?? ''));
    const found = await Promise.all([...groups.values()].map(ask));
    signal.throwIfAborted();
    return entries.flatMap(entry => found.filter(each => each?.entry.id === entry.id)).filter(each => !!each);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    onAbort();
  }
}

async function list(entry: BackendEntry, open: Open, signal: AbortSignal): Promise<Discovered | Silence> {
  try {
    const backend = await open(entry.id);
    // What was opened may have turned out to be of another kind than its address suggests.
    const {label = entry.label} = backend;
    return {entry: {...entry, label}, models: await backend.models(signal)};
  } catch (thrown) {
    const error = toLlmError(thrown);
    return signal.aborted || error.kind === 'timeout' ? {type: 'late'} : {type: 'failed', error};
  }
}

/** Which of the entries with one address the server there belongs to; undefined when nothing answers. */
async function pick(
  group: readonly BackendEntry[],
  connecting: AbortSignal,
  signal: AbortSignal,
): Promise<BackendEntry | undefined> {
  const [first] = group;
  // A bare connection first: where nothing listens, neither fetch nor an adapter has to be loaded.
  if (!first || !(await listens(first.baseUrl ?? '', connecting))) return undefined;
  const chosen = group.length === 1 ? first : group.find(entry => entry.preset === undefined);
  if (chosen) return chosen;
  const {root} = openAiRoots(first.baseUrl ?? '');
  const kind = await identify(root, signal);
  return (
    group.find(entry => entry.preset === kind) ?? group.find(entry => entry.preset === undefined) ?? first
  );
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin.replace('//localhost', '//127.0.0.1') : url;
}
