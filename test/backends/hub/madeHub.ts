import {createHash} from 'node:crypto';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {onTestFinished} from 'vitest';

/** A repository of the made hub. */
export type MadeRepository = {
  files: Readonly<Record<string, Buffer>>;
  sha?: string;
  tags?: readonly string[];
  downloads?: number;
  likes?: number;
  lastModified?: string;
  gated?: false | 'auto' | 'manual';
  gguf?: {total?: number; context_length?: number};
  /** Files that git keeps itself, without a SHA-256. */
  small?: readonly string[];
};

/** How one answer with the content of a file goes. */
export type Delivery = {
  /** Closes the connection after so many bytes. */
  cutAfter?: number;
  /** Says no more after so many bytes, and keeps the connection. */
  stallAfter?: number;
  /** Sends these bytes in place of the right ones. */
  instead?: Buffer;
  /** Sends the whole file whatever range was asked for. */
  ignoresRange?: boolean;
  status?: number;
  /** Waited for after each small piece, with how many bytes have been sent. */
  onSent?: (bytes: number) => Promise<void>;
};

export type HubRequest = {path: string; headers: IncomingMessage['headers']; at: 'hub' | 'store'};

export type MadeHub = {
  url: string;
  /** Where the files really lie: another origin. */
  storeUrl: string;
  requests: HubRequest[];
  repositories: Record<string, MadeRepository>;
  /** Called for each answer of the store, by its number; the usual one where it returns nothing. */
  deliver: (count: number, range: {start: number; end: number}) => Delivery | undefined;
};

export type MadeHubOptions = {
  repositories: Record<string, MadeRepository>;
  /** The only token that opens gated repositories. */
  token?: string;
  /** Entries on a page of a tree or a search. */
  pageSize?: number;
};

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A hub on loopback that answers as Hugging Face does: API, errors, pages, and a redirect to a store on another port. */
export async function startMadeHub(options: MadeHubOptions): Promise<MadeHub> {
  const {pageSize = 100, token = 'hf_good'} = options;
  const hub: MadeHub = {
    url: '',
    storeUrl: '',
    requests: [],
    repositories: {...options.repositories},
    deliver: () => undefined,
  };
  let delivered = 0;
  const page = <T>(list: readonly T[], url: URL, response: ServerResponse): void => {
    const start = Number(url.searchParams.get('cursor') ?? 0);
    const headers: Record<string, string> = {'content-type': 'application/json'};
    if (start + pageSize < list.length) {
      const next = new URL(url);
      next.searchParams.set('cursor', String(start + pageSize));
      headers.link = `<${next.href}>; rel="next"`;
    }
    response.writeHead(200, headers).end(JSON.stringify(list.slice(start, start + pageSize)));
  };
  const refuse = (response: ServerResponse, status: number, code: string, message: string): void => {
    response
      .writeHead(status, {
        'x-error-code': code,
        'x-error-message': message,
        'content-type': 'application/json',
      })
      .end(JSON.stringify({error: message}));
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', hub.url);
    const path = decodeURIComponent(url.pathname);
    hub.requests.push({path: path + url.search, headers: request.headers, at: 'hub'});
    const given = request.headers.authorization;
    const isKnown = given === `Bearer ${token}`;
    if (given !== undefined && !isKnown) {
      refuse(response, 401, '', 'Invalid credentials in Authorization header');
      return;
    }
    if (path === '/api/models') {
      page(searched(hub.repositories, url), url, response);
      return;
    }
    const [, api, repo = '', rest = ''] = /^(?:(\/api\/models))?\/([^/]+\/[^/]+)(.*)$/.exec(path) ?? [];
    const found = hub.repositories[repo];
    if (!found) {
      const message = isKnown ? 'Repository not found' : 'Invalid username or password.';
      refuse(response, isKnown ? 404 : 401, 'RepoNotFound', message);
      return;
    }
    if (api && rest === '') {
      response.writeHead(200, {'content-type': 'application/json'});
      response.end(JSON.stringify({...infoOf(repo, found), sha: found.sha ?? 'c0ffee'}));
      return;
    }
    if (api && rest.startsWith('/tree/')) {
      page(treeOf(found), url, response);
      return;
    }
    const [, file = ''] = /^\/resolve\/[^/]+\/(.*)$/.exec(rest) ?? [];
    if (found.gated && !isKnown) refuse(response, 401, 'GatedRepo', `Access to model ${repo} is restricted.`);
    else if (!found.files[file]) refuse(response, 404, 'EntryNotFound', 'Entry not found');
    else
      response
        .writeHead(302, {
          location: `${hub.storeUrl}/${encodeURIComponent(`${repo}/${file}`)}?Signature=s3cret`,
        })
        .end();
  };

  const store = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', hub.storeUrl);
    const path = decodeURIComponent(url.pathname).slice(1);
    hub.requests.push({path, headers: request.headers, at: 'store'});
    const [, repo = '', file = ''] = /^([^/]+\/[^/]+)\/(.*)$/.exec(path) ?? [];
    const whole = hub.repositories[repo]?.files[file] ?? Buffer.alloc(0);
    const [, from = '0', to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const range = {start: Number(from), end: to ? Math.min(Number(to) + 1, whole.length) : whole.length};
    const how = hub.deliver(delivered++, range) ?? {};
    if (how.status !== undefined) {
      response.writeHead(how.status).end();
      return;
    }
    const content = how.instead ?? whole;
    const body = how.ignoresRange ? content : content.subarray(range.start, range.end);
    const isPart = request.headers.range !== undefined && !how.ignoresRange;
    response.writeHead(isPart ? 206 : 200, {
      'content-type': 'application/octet-stream',
      'content-length': body.length,
      ...(isPart && {'content-range': `bytes ${range.start}-${range.end - 1}/${whole.length}`}),
    });
    const sent = body.subarray(0, how.cutAfter ?? how.stallAfter ?? body.length);
    if (how.onSent) {
      void sendSlowly(response, sent, how.onSent);
      return;
    }
    response.write(sent, () => {
      if (how.cutAfter !== undefined) response.socket?.end();
      else if (how.stallAfter === undefined) response.end();
    });
  };

  hub.url = await listen(answer);
  hub.storeUrl = await listen(store);
  return hub;
}

