import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {ollamaReply, openAiReply} from './scriptedAnswers.ts';
import {anthropicReply, geminiReply, responsesReply} from './scriptedClouds.ts';

/**
 * A model server that says what it is told to: with the lines of any protocol, at any pace, cut into pieces in any way,
 * and broken on demand. By itself:
 *
 *     node test/backends/scriptedServer.ts --protocol ollama --rate 200 --tokens 1000
 */
export type ScriptedServerOptions = {
  protocol: ScriptedProtocol;
  /** 0, the default, takes a free one. */
  port?: number;
  models?: readonly string[];
  /** Tokens a second; 0, the default, is as fast as they are read. */
  rate?: number;
  /** How many tokens an answer has; Infinity for one without an end. */
  tokens?: number;
  /** What to say instead of made-up markdown, token by token; `tokens` cycles through it. */
  text?: readonly string[];
  /** Thinking that goes before. */
  reasoning?: readonly string[];
  chunking?: Chunking;
  /** ms before the headers of an answer are sent. */
  headerDelayMs?: number;
  /** After so many tokens: silence, a cut connection, or an error inside the stream. */
  hangAfter?: number;
  cutAfter?: number;
  errorAfter?: number;
  /** Context that Ollama's `/api/ps` reports for every model; without it none is loaded. */
  context?: number;
  contextMax?: number;
  /** Answers to exact requests, `POST /api/chat`, in place of the usual ones. */
  routes?: Readonly<
    Record<string, WireReply | ((request: ScriptedRequest) => WireReply | Promise<WireReply>)>
  >;
};

export type ScriptedProtocol = keyof typeof replies;

const replies = {
  ollama: ollamaReply,
  openai: openAiReply,
  responses: responsesReply,
  anthropic: anthropicReply,
  gemini: geminiReply,
} as const;

/**
 * `whole`: as few writes as possible. `bytes`: one byte each. `random`: pieces of 1 to 40 bytes, the same each time; a
 * number: the same with this seed.
 */
export type Chunking = 'whole' | 'bytes' | 'random' | number;

/** An answer on the wire. */
export type WireReply = {
  status?: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array | (() => AsyncIterable<string | Uint8Array>);
  chunking?: Chunking;
  /**
   * What follows the body: its end, nothing, a connection that is closed too early (as a process that ends does), or
   * one that is reset, which may take what is under way with it.
   */
  after?: 'end' | 'hang' | 'cut' | 'reset';
};

export type ScriptedRequest = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** The parsed JSON body, undefined without one. */
  body: unknown;
  /** True once the client has hung up before the answer's end. */
  closedEarly: boolean;
};

export type ScriptedServer = {
  url: string;
  requests: ScriptedRequest[];
  /** How many answers were not read to their end. */
  readonly closedEarly: number;
  /** How many connections are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
};

/** Starts a server on 127.0.0.1. */
export async function startScriptedServer(options: ScriptedServerOptions): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Uint8Array[] = [];
    const request: ScriptedRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: undefined,
      closedEarly: false,
    };
    requests.push(request);
    response.on('close', () => {
      request.closedEarly = !response.writableFinished;
    });
    try {
      for await (const chunk of incoming) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      request.body = body === '' ? undefined : JSON.parse(body);
      await answer(request, response, options);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get closedEarly() {
      return requests.filter(request => request.closedEarly).length;
    },
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: ScriptedRequest,
  response: ServerResponse,
  options: ScriptedServerOptions,
): Promise<void> {
  const path = request.path.split('?', 1)[0] ?? '';
  const route = options.routes?.[`${request.method} ${path}`];
  if (route) return send(response, typeof route === 'function' ? await route(request) : route);
  const reply = replies[options.protocol](request, path, options);
  if (!reply) return send(response, {status: 404, body: '404 page not found'});
  if (reply.body instanceof Function && options.headerDelayMs) await delay(options.headerDelayMs);
  return send(response, {...reply, ...(options.chunking && {chunking: options.chunking})});
}

async function send(response: ServerResponse, reply: WireReply): Promise<void> {
  const {status = 200, headers = {}, body = '', chunking = 'whole', after = 'end'} = reply;
  response.writeHead(status, headers);
  const pieces = typeof body === 'function' ? body() : [body];
  for await (const piece of pieces) {
    for (const part of cut(Buffer.from(piece as string), chunking)) {
      if (response.destroyed) return;
      if (!response.write(part)) await drained(response);
      // Let each piece leave by itself.
      if (chunking !== 'whole') await new Promise(resolve => setImmediate(resolve));
    }
  }
  if (after === 'end') response.end();
  else if (after === 'cut') response.socket?.end();
  else if (after === 'reset') response.socket?.resetAndDestroy();
  else response.flushHeaders();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const go = (): void => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.on('drain', go);
    response.on('close', go);
  });
}

/** Cuts bytes into pieces; `random` always in the same way. */
export function* cut(bytes: Uint8Array, chunking: Chunking): Generator<Uint8Array> {
  let seed = typeof chunking === 'number' ? chunking : 1;
  for (let at = 0; at < bytes.length; ) {
    seed = (seed * 48_271) % 2_147_483_647;
    const size = chunking === 'whole' ? bytes.length : chunking === 'bytes' ? 1 : 1 + (seed % 40);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      protocol: {type: 'string', default: 'ollama'},
      port: {type: 'string', default: '0'},
      rate: {type: 'string', default: '0'},
      tokens: {type: 'string', default: '100'},
      chunking: {type: 'string', default: 'whole'},
      model: {type: 'string', multiple: true},
      context: {type: 'string'},
      think: {type: 'string'},
      'header-delay': {type: 'string'},
      'hang-after': {type: 'string'},
      'cut-after': {type: 'string'},
      'error-after': {type: 'string'},
    },
  });
  const number = (value: string | undefined): number | undefined =>
    value === undefined ? undefined : value === 'endless' ? Infinity : Number(value);
  const given = {
    port: number(values.port),
    rate: number(values.rate),
    tokens: number(values.tokens),
    context: number(values.context),
    headerDelayMs: number(values['header-delay']),
    hangAfter: number(values['hang-after']),
    cutAfter: number(values['cut-after']),
    errorAfter: number(values['error-after']),
  };
  const server = await startScriptedServer({
    protocol: (values.protocol in replies ? values.protocol : 'ollama') as ScriptedProtocol,
    chunking: values.chunking as Chunking,
    ...(values.model && {models: values.model}),
    ...(values.think && {
      reasoning: Array.from({length: Number(values.think)}, (_, at) => `thought ${at} `),
    }),
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as object),
  });
  console.log(server.url);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
