import {LlmError, type LlmErrorInit} from '../core/errors.ts';
import {createDispatcher, type Dispatcher} from './dispatcher.ts';
import {parseJson} from './jsonFields.ts';
import {networkError} from './networkErrors.ts';
import {type ProxySettings, proxyFor} from './proxyFor.ts';
import {readAhead} from './readAhead.ts';
import {mediaType, readAll, readSome, readText} from './responseBody.ts';
import {addressOf, createRedactor, hostOf} from './serverAddress.ts';
import {type ErrorContext, serverError} from './serverErrors.ts';

/** Longest waits, in ms: for the connection, for the first byte of an answer, and between two bytes of it. */
export type Timeouts = {connect: number; firstByte: number; idle: number};

export const defaultTimeouts: Timeouts = {connect: 5_000, firstByte: 600_000, idle: 300_000};

export type TransportSettings = {
  /** For people: `Ollama at 127.0.0.1:11434`. */
  label: string;
  /** `http(s)://host[:port][/path]`; a user name and password in it are sent as basic authorisation. */
  baseUrl: string;
  /** Sent with each request; whatever stands in them never appears in an error. */
  headers?: Readonly<Record<string, string>>;
  timeouts?: Partial<Timeouts>;
  /** What to do when nothing answers: the next thing to type. */
  unreachableHint?: string;
  /** What to do when the address may be wrong, where it is none of the settings. */
  addressHint?: string;
  keyHint?: string;
  /** `{model}` in it stands for the name. */
  missingModelHint?: string;
  /** The server's own way of refusing, in words; undefined for what is to be told as usual. */
  explain?: (refusal: Refusal) => LlmErrorInit | undefined;
  /** The proxies that the person has set; an address of this machine is never asked through one. */
  proxy?: ProxySettings;
  fetch?: typeof globalThis.fetch;
};

/** A bad status with what came along. */
export type Refusal = {status: number; headers: Headers; body: string; model?: string};

export type TransportRequest = {
  /** Path and query, appended to the base URL. */
  path: string;
  method?: string;
  /** The body, as JSON text. */
  body?: string;
  headers?: Readonly<Record<string, string>>;
  signal: AbortSignal;
  /** Longest wait for the first byte and between two bytes, in ms, in place of the transport's own two. */
  silenceMs?: number;
  /** Named in errors. */
  model?: string;
  /** A redirect to another origin is the answer, to be read from its `location`, in place of a failure. */
  returnsRedirect?: boolean;
};

export type TransportReply = {
  readonly status: number;
  readonly headers: Headers;
  /** Media type without parameters, lower case; empty when the server gave none. */
  readonly contentType: string;
  /** The body, once. Leaving the loop early closes the connection, which is how servers learn to stop. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The whole body as text instead, at most 64 MB of it. */
  text(): Promise<string>;
  /** Treats silence of more than so many ms as the end from now on: for servers that do not close. */
  endAfterSilence(ms: number): void;
  /** Closes the connection without reading on. */
  discard(): void;
};

/** The one way in which an HTTP backend talks to its server: cancel, limits of time and size, and named errors. */
export type Transport = {
  readonly label: string;
  /** Without password and trailing slash. */
  readonly baseUrl: string;
  /** Sends a request and resolves when a good status has come. Throws `LlmError`. */
  send(request: TransportRequest): Promise<TransportReply>;
  /** Sends a request and reads its whole JSON answer, at most 64 MB. Throws `LlmError`. */
  json(request: TransportRequest): Promise<unknown>;
  /** The error for what a server said inside an answer. */
  complaint(body: unknown, model?: string): LlmError;
  /** Ends what is in flight as `cancelled` and lets go of all connections. */
  close(): Promise<void>;
};

const errorBodyBytes = 64 * 1024;
/** Status and headers say most of an error: its text is not waited for longer, in ms. */
const errorBodyMs = 2_000;
const jsonBodyBytes = 64 * 1024 * 1024;
/** How far a body is read ahead of whoever takes it. */
const readAheadBytes = 1024 * 1024;
const redirectLimit = 5;