async function sendSlowly(
  response: ServerResponse,
  bytes: Buffer,
  onSent: (bytes: number) => Promise<void>,
): Promise<void> {
  const piece = 16_384;
  for (let at = 0; at < bytes.length && !response.destroyed; at += piece) {
    await new Promise<void>(resolve => response.write(bytes.subarray(at, at + piece), () => resolve()));
    await onSent(Math.min(bytes.length, at + piece));
  }
  response.end();
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function searched(repositories: Record<string, MadeRepository>, url: URL): object[] {
  const words = (url.searchParams.get('search') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const filters = url.searchParams.getAll('filter');
  return Object.entries(repositories)
    .filter(([repo]) => words.every(word => repo.toLowerCase().includes(word)))
    .filter(([, {tags = []}]) => filters.every(filter => filter === 'gguf' || tags.includes(filter)))
    .sort(([, one], [, other]) => (other.downloads ?? 0) - (one.downloads ?? 0))
    .map(([repo, made]) => infoOf(repo, made));
}

function infoOf(id: string, made: MadeRepository): object {
  const {files, tags = [], downloads = 0, likes = 0, lastModified = '2026-01-02T03:04:05.000Z'} = made;
  return {
    id,
    modelId: id,
    tags: ['gguf', ...tags],
    downloads,
    likes,
    lastModified,
    gated: made.gated ?? false,
    siblings: Object.keys(files).map(rfilename => ({rfilename})),
    ...(made.gguf && {gguf: made.gguf}),
  };
}

function treeOf({files, small = []}: MadeRepository): object[] {
  return Object.entries(files).map(([path, bytes]) => {
    const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    const lfs = {oid: sha256(bytes), size: bytes.length, pointerSize: 134};
    return {type: 'file', path, size: bytes.length, oid, ...(!small.includes(path) && {lfs})};
  });
}
