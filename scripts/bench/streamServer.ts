import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';

export const benchModel = 'bench:latest';
/** From the request to the first token, in ms. */
const thinkingMs = 100;

/** One answer on its way; times are of `performance.now()`. */
export type Stream = {
  /** When the request came. */
  askedAt: number;
  /** When each chunk was handed to the socket. */
  sentAt: number[];
  /** Resolves when the last byte was handed to the socket, or the client has gone. */
  finished: Promise<void>;
};

export type StreamServer = {
  url: string;
  /** Prepares the next answer; resolves when it is asked for. `rate` is in tokens a second, 0 for no limit. */
  next(chunks: readonly string[], rate: number): Promise<Stream>;
  close(): void;
};

type Prepared = {chunks: readonly string[]; rate: number; asked(stream: Stream): void};

/** A server that speaks Ollama's protocol and says what it is told, at the rate it is told. */
export async function openStreamServer(): Promise<StreamServer> {
  let prepared: Prepared | undefined;
  const server = createServer((request, response) => {
    const fixed = fixedAnswers[request.url ?? ''];
    if (fixed) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(fixed));
    } else if (request.url === '/api/chat' && prepared) {
      const taken = prepared;
      prepared = undefined;
      void stream(request, response, taken);
    } else {
      response.statusCode = 404;
      response.end('{"error":"not here"}');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: (chunks, rate) =>
      new Promise(asked => {
        prepared = {chunks, rate, asked};
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function stream(request: IncomingMessage, response: ServerResponse, prepared: Prepared): Promise<void> {
  const {chunks, rate} = prepared;
  const {promise: finished, resolve: finish} = Promise.withResolvers<void>();
  const state: Stream = {askedAt: performance.now(), sentAt: [], finished};
  prepared.asked(state);
  request.resume();
  response.on('close', finish);
  response.on('error', finish);
  response.setHeader('content-type', 'application/x-ndjson');
  response.socket?.setNoDelay(true);
  const lines = chunks.map(
    text => `${JSON.stringify({...frame, message: {role: 'assistant', content: text}})}\n`,
  );
  // No model answers at once, and a client may use the time to get ready.
  await new Promise(resolve => setTimeout(resolve, thinkingMs));
  const start = performance.now();
  // A server sends each token by itself; at a high rate a timer is too coarse, so those that are due go together.
  for (let sent = 0; sent < lines.length && !response.destroyed; ) {
    const due = rate === 0 ? sent + 200 : Math.ceil(((performance.now() - start) / 1000) * rate + 0.001);
    const end = Math.min(lines.length, due);
    if (end > sent) {
      const flowing = response.write(lines.slice(sent, end).join(''));
      state.sentAt.push(...Array.from({length: end - sent}, () => performance.now()));
      sent = end;
      if (!flowing) await Promise.race([once(response, 'drain'), finished]);
    }
    if (rate !== 0) await new Promise(resolve => setTimeout(resolve, 1));
  }
  response.end(`${JSON.stringify({...frame, ...ending, eval_count: chunks.length})}\n`, finish);
}

const frame = {
  model: benchModel,
  created_at: '2026-01-01T00:00:00Z',
  message: {role: 'assistant', content: ''},
  done: false,
};
const ending = {
  done: true,
  done_reason: 'stop',
  total_duration: 1e9,
  load_duration: 1e6,
  prompt_eval_count: 10,
  prompt_eval_duration: 1e6,
  eval_duration: 1e9,
};
const details = {family: 'llama', parameter_size: '1B', quantization_level: 'Q4_0'};
const listed = {
  name: benchModel,
  model: benchModel,
  size: 1,
  digest: 'x',
  modified_at: frame.created_at,
  details,
};
const fixedAnswers: Readonly<Record<string, object>> = {
  '/': {},
  '/api/version': {version: '0.20.0'},
  '/api/tags': {models: [listed]},
  '/api/ps': {models: [{...listed, context_length: 262_144, expires_at: '2036-01-01T00:00:00Z'}]},
  '/api/show': {
    details,
    capabilities: ['completion'],
    model_info: {'general.architecture': 'llama', 'llama.context_length': 262_144},
  },
};
