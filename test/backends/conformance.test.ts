import {describe, expect, it, vi} from 'vitest';
import type {Backend} from '../../src/core/backend.ts';
import type {LlmError} from '../../src/core/errors.ts';
import type {ReplyRequest} from '../../src/core/reply.ts';
import {collectReply} from './collectReply.ts';
import {canary, subjects} from './conformanceSubjects.ts';
import {quietBackends} from './quietHooks.ts';
import type {ScriptedServer, WireReply} from './scriptedServer.ts';

/** What any backend must pass, whatever its protocol. */
const start = quietBackends();

const request: ReplyRequest = {model: 'scripted', messages: [{role: 'user', text: 'hello'}], options: {}};
const asked = (server: ScriptedServer, route: string) =>
  server.requests.filter(({method, path}) => `${method} ${path.split('?')[0]}` === route);
/** All that a person might see of a failure. */
const shown = ({message, hint, detail, stack}: LlmError): string => [message, hint, detail, stack].join('\n');

/** Reads an answer until `stop` says so, then aborts; returns the failure. */
async function abortWhen(backend: Backend, stop: (text: string) => boolean): Promise<unknown> {
  const controller = new AbortController();
  let text = '';
  try {
    for await (const event of backend.reply(request, controller.signal)) {
      if (event.type === 'text') text += event.text;
      if (stop(text)) {
        controller.abort();
        controller.abort();
      }
    }
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

describe.each(subjects)('$name', subject => {
  const {wire} = subject;

  it('gives the same answer however the stream is cut', async () => {
    const text = ['He', 'llo 👩‍👩‍👧', ' 漢', '字\n', '```\n<think>'];
    const reasoning = ['Let', ' me'];
    for (const chunking of ['whole', 'bytes', 4_711] as const) {
      const {backend} = await start(subject, {text, reasoning, chunking});
      const answer = await collectReply(backend);
      expect(answer, String(chunking)).toMatchObject({
        text: text.join(''),
        reasoning: 'Let me',
        error: undefined,
      });
      expect(answer.events.filter(({type}) => type === 'start')).toHaveLength(1);
      expect(answer.events.at(-1)).toMatchObject({type: 'finish', reason: 'stop'});
      expect(answer.events.findLast(({type}) => type === 'usage')).toMatchObject({output: 5, input: 26});
    }
  });

  it('stops before the headers and in the middle, and the server sees it; then it answers again', async () => {
    const headers = {'content-type': wire.contentType};
    const begun = wire.begin + wire.text('a');
    const answers: (WireReply | Promise<WireReply>)[] = [
      new Promise(() => {}),
      {headers, body: begun, after: 'hang'},
      {headers, body: begun + wire.end},
    ];
    const {server, backend} = await start(subject, {
      routes: {[wire.route]: () => answers.shift() ?? {status: 500}},
    });
    const controller = new AbortController();
    const silent = collectReply(backend, {}, controller.signal);
    await vi.waitFor(() => expect(asked(server, wire.route)).toHaveLength(1));
    controller.abort();
    expect((await silent).error).toMatchObject({kind: 'cancelled'});
    expect(await abortWhen(backend, text => text === 'a')).toMatchObject({kind: 'cancelled'});
    // Asked at once, before the server has noticed.
    expect(await collectReply(backend)).toMatchObject({text: 'a', error: undefined});
    await vi.waitFor(() =>
      expect(asked(server, wire.route).map(({closedEarly}) => closedEarly)).toEqual([true, true, false]),
    );
  });

  it('asks nothing with a signal that has fired, and bears one that fires after the end', async () => {
    const {server, backend} = await start(subject, {tokens: 3});
    const fired = await collectReply(backend, {}, AbortSignal.abort());
    expect([fired.error?.kind, server.requests.length]).toEqual(['cancelled', 0]);
    const controller = new AbortController();
    const done = await collectReply(backend, {}, controller.signal);
    controller.abort();
    expect(done.error).toBeUndefined();
  });

  it('closes the connection when its reader leaves', async () => {
    const {server, backend} = await start(subject, {tokens: Infinity, rate: 500});
    for await (const event of backend.reply(request, new AbortController().signal))
      if (event.type === 'text') break;
    await vi.waitFor(() => expect(asked(server, wire.route)[0]?.closedEarly).toBe(true));
  });

  it('answers two at once, and stopping one leaves the other', async () => {
    const {server, backend} = await start(subject, {tokens: 400, rate: 2_000});
    const whole = collectReply(backend);
    expect(await abortWhen(backend, text => text !== '')).toMatchObject({kind: 'cancelled'});
    const {text, error} = await whole;
    expect(error).toBeUndefined();
    expect(text.length).toBeGreaterThan(400);
    await vi.waitFor(() =>
      expect(asked(server, wire.route).filter(({closedEarly}) => closedEarly)).toHaveLength(1),
    );
  });

  it('keeps the text of an answer that is cut, reset, or fails in the middle', async () => {
    const before = wire.begin + wire.text('a') + wire.text('b');
    const headers = {'content-type': wire.contentType};
    for (const [body, after, kind] of [
      [before, 'end', 'interrupted'],
      [before, 'cut', 'interrupted'],
      [before + wire.error('it \u001b[2Jbroke'), 'end', 'engine'],
    ] as const) {
      const {server, backend} = await start(subject, {routes: {[wire.route]: {headers, body, after}}});
      const {text, error, events} = await collectReply(backend);
      expect([text, error?.kind], `${after} ${kind}`).toEqual(['ab', kind]);
      expect(events.some(({type}) => type === 'finish')).toBe(false);
      // What was begun is never asked for twice.
      expect(asked(server, wire.route)).toHaveLength(1);
      if (kind === 'engine') expect(error?.message).toContain('it ␛[2Jbroke');
    }
    const {backend} = await start(subject, {routes: {[wire.route]: {headers, body: before, after: 'reset'}}});
    expect((await collectReply(backend)).error).toMatchObject({kind: 'interrupted'});
  });

  it('names what a server refuses, in words that do no harm and hold no key', async () => {
    const page = {headers: {'content-type': 'text/html'}, body: `<!doctype html><title>${canary}</title>`};
    for (const [reply, kind] of [
      [wire.refusal(401, `bad key ${canary} \u001b]0;x\u0007\u202e`), 'auth'],
      [wire.refusal(403, 'no'), 'auth'],
      [wire.refusal(404, "model 'scripted' not found"), 'model-unknown'],
      [wire.refusal(400, 'what?'), 'bad-request'],
      [wire.refusal(500, 'it broke'), 'engine'],
      [wire.refusal(503, 'server busy, please try again.  maximum pending requests exceeded'), 'overloaded'],
      [{status: 404, body: '404 page not found'}, 'protocol'],
      [page, 'protocol'],
      [{...page, status: 502}, 'unreachable'],
      [{status: 204}, 'interrupted'],
      [wire.tooLong, 'context'],
    ] as const) {
      const {backend} = await start(subject, {
        routes: {
          [wire.route]: reply,
          ...('status' in reply && reply.status === 404 && {'POST /v1/chat/completions': reply}),
        },
      });
      const {error, text} = await collectReply(backend);
      expect([error?.kind, text], JSON.stringify(reply)).toEqual([kind, '']);
      expect(error && shown(error)).not.toMatch(
        /canary|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/,
      );
      if (kind === 'context' && wire.protocol !== 'ollama') expect(error?.message).toMatch(/9,412.*8,192/);
    }
  });

  it('asks again when told to, and not for longer than is bearable', async () => {
    let times = 0;
    const reply = (status: number, headers: Record<string, string>) => {
      const refused = wire.refusal(status, 'slow down');
      return {...refused, headers: {...refused.headers, ...headers}};
    };
    const {server, backend} = await start(subject, {
      routes: {
        [wire.route]: () => {
          times++;
          if (times === 1) return reply(429, {'retry-after-ms': '5'});
          if (times === 2) return reply(503, {'retry-after': '0'});
          return {headers: {'content-type': wire.contentType}, body: wire.begin + wire.text('a') + wire.end};
        },
      },
    });
    const {text, events, error} = await collectReply(backend);
    expect([text, error]).toEqual(['a', undefined]);
    expect(events.flatMap(event => (event.type === 'wait' && event.ms > 0 ? [event.attempt] : []))).toEqual([
      1, 2,
    ]);
    expect(asked(server, wire.route)).toHaveLength(3);
    const absurd = await start(subject, {routes: {[wire.route]: reply(429, {'retry-after': '86400'})}});
    const {error: left} = await collectReply(absurd.backend);
    expect(left).toMatchObject({kind: 'rate-limit', hint: expect.stringContaining('24 hours')});
    expect(asked(absurd.server, wire.route)).toHaveLength(1);
  });

  it('takes neither key nor prompt to another host', async () => {
    const other = await start(subject);
    const {backend} = await start(subject, {
      routes: {
        [wire.route]: {status: 307, headers: {location: `${other.server.url}/v1/chat/completions`}},
        [wire.list]: {status: 302, headers: {location: other.server.url}},
      },
    });
    expect((await collectReply(backend)).error?.message).toContain(`redirects to ${other.server.url}`);
    await expect(backend.models(new AbortController().signal)).rejects.toMatchObject({kind: 'protocol'});
    expect(other.server.requests).toEqual([]);
  });

  it('lists no models, five thousand, the same one twice, and odd names, which it asks by', async () => {
    const names = ['a/b:1', 'with space', 'ünï-漢', 'x%2Fy', '-o', '__proto__'];
    const signal = new AbortController().signal;
    const empty = await start(subject, {
      routes: {
        [wire.list]: {headers: {'content-type': 'application/json'}, body: JSON.stringify(wire.noModels)},
      },
    });
    expect(await empty.backend.models(signal)).toEqual([]);
    const many = await start(subject, {models: Array.from({length: 5_000}, (_, at) => `model-${at}`)});
    expect(await many.backend.models(signal)).toHaveLength(5_000);
    const {server, backend} = await start(subject, {models: [...names, ...names], tokens: 1});
    expect((await backend.models(signal)).map(({id}) => id)).toEqual(names);
    for (const model of names) {
      expect((await collectReply(backend, {model})).error, model).toBeUndefined();
      const {path, body} =
        server.requests.findLast(({method, path}) => method === 'POST' && path !== '/api/show') ?? {};
      const inPath = decodeURIComponent(/\/models\/([^:?]+):/.exec(path ?? '')?.[1] ?? '');
      expect((body as {model?: string}).model ?? inPath).toBe(model);
    }
  });

  it('says what answers in its place', async () => {
    const {backend} = await start(subject, {
      routes: {
        [wire.route]: {headers: {'content-type': wire.contentType}, body: 'data: hello\n\n'},
        [wire.list]: {headers: {'content-type': 'application/json'}, body: '{"hello":"there"}'},
      },
    });
    expect((await collectReply(backend)).error?.kind).toMatch(/protocol|interrupted/);
    await expect(backend.models(new AbortController().signal)).rejects.toMatchObject({kind: 'protocol'});
  });
});