/** Opens nothing by itself; the first request does. Throws `auth` for a key that no header can carry. */
export function createTransport(settings: TransportSettings): Transport {
  const {label, unreachableHint = 'Start the server, or choose another model with /model.'} = settings;
  const {url: baseUrl, authorization, password} = addressOf(settings.baseUrl, label);
  const timeouts = {...defaultTimeouts, ...settings.timeouts};
  const headers: Record<string, string> = {...authorization, ...settings.headers};
  requireSendable(headers, label);
  const redact = createRedactor([...Object.values(headers), password]);
  const fetchNow = settings.fetch ?? globalThis.fetch;
  const proxy = proxyFor(baseUrl, settings.proxy ?? {});
  const failing = {
    label,
    url: baseUrl,
    unreachableHint,
    ...(settings.addressHint && {addressHint: settings.addressHint}),
    ...(proxy !== undefined && {proxy: hostOf(proxy)}),
  };
  const context = (model?: string): Omit<ErrorContext, 'status'> => ({
    ...failing,
    ...(model !== undefined && {model}),
    ...(settings.keyHint && {keyHint: settings.keyHint}),
    ...(settings.missingModelHint && {missingModelHint: settings.missingModelHint}),
  });
  const closing = new AbortController();
  let dispatcher: Promise<Dispatcher | undefined> | undefined;

  const request = async (url: string, init: RequestInit): Promise<Response> => {
    if (settings.fetch) return fetchNow(url, init);
    dispatcher ??= createDispatcher(timeouts.connect, proxy);
    const pool = await dispatcher;
    init.signal?.throwIfAborted();
    return fetchNow(url, pool ? ({...init, dispatcher: pool} as RequestInit) : init);
  };

  /** Redirects are followed within the same origin only: prompts and keys go where the person sent them. */
  const follow = async (url: string, init: RequestInit, returnsRedirect = false): Promise<Response> => {
    for (let hops = 0; ; hops++) {
      const response = await request(url, {...init, redirect: 'manual'});
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || !location) return response;
      await response.body?.cancel().catch(() => {});
      const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
      if (hops < redirectLimit && target?.origin === new URL(url).origin) {
        url = target.href;
        continue;
      }
      if (hops < redirectLimit && target && returnsRedirect) return response;
      if (target?.origin === new URL(url).origin) {
        throw new LlmError({
          kind: 'protocol',
          message: `${label} redirects without end.`,
          hint: settings.addressHint ?? `Check the address ${baseUrl} in the settings.`,
          status: response.status,
        });
      }
      throw new LlmError({
        kind: 'protocol',
        message: redact(`${label} redirects to ${target?.origin ?? 'an address that cannot be read'}.`),
        hint: `Nothing was sent there. ${settings.addressHint ?? 'If that is right, put the new address into the settings as its baseUrl.'}`,
        status: response.status,
      });
    }
  };

  const send = async (call: TransportRequest): Promise<TransportReply> => {
    const own = new AbortController();
    let phase: 'connect' | 'body' = 'connect';
    let timedOut: LlmError | undefined;
    let limit: {ms: number; setting?: 'firstByte' | 'idle'} =
      call.silenceMs === undefined ? {ms: timeouts.firstByte, setting: 'firstByte'} : {ms: call.silenceMs};
    let endsOnSilence = false;
    let released = false;
    const onAbort = (): void => {
      release();
      own.abort();
    };
    const onSilence = (): void => {
      timedOut = new LlmError({
        kind: 'timeout',
        message: `${label} sent nothing for ${Math.round(limit.ms / 1_000)} s.`,
        hint: limit.setting
          ? `Wait longer with \`llm config set timeouts.${limit.setting} SECONDS\`, or look at what the server does.`
          : 'Try again, or look at what the server does.',
      });
      own.abort(timedOut);
    };
    const rearm = (next: typeof limit): void => {
      limit = next;
      clearTimeout(timer);
      if (!released) timer = setTimeout(onSilence, limit.ms);
    };
    const release = (): void => {
      released = true;
      clearTimeout(timer);
      call.signal.removeEventListener('abort', onAbort);
      closing.signal.removeEventListener('abort', onAbort);
    };
    const failure = (thrown: unknown): LlmError => {
      if (call.signal.aborted || closing.signal.aborted)
        return new LlmError({kind: 'cancelled', message: 'stopped'});
      return timedOut ?? redactError(networkError(thrown, phase, failing), redact);
    };
    if (call.signal.aborted || closing.signal.aborted) throw failure(undefined);
    let timer = setTimeout(onSilence, limit.ms);
    call.signal.addEventListener('abort', onAbort, {once: true});
    closing.signal.addEventListener('abort', onAbort, {once: true});

    let response: Response;
    try {
      const init: RequestInit = {
        method: call.method ?? (call.body === undefined ? 'GET' : 'POST'),
        headers: {
          ...(call.body !== undefined && {'content-type': 'application/json'}),
          ...call.headers,
          ...headers,
        },
        signal: own.signal,
        ...(call.body !== undefined && {body: call.body}),
      };
      response = await follow(baseUrl + call.path, init, call.returnsRedirect);
      phase = 'body';
      const leadsElsewhere = response.status >= 300 && response.status < 400 && call.returnsRedirect;
      if (!response.ok && !leadsElsewhere) {
        clearTimeout(timer);
        const {status, headers} = response;
        const body = await readSome(readAll(response), errorBodyBytes, errorBodyMs);
        const told = settings.explain?.({status, headers, body, ...(call.model && {model: call.model})});
        const error = told
          ? new LlmError({status, ...told})
          : serverError(body, {...context(call.model), status, headers});
        throw redactError(error, redact);
      }
      if (mediaType(response) === 'text/html' && response.ok) throw webPage(label, baseUrl);
    } catch (thrown) {
      const error = failure(thrown);
      release();
      own.abort();
      throw error;
    }

    const watch = {
      arrived(): void {
        if (limit.setting === 'firstByte') rearm({ms: timeouts.idle, setting: 'idle'});
        else if (!released) timer.refresh();
      },
      paused: () => clearTimeout(timer),
      resumed: () => rearm(limit),
    };
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      let finished = false;
      try {
        for await (const chunk of readAhead(readAll(response), readAheadBytes, watch)) {
          if (call.signal.aborted || closing.signal.aborted) throw failure(undefined);
          yield chunk;
        }
        finished = true;
      } catch (thrown) {
        const error = failure(thrown);
        if (error.kind !== 'timeout' || !endsOnSilence) throw error;
      } finally {
        release();
        if (!finished) own.abort();
      }
    };
    const body = chunks();
    return {
      status: response.status,
      headers: response.headers,
      contentType: mediaType(response),
      chunks: body,
      text: () => readText(body, jsonBodyBytes),
      endAfterSilence(ms) {
        endsOnSilence = true;
        rearm({ms, setting: 'idle'});
      },
      discard() {
        release();
        own.abort();
      },
    };
  };

  return {
    label,
    baseUrl,
    send,
    async json(call) {
      const reply = await send(call);
      const text = await reply.text();
      const value = parseJson(text);
      if (value === undefined) throw /^\s*</.test(text) ? webPage(label, baseUrl) : notJson(label, baseUrl);
      return value;
    },
    complaint: (body, model) => redactError(serverError(body, {...context(model), status: 0}), redact),
    async close() {
      closing.abort();
      const pool = await dispatcher?.catch(() => undefined);
      await pool?.destroy();
    },
  };
}

