import {readFileSync} from 'node:fs';
import {createServer as createHttpServer} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import {connect, createServer} from 'node:net';
import {describe, expect, it, vi} from 'vitest';
import {networkError} from '../../src/backends/networkErrors.ts';
import {createTransport, type TransportSettings} from '../../src/backends/transport.ts';
import {type ScriptedServerOptions, startScriptedServer} from './scriptedServer.ts';
import {closeAfterEach} from './testHooks.ts';

const canary = 'sk-canary-0123456789';
const closers = closeAfterEach();

async function server(routes: ScriptedServerOptions['routes']) {
  const started = await startScriptedServer({protocol: 'openai', ...(routes && {routes})});
  closers.push(started.close);
  return started;
}

function transport(baseUrl: string, settings: Partial<TransportSettings> = {}) {
  const made = createTransport({label: 'X at test', baseUrl, ...settings});
  closers.push(made.close);
  return made;
}

const signal = (): AbortSignal => new AbortController().signal;

async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => undefined,
    thrown => thrown,
  );
  expect(error).toMatchObject({name: 'LlmError'});
  const all = [error.message, error.hint, error.detail, error.stack, String(error.cause)].join('\n');
  expect(all).not.toContain(canary);
  return error;
}

describe('createTransport', () => {
  it('says that nothing answers, and what to do', async () => {
    const {url, close} = await server({});
    await close();
    const error = await failure(
      transport(url, {unreachableHint: 'Start it with `x`.'}).json({path: '/', signal: signal()}),
    );
    expect(error).toMatchObject({
      kind: 'unreachable',
      message: 'X at test does not answer.',
      hint: 'Start it with `x`.',
    });
  });

  it('says the same where a host has several addresses', async () => {
    const free = await server({});
    const url = free.url.replace('127.0.0.1', 'localhost');
    await free.close();
    const error = await failure(transport(url).json({path: '/', signal: signal()}));
    expect(error).toMatchObject({kind: 'unreachable', message: 'X at test does not answer.'});
  });

  it('names a host that is not known, a forbidden port and a wrong scheme', async () => {
    expect(
      await failure(transport('http://no-such-host.invalid').json({path: '/', signal: signal()})),
    ).toMatchObject({
      kind: 'unreachable',
    });
    const port = await failure(transport('http://127.0.0.1:9').json({path: '/', signal: signal()}));
    expect(port.message).toContain('bad port');
    const {url} = await server({});
    const tls = await failure(transport(url.replace('http:', 'https:')).json({path: '/', signal: signal()}));
    expect(tls).toMatchObject({kind: 'unreachable', message: 'X at test does not speak TLS.'});
  });

  it('names a certificate that is not trusted', async () => {
    const read = (name: string): Buffer =>
      readFileSync(new URL(`tls/localhost.${name}.pem`, import.meta.url));
    const secure = createSecureServer({cert: read('cert'), key: read('key')}, (_request, response) =>
      response.end(),
    );
    await new Promise<void>(resolve => secure.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise(resolve => secure.close(resolve)));
    const {port} = secure.address() as {port: number};
    const error = await failure(transport(`https://127.0.0.1:${port}`).json({path: '/', signal: signal()}));
    expect(error).toMatchObject({kind: 'unreachable', unsent: false});
    expect(error.message).toContain('is not trusted (self-signed certificate)');
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
  });

  it.each([
    ['CERT_HAS_EXPIRED', 'certificate has expired', 'out of date', 'clock'],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      "Host: x. is not in the cert's altnames",
      'another name than x',
      'address',
    ],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'unable to verify the first certificate',
      'not trusted',
      'NODE_EXTRA_CA_CERTS',
    ],
  ])('says what helps when a certificate has the fault %s', (code, reason, message, hint) => {
    const thrown = new TypeError('fetch failed', {cause: Object.assign(new Error(reason), {code})});
    const error = networkError(thrown, 'connect', {label: 'X', url: 'https://x', unreachableHint: ''});
    expect(error).toMatchObject({kind: 'unreachable'});
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it('says when something listens that speaks no HTTP, or hangs up at once', async () => {
    for (const [answer, kind] of [
      ['SSH-2.0-OpenSSH_9.6\r\n', 'protocol'],
      ['', 'interrupted'],
    ] as const) {
      const listener = createServer(socket =>
        socket
          .on('error', () => {})
          .resume()
          .end(answer),
      );
      await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
      const {port} = listener.address() as {port: number};
      const error = await failure(transport(`http://127.0.0.1:${port}`).json({path: '/', signal: signal()}));
      expect(error.kind).toBe(kind);
      await new Promise(resolve => listener.close(resolve));
    }
  });

  it('tells a web page from data, whatever its status', async () => {
    const page = '<!doctype html><title>Log in</title>';
    const {url} = await server({
      'GET /typed': {headers: {'content-type': 'text/html; charset=utf-8'}, body: page},
      'GET /untyped': {body: page},
      'GET /bad': {status: 502, headers: {'content-type': 'text/html'}, body: page},
      'GET /text': {body: 'hello'},
    });
    for (const path of ['/typed', '/untyped']) {
      const error = await failure(transport(url).json({path, signal: signal()}));
      expect(error).toMatchObject({kind: 'protocol'});
      expect(error.message).toContain('web page');
    }
    expect(await failure(transport(url).json({path: '/bad', signal: signal()}))).toMatchObject({status: 502});
    expect((await failure(transport(url).json({path: '/text', signal: signal()}))).message).toContain(
      'not JSON',
    );
  });

  it('stops waiting for headers at once, and the server sees it', async () => {
    const {url, requests} = await server({'GET /slow': () => new Promise(() => {})});
    const controller = new AbortController();
    const asked = failure(transport(url).json({path: '/slow', signal: controller.signal}));
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    controller.abort();
    expect(await asked).toMatchObject({kind: 'cancelled'});
    await vi.waitFor(() => expect(requests[0]?.closedEarly).toBe(true));
  });

  it('asks nothing with a signal that has fired', async () => {
    const {url, requests} = await server({});
    expect(await failure(transport(url).json({path: '/', signal: AbortSignal.abort()}))).toMatchObject({
      kind: 'cancelled',
    });
    expect(requests).toHaveLength(0);
  });

  it('closes the connection when the loop is left', async () => {
    const {url, requests} = await server({'GET /': {body: 'some', after: 'hang'}});
    const reply = await transport(url).send({path: '/', signal: signal()});
    for await (const _ of reply.chunks) break;
    await vi.waitFor(() => expect(requests[0]?.closedEarly).toBe(true));
  });

  it('ends what is in flight as cancelled when it is closed', async () => {
    const {url, requests} = await server({'GET /slow': () => new Promise(() => {})});
    const made = transport(url);
    const asked = failure(made.json({path: '/slow', signal: signal()}));
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    await made.close();
    expect(await asked).toMatchObject({kind: 'cancelled'});
  });

  it('gives up after its own limits for the first byte and for silence', async () => {
    const {url} = await server({
      'GET /never': () => new Promise(() => {}),
      'GET /some': {body: 'some', after: 'hang'},
    });
    const timeouts = {firstByte: 60, idle: 60};
    const never = await failure(transport(url, {timeouts}).json({path: '/never', signal: signal()}));
    expect(never).toMatchObject({kind: 'timeout'});
    expect(never.hint).toContain('timeouts.firstByte');
    const some = await failure(transport(url, {timeouts}).json({path: '/some', signal: signal()}));
    expect(some).toMatchObject({kind: 'timeout'});
    expect(some.hint).toContain('timeouts.idle');
  });

  it('holds an answer to the limit of its request after the first byte too', async () => {
    const {url} = await server({'GET /': {body: '{"models":[', after: 'hang'}});
    const error = await failure(transport(url).json({path: '/', signal: signal(), silenceMs: 60}));
    expect(error).toMatchObject({kind: 'timeout'});
    expect(error.hint).not.toContain('timeouts.');
  });

  it('keeps status and headers of an error whose text stalls', async () => {
    const {url, requests} = await server({
      'GET /': {
        status: 429,
        headers: {'retry-after': '7', 'content-type': 'application/json'},
        body: '{"error":{"message":"slow do',
        after: 'hang',
      },
    });
    const error = await failure(transport(url).json({path: '/', signal: signal(), silenceMs: 1_000}));
    expect(error).toMatchObject({kind: 'rate-limit', status: 429, retryAfterMs: 7_000});
    expect(error.detail).toContain('slow do');
    await vi.waitFor(() => expect(requests[0]?.closedEarly).toBe(true));
  });

  it('calls a reset in the middle an interruption', async () => {
    const {url} = await server({'GET /': {body: '{"a":', after: 'reset'}});
    expect(await failure(transport(url).json({path: '/', signal: signal()}))).toMatchObject({
      kind: 'interrupted',
    });
  });

  it('follows redirects within a server and takes a key nowhere else', async () => {
    const other = await server({'GET /': {body: '{}'}});
    const {url} = await server({
      'GET /near': {status: 307, headers: {location: '/here'}},
      'GET /here': {headers: {'content-type': 'application/json'}, body: '{"ok":true}'},
      'GET /far': {status: 302, headers: {location: other.url}},
      'GET /loop': {status: 302, headers: {location: '/loop'}},
    });
    const made = transport(url, {headers: {authorization: `Bearer ${canary}`}});
    expect(await made.json({path: '/near', signal: signal()})).toEqual({ok: true});
    const error = await failure(made.json({path: '/far', signal: signal()}));
    expect(error.message).toContain(`redirects to ${other.url}`);
    expect(other.requests).toHaveLength(0);
    await failure(made.json({path: '/loop', signal: signal()}));
  });

  it('never repeats a key, whoever says it', async () => {
    const {url, requests} = await server({
      'GET /': {
        status: 401,
        headers: {'content-type': 'application/json'},
        body: `{"error":"bad key ${canary}"}`,
      },
    });
    const error = await failure(
      transport(url, {headers: {'x-api-key': canary}}).json({path: '/', signal: signal()}),
    );
    expect(error).toMatchObject({kind: 'auth', status: 401});
    expect(error.message).toContain('bad key ***');
    expect(requests[0]?.headers['x-api-key']).toBe(canary);
    const withPassword = url.replace('http://', `http://me:${canary}@`);
    await failure(transport(withPassword).json({path: '/', signal: signal()}));
    expect(requests[1]?.headers.authorization).toMatch(/^Basic /);
    expect(() => transport(url, {headers: {authorization: `Bearer ${canary}\u2026`}})).toThrow(
      /cannot be sent/,
    );
  });

  it('reads how long to wait', async () => {
    const {url} = await server({
      'GET /': {status: 429, headers: {'retry-after': '3'}, body: '{"error":"slow down"}'},
    });
    expect(await failure(transport(url).json({path: '/', signal: signal()}))).toMatchObject({
      kind: 'rate-limit',
      retryAfterMs: 3_000,
    });
  });
});

