import {connect} from 'node:net';
import type {Model} from '../core/backend.ts';
import type {BackendEntry} from './backendRegistry.ts';
import {listOf, objectOf, textOf} from './jsonFields.ts';
import {openAiRoots} from './serverAddress.ts';

/** A server that answers, with its models. */
export type Discovered = {entry: BackendEntry; models: readonly Model[]};

/** Makes or finds the backend of an entry. */
type Open = (id: string) => Promise<{models(signal: AbortSignal): Promise<readonly Model[]>}>;

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
    return entries.flatMap(entry => found.filter(each => each?.entry === entry)).filter(each => !!each);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    stop.abort();
  }
}

async function list(entry: BackendEntry, open: Open, signal: AbortSignal): Promise<Discovered | undefined> {
  try {
    const backend = await open(entry.id);
    return {entry, models: await backend.models(signal)};
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
  if (kind === 'absent') return undefined;
  return (
    group.find(entry => entry.preset === kind) ?? group.find(entry => entry.preset === undefined) ?? first
  );
}

/**
 * Looks at a server for the marks that only one program has. LocalAI comes first, because it also answers in the
 * place of others. Returns the id of a preset, or an empty text for a server without a mark.
 */
export async function identify(root: string, signal: AbortSignal): Promise<string> {
  const probes: readonly {path: string; kind: string; fits(body: unknown): boolean}[] = [
    {path: '/.well-known/localai.json', kind: 'localai', fits: body => objectOf(body) !== undefined},
    {
      path: '/props',
      kind: 'llamacpp',
      fits: body => objectOf(objectOf(body)?.default_generation_settings) !== undefined,
    },
    {path: '/api/v1/models', kind: 'lmstudio', fits: body => Array.isArray(objectOf(body)?.models)},
    {path: '/api/version', kind: 'ollama', fits: body => textOf(objectOf(body)?.version) !== undefined},
    {path: '/v1/internal/health', kind: 'tgwui', fits: body => objectOf(body)?.status === 'ok'},
    {path: '/v1/models', kind: 'vllm', fits: body => ownerOf(body) === 'vllm'},
    {path: '/v1/models', kind: 'llamacpp', fits: body => ownerOf(body) === 'llamacpp'},
    {path: '/v1/models', kind: 'lmstudio', fits: body => ownerOf(body) === 'organization_owner'},
  ];
  const paths = [...new Set(probes.map(probe => probe.path))];
  const bodies = new Map(
    await Promise.all(paths.map(async path => [path, await peek(root + path, signal)] as const)),
  );
  return probes.find(({path, fits}) => fits(bodies.get(path)))?.kind ?? '';
}

/** The JSON at an address; undefined for everything else. */
async function peek(url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, {signal, redirect: 'manual'});
    if (response.ok) return await response.json();
    await response.body?.cancel();
  } catch {
    // What does not answer in JSON is not what is looked for.
  }
  return undefined;
}

function listens(baseUrl: string, signal: AbortSignal): Promise<boolean> {
  if (!URL.canParse(baseUrl) || signal.aborted) return Promise.resolve(false);
  const {hostname, port, protocol} = new URL(baseUrl);
  return new Promise(resolve => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (protocol === 'https:' ? 443 : 80),
    });
    const settle = (answer: boolean): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(answer);
    };
    const onAbort = (): void => settle(false);
    signal.addEventListener('abort', onAbort, {once: true});
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

function ownerOf(body: unknown): string | undefined {
  return textOf(objectOf(listOf(objectOf(body)?.data)[0])?.owned_by);
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin.replace('//localhost', '//127.0.0.1') : url;
}
