import type {Model} from '../core/backend.ts';
import type {BackendEntry} from './backendRegistry.ts';
import {identify} from './identify.ts';
import {listens} from './listens.ts';
import {openAiRoots} from './serverAddress.ts';

/** A server that answers, with its models. */
export type Discovered = {entry: BackendEntry; models: readonly Model[]};

/** Makes or finds the backend of an entry. */
type Open = (id: string) => Promise<{
  label?: string;
  models(signal: AbortSignal): Promise<readonly Model[]>;
}>;

/**
 * Asks all local servers at once for their models, and returns those that answered within `withinMs`, in the order of
 * the entries. Where several backends share an address, the server is looked at to see which it is.
 * Never throws but for an abort; a server that is absent, slow or no model server is left out.
 */
export async function discover(
  entries: readonly BackendEntry[],
  open: Open,
  signal: AbortSignal,
  withinMs = 300,
): Promise<Discovered[]> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  signal.addEventListener('abort', onAbort, {once: true});
  const timer = setTimeout(onAbort, withinMs);
  try {
    const servers = entries.filter(entry => entry.local && entry.baseUrl !== undefined);
    const groups = Map.groupBy(servers, entry => originOf(entry.baseUrl ?? ''));
    const found = await Promise.all(
      [...groups].map(async ([, group]) => {
        const entry = await pick(group, stop.signal);
        return entry && list(entry, open, stop.signal);
      }),
    );
    signal.throwIfAborted();
    return entries.flatMap(entry => found.filter(each => each?.entry.id === entry.id)).filter(each => !!each);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    stop.abort();
  }
}

async function list(entry: BackendEntry, open: Open, signal: AbortSignal): Promise<Discovered | undefined> {
  try {
    const backend = await open(entry.id);
    // What was opened may have turned out to be of another kind than its address suggests.
    const {label = entry.label} = backend;
    return {entry: {...entry, label}, models: await backend.models(signal)};
  } catch {
    return undefined;
  }
}

/** Which of the entries with one address the server there belongs to; undefined when nothing answers. */
async function pick(group: readonly BackendEntry[], signal: AbortSignal): Promise<BackendEntry | undefined> {
  const [first] = group;
  // A bare connection first: where nothing listens, neither fetch nor an adapter has to be loaded.
  if (!first || !(await listens(first.baseUrl ?? '', signal))) return undefined;
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