function webPage(label: string, url: string): LlmError {
  return new LlmError({
    kind: 'protocol',
    message: `${label} answered with a web page instead of data.`,
    hint: `Check the address ${url}: another program or a proxy may be listening there.`,
  });
}

function notJson(label: string, url: string): LlmError {
  return new LlmError({
    kind: 'protocol',
    message: `${label} answered with something that is not JSON.`,
    hint: `Check the address ${url}: another program may be listening there.`,
  });
}

function requireSendable(headers: Readonly<Record<string, string>>, label: string): void {
  // fetch would refuse such a header with a message that quotes it, and so the key.
  if (Object.values(headers).every(value => /^[\t\x20-\x7e\x80-\xff]*$/.test(value))) return;
  throw new LlmError({
    kind: 'auth',
    message: `The key for ${label} holds a character that cannot be sent.`,
    hint: 'Give the key again, without line breaks or quotes around it.',
  });
}

function redactError(error: LlmError, redact: (text: string) => string): LlmError {
  return new LlmError({
    kind: error.kind,
    message: redact(error.message),
    hint: redact(error.hint),
    ...(error.status !== undefined && {status: error.status}),
    ...(error.retryAfterMs !== undefined && {retryAfterMs: error.retryAfterMs}),
    ...(error.unsent && {unsent: true}),
    ...(error.detail !== undefined && {detail: redact(error.detail)}),
  });
}
