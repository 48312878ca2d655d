import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {listOf, objectOf, optional, parseJson, textOf} from '../jsonFields.ts';
import type {ProxySettings} from '../proxyFor.ts';
import {hostOf} from '../serverAddress.ts';
import {createTransport, type Refusal, type Timeouts, type TransportReply} from '../transport.ts';
import {type HubFile, type HubVariant, readTree, variantsOf} from './hubFiles.ts';
import {type HubModel, isGated, licenceOf, readHubModel} from './hubModels.ts';
import {hubRefusal, storeRefusal} from './hubRefusal.ts';

export type HubInit = {
  /** Default: https://huggingface.co. */
  endpoint?: string;
  /** Sent to the endpoint, and to nobody else. */
  token?: string;
  proxy?: ProxySettings;
  timeouts?: Partial<Timeouts>;
  /** Longest silence, in ms, before a connection counts as lost. */
  silenceMs?: number;
};

/** The order of what is found. */
export type HubSort = 'downloads' | 'likes' | 'updated' | 'trending';

export type HubQuery = {words: string; licence?: string; sort?: HubSort};

/** A repository with its models, at one state of it. */
export type HubRepository = {
  repo: string;
  /** The commit that was looked at. */
  revision: string;
  licence?: string;
  gated: boolean;
  models: readonly HubVariant[];
};

/** A hub of models: Hugging Face, or one that speaks like it. Whatever it says is untrusted text. */
export type Hub = {
  /** For people: `Hugging Face`. */
  readonly label: string;
  /** `host[:port]` */
  readonly host: string;
  /** The address of a repository for a browser. */
  page(repo: string): string;
  /** The repositories with GGUF files that fit, a page at a time. Throws `LlmError`. */
  search(query: HubQuery, signal: AbortSignal): AsyncGenerator<readonly HubModel[]>;
  /** Throws `LlmError`: `model-unknown`, `auth` where terms are to be accepted or a token is missing. */
  repository(repo: string, signal: AbortSignal): Promise<HubRepository>;
  /**
   * The bytes of a file from `start` up to `end` (not included; to its last one without). The hub sends elsewhere for
   * them, where the token does not go. Throws `LlmError`.
   */
  read(
    file: {repo: string; revision: string; path: string},
    range: {start: number; end?: number},
    signal: AbortSignal,
  ): Promise<TransportReply>;
  close(): Promise<void>;
};

const usualEndpoint = 'https://huggingface.co';
const usualSilenceMs = 30_000;
/** More pages of a search or a tree are not read. */
const pageLimit = 40;
const redirectLimit = 5;

const sortFields: Readonly<Record<HubSort, string>> = {
  downloads: 'downloads',
  likes: 'likes',
  updated: 'lastModified',
  trending: 'trendingScore',
};

/**
 * Opens a hub; nothing is asked before the first call. Source of the requests: huggingface.js (`listModels`,
 * `listFiles`, `modelInfo`, `downloadFile`). Throws `usage` for an address that is none.
 */