/** A proxy that lets everything through to this machine, whatever its name, or nothing. */
async function startProxy(letsThrough = true) {
  const seen: {target: string | undefined; headers: object}[] = [];
  const proxy = createHttpServer();
  proxy.on('connect', (request, socket) => {
    seen.push({target: request.url, headers: request.headers});
    socket.on('error', () => {});
    if (!letsThrough) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const onward = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise(resolve => proxy.close(resolve)));
  const {port} = proxy.address() as {port: number};
  return {seen, url: `http://me:${canary}@127.0.0.1:${port}`, host: `127.0.0.1:${port}`};
}

describe('createTransport behind a proxy', () => {
  const ok = {'GET /': {headers: {'content-type': 'application/json'}, body: '{"ok":true}'}};
  const named = (url: string): string => url.replace('127.0.0.1', 'models.invalid');

  it('goes through it, which sees no key of the server', async () => {
    const {url, requests} = await server(ok);
    const proxy = await startProxy();
    const made = transport(named(url), {proxy: {http: proxy.url}, headers: {'x-api-key': 'the-key'}});
    expect(await made.json({path: '/', signal: signal()})).toEqual({ok: true});
    expect(proxy.seen.map(({target}) => target)).toEqual([named(url).replace('http://', '')]);
    expect(JSON.stringify(proxy.seen)).not.toContain('the-key');
    expect(requests[0]?.headers['x-api-key']).toBe('the-key');
    expect(JSON.stringify(requests[0]?.headers)).not.toContain('proxy-authorization');
  });

  it('never asks this machine through it, nor what NO_PROXY names', async () => {
    const {url} = await server(ok);
    const proxy = await startProxy();
    const local = transport(url, {proxy: {http: proxy.url, https: proxy.url}});
    expect(await local.json({path: '/', signal: signal()})).toEqual({ok: true});
    const excepted = transport(named(url), {proxy: {http: proxy.url, no: '.invalid'}});
    expect((await failure(excepted.json({path: '/', signal: signal()}))).message).toContain('is not known');
    expect(proxy.seen).toEqual([]);
  });

  it('names a proxy that is away or refuses, and what to do', async () => {
    const {url, close} = await server({});
    await close();
    const away = transport(named('http://127.0.0.1:80'), {proxy: {http: url}});
    const error = await failure(away.json({path: '/', signal: signal()}));
    expect(error).toMatchObject({kind: 'unreachable', unsent: false});
    expect(error.message).toBe(
      `The proxy ${new URL(url).host}, through which X at test is asked, does not answer.`,
    );
    expect(error.hint).toContain('NO_PROXY');
    const proxy = await startProxy(false);
    const refusing = transport(named('http://127.0.0.1:80'), {proxy: {http: proxy.url}});
    expect((await failure(refusing.json({path: '/', signal: signal()}))).message).toBe(
      `The proxy ${proxy.host} does not let X at test through (status 407).`,
    );
  });
});