export function createHub(init: HubInit): Hub {
  const {endpoint = usualEndpoint, token, silenceMs = usualSilenceMs} = init;
  const label =
    endpoint.replace(/\/+$/, '') === usualEndpoint ? 'Hugging Face' : `the hub at ${hostOf(endpoint)}`;
  const networkHint = 'Check the network; HF_ENDPOINT names another hub, and HTTPS_PROXY a proxy.';
  const common = {
    unreachableHint: networkHint,
    addressHint: networkHint,
    ...(init.proxy && {proxy: init.proxy}),
    ...(init.timeouts && {timeouts: init.timeouts}),
  };
  const page = (repo: string): string => `${endpoint.replace(/\/+$/, '')}/${repo}`;
  const transport = createTransport({
    ...common,
    label,
    baseUrl: endpoint,
    ...(token !== undefined && {headers: {authorization: `Bearer ${token}`}}),
    explain: refusal =>
      hubRefusal(refusal, {label, page: page(refusal.model ?? ''), hasToken: token !== undefined}),
  });
  /** Where files really lie, by origin; none of them is handed the token. */
  const stores = new Map<string, ReturnType<typeof createTransport>>();
  const storeAt = (origin: string): ReturnType<typeof createTransport> => {
    const host = hostOf(origin);
    const explain = (refusal: Refusal) => storeRefusal(refusal, host);
    const store = stores.get(origin) ?? createTransport({...common, label: host, baseUrl: origin, explain});
    stores.set(origin, store);
    return store;
  };

  const pages = async function* (first: string, signal: AbortSignal, repo?: string): AsyncGenerator<unknown> {
    let path: string | undefined = first;
    for (let read = 0; path !== undefined && read < pageLimit; read++) {
      const reply: TransportReply = await transport.send({
        path,
        signal,
        silenceMs,
        ...(repo !== undefined && {model: repo}),
      });
      const value = parseJson(await reply.text());
      if (value === undefined) throw notUnderstood(label);
      yield value;
      path = nextPath(reply.headers.get('link') ?? '', transport.baseUrl);
    }
  };

  return {
    label,
    host: hostOf(transport.baseUrl),
    page,

    async *search({words, licence, sort = 'downloads'}, signal) {
      const query = new URLSearchParams({
        search: words,
        sort: sortFields[sort],
        direction: '-1',
        limit: '100',
      });
      query.append('filter', 'gguf');
      if (licence !== undefined)
        query.append('filter', `license:${licence.trim().toLowerCase().replace(/\s+/g, '-')}`);
      for (const field of ['downloads', 'likes', 'lastModified', 'gated', 'tags', 'siblings', 'gguf'])
        query.append('expand', field);
      for await (const found of pages(`/api/models?${query}`, signal))
        yield listOf(found).flatMap(entry => readHubModel(entry) ?? []);
    },

    async repository(repo, signal) {
      const info = objectOf(
        await transport.json({path: `/api/models/${encoded(repo)}`, signal, silenceMs, model: repo}),
      );
      const revision = textOf(info?.sha);
      if (!info || revision === undefined || !/^[\w.-]+$/.test(revision)) throw notUnderstood(label);
      if (info.disabled === true) {
        throw new LlmError({
          kind: 'model-unknown',
          message: `${label} has switched ${repo} off.`,
          hint: `Its page says why: ${page(repo)}`,
        });
      }
      const files: HubFile[] = [];
      const tree = `/api/models/${encoded(repo)}/tree/${revision}?recursive=true`;
      for await (const part of pages(tree, signal, repo)) files.push(...readTree(part));
      return {
        repo,
        revision,
        gated: isGated(info),
        models: variantsOf(files),
        ...optional('licence', licenceOf(info)),
      };
    },

    async read({repo, revision, path}, {start, end}, signal) {
      const call = {
        signal,
        silenceMs,
        model: repo,
        returnsRedirect: true,
        headers: {
          range: `bytes=${start}-${end === undefined ? '' : end - 1}`,
          // A body that was packed on the way would have other offsets.
          'accept-encoding': 'identity',
        },
      };
      let reply = await transport.send({
        ...call,
        path: `/${encoded(repo)}/resolve/${revision}/${encoded(path)}`,
      });
      let url = transport.baseUrl;
      for (let hops = 0; reply.status >= 300; hops++) {
        const target = new URL(reply.headers.get('location') ?? '', url);
        if (hops === redirectLimit || (url.startsWith('https:') && target.protocol !== 'https:'))
          throw notUnderstood(label);
        if (!/^https?:$/.test(target.protocol)) throw oddStore(label, target.protocol);
        url = target.href;
        reply = await storeAt(target.origin).send({...call, path: target.pathname + target.search});
      }
      return reply;
    },

    async close() {
      await Promise.all([transport, ...stores.values()].map(each => each.close()));
    },
  };
}

/** The path of the next page, by RFC 8288: `Link: <https://…?cursor=…>; rel="next"`. It is asked of the same hub, always. */
function nextPath(link: string, baseUrl: string): string | undefined {
  const [, address] = /<([^>]+)>\s*;[^,]*\brel="?next"?/i.exec(link) ?? [];
  if (address === undefined || !URL.canParse(address, `${baseUrl}/`)) return undefined;
  const {pathname, search} = new URL(address, `${baseUrl}/`);
  const prefix = new URL(baseUrl).pathname.replace(/\/+$/, '');
  return `${pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname}${search}`;
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function oddStore(label: string, protocol: string): LlmError {
  return new LlmError({
    kind: 'protocol',
    message: `${label} sends elsewhere for the file, to an address that is not asked (${neutraliseLine(protocol)}).`,
    hint: 'Check HF_ENDPOINT; a proxy on the way may be at fault.',
  });
}

function notUnderstood(label: string): LlmError {
  return new LlmError({
    kind: 'protocol',
    message: `${label} answered in a way that is not understood.`,
    hint: 'Check HF_ENDPOINT: another program may be listening there.',
  });
}
