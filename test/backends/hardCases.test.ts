import {describe, expect, it, vi} from 'vitest';
import {createOllama} from '../../src/backends/ollama.ts';
import {createOpenAi} from '../../src/backends/openai.ts';
import {plainDialect} from '../../src/backends/presets.ts';
import {withRetries} from '../../src/backends/withRetries.ts';
import {collectReply} from './collectReply.ts';
import {canary, protocolSubjects, subjects} from './conformanceSubjects.ts';
import {wires} from './conformanceWires.ts';
import {line} from './ollamaWire.ts';
import {data, delta, json, stop} from './openAiWire.ts';
import {quietBackends} from './quietHooks.ts';
import type {WireReply} from './scriptedServer.ts';

/** What servers are known to do; what only one adapter can meet is in its own file. */
const start = quietBackends();

const image = (bytes: number) => ({
  kind: 'image' as const,
  name: '/etc/hostname',
  mediaType: 'image/png',
  data: new Uint8Array(bytes).fill(7),
});

describe.each(protocolSubjects)('by the protocol of $name', subject => {
  const {wire} = subject;
  const headers = {'content-type': wire.contentType};
  /** Where a reason to stop is an end. */
  const unlessItGoesOn = (name: string, test: () => Promise<void>): void => {
    if (!wire.goesOnAfterReason) it(name, test);
  };
  const replying = (body: WireReply['body'], rest: WireReply = {}) =>
    start(subject, {routes: {[wire.route]: {headers, ...(body && {body}), ...rest}}});

  it('puts characters together that are cut anywhere, byte by byte and at random', async () => {
    const text = '👩‍👩‍👧 漢字 🏴󠁧󠁢󠁥󠁮󠁧󠁿 é \u2028 "\\n" ünï';
    for (const chunking of ['bytes', 3, 77, 1_009, 65_537] as const) {
      const {backend} = await replying(wire.begin + wire.text(text) + wire.end, {chunking});
      expect((await collectReply(backend)).text, String(chunking)).toBe(text);
    }
  });

  it('keeps two hundred events of one chunk in their order', async () => {
    const words = Array.from({length: 200}, (_, at) => `${at} `);
    const {backend} = await replying(wire.begin + words.map(wire.text).join('') + wire.end);
    expect((await collectReply(backend)).text).toBe(words.join(''));
  });

  it('reads lines that end with CR and LF', async () => {
    const {backend} = await replying((wire.begin + wire.text('a') + wire.end).replaceAll('\n', '\r\n'));
    expect(await collectReply(backend)).toMatchObject({text: 'a', error: undefined});
  });

  it('needs no newline after the last event', async () => {
    const {backend} = await replying((wire.begin + wire.text('a') + wire.end).trimEnd());
    expect(await collectReply(backend)).toMatchObject({text: 'a', error: undefined});
  });

  unlessItGoesOn('does not wait for a server that leaves the connection open after the end', async () => {
    const {server, backend} = await replying(wire.begin + wire.text('a') + wire.end, {after: 'hang'});
    expect(await collectReply(backend)).toMatchObject({text: 'a', error: undefined});
    await vi.waitFor(() => expect(server.closedEarly).toBe(1));
  });

  unlessItGoesOn('passes over what comes after the end', async () => {
    const {backend} = await replying(
      wire.begin + wire.text('a') + wire.end + wire.text('late') + wire.error('late'),
    );
    expect(await collectReply(backend)).toMatchObject({text: 'a', error: undefined});
  });

  it('says that something in between could not be read', async () => {
    const broken = wire.protocol === 'ollama' ? '{"message":\n' : 'data: {"choices\n\n';
    const {backend} = await replying(wire.begin + wire.text('a') + broken + wire.text('b') + wire.end);
    const {text, events, error} = await collectReply(backend);
    expect([text, error]).toEqual(['ab', undefined]);
    expect(events).toContainEqual({type: 'warning', message: expect.stringContaining('unreadable')});
  });

  it('refuses one event of 50 MB', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const {backend} = await replying(async function* () {
      yield wire.protocol === 'ollama' ? '{"message":"' : 'data: "';
      for (let count = 0; count < 50; count++) yield chunk;
    });
    expect((await collectReply(backend)).error).toMatchObject({kind: 'protocol'});
  });

  it('hands hostile text on as it is, to be made harmless where it is shown', async () => {
    const hostile = '\u001b]0;own\u0007\u001b[2J\u202e\u0000\r\u009b31m';
    const {backend} = await replying(wire.begin + wire.text(hostile) + wire.end);
    expect((await collectReply(backend)).text).toBe(hostile);
  });

  it('sends an image of 30 MB as it is, and never reads a file by its name', async () => {
    const {server, backend} = await replying(wire.begin + wire.text('a') + wire.end);
    const {error} = await collectReply(backend, {
      messages: [{role: 'user', text: 'what?', attachments: [image(30 * 1024 * 1024)]}],
    });
    expect(error).toBeUndefined();
    // Some servers are asked beside it what they have allocated.
    const request = server.requests.find(({headers}) => Number(headers['content-length']) > 1024 * 1024);
    expect(Number(request?.headers['content-length'])).toBeGreaterThan(40 * 1024 * 1024);
    expect(JSON.stringify(request?.body).slice(0, 300)).toContain(Buffer.alloc(30, 7).toString('base64'));
  });

  it('takes an address with and without a version and a slash at its end', async () => {
    const version = wire.route.includes('/v1beta/') ? '/v1beta' : '/v1';
    for (const suffix of wire.protocol === 'ollama' ? ['', '/'] : ['', '/', version, `${version}/`]) {
      const {server} = await start(subject, {tokens: 1});
      const backend = await subject.open(server.url + suffix);
      expect((await collectReply(backend)).error, suffix).toBeUndefined();
      await backend.close();
    }
  });

  it('bears a server that is closed while answers are under way', async () => {
    const {server, backend} = await start(subject, {tokens: Infinity, rate: 500});
    const answers = [collectReply(backend), collectReply(backend)];
    await vi.waitFor(() =>
      expect(server.requests.filter(({method}) => method === 'POST').length).toBeGreaterThan(1),
    );
    await server.close();
    for (const {error} of await Promise.all(answers)) expect(error?.kind).toMatch(/interrupted|unreachable/);
  });

  it('ends what is under way when the program leaves', async () => {
    const {server, backend} = await start(subject, {tokens: Infinity, rate: 500});
    const answer = collectReply(backend);
    await vi.waitFor(() => expect(server.requests.some(({method}) => method === 'POST')).toBe(true));
    await backend.close();
    expect((await answer).error).toMatchObject({kind: 'cancelled'});
  });
});

describe('a server that is away', () => {
  it.each(['ollama', 'openai'])('is asked again by %s, and nothing is told of a key', async id => {
    const [subject] = subjects.filter(({name}) => name === id);
    if (!subject) throw new Error(`no ${id}`);
    const {server, backend} = await start(subject);
    await server.close();
    const {error, events} = await collectReply(backend);
    expect(error).toMatchObject({kind: 'unreachable'});
    expect(events.flatMap(event => (event.type === 'wait' && event.ms === 0 ? [event.attempt] : []))).toEqual(
      [1, 2],
    );
    expect(JSON.stringify([error, error?.stack, events])).not.toContain(canary);
  });
});

describe('time', () => {
  const {openai} = wires;
  const open = (url: string, timeouts: object) =>
    Promise.resolve(createOpenAi({id: 'x', label: 'X', baseUrl: url, timeouts}));

  it('counts silence by bytes, so that a server that only says it is there is waited for', async () => {
    const pinging = async function* () {
      yield openai.begin;
      for (let count = 0; count < 12; count++) {
        await new Promise(resolve => setTimeout(resolve, 100));
        yield ': ping\n\n';
      }
      yield openai.text('a') + openai.end;
    };
    const {backend} = await start(
      {name: 'x', wire: openai, open: url => open(url, {idle: 900})},
      {routes: {[openai.route]: {headers: {'content-type': openai.contentType}, body: pinging}}},
    );
    expect(await collectReply(backend)).toMatchObject({text: 'a', error: undefined});
  });

  it('asks llama.cpp again while it loads its model, and says so', async () => {
    const loading = json({error: {code: 503, message: 'Loading model', type: 'unavailable_error'}}, 503);
    const answers = [loading, loading];
    const {server, backend} = await start(
      {
        name: 'llamacpp',
        wire: openai,
        open: async url => withRetries(createOpenAi({id: 'x', label: 'X', baseUrl: url}), {tickMs: 5}),
      },
      {
        routes: {
          [openai.route]: () =>
            answers.shift() ?? {
              headers: {'content-type': openai.contentType},
              body: openai.text('a') + openai.end,
            },
        },
      },
    );
    const {text, events} = await collectReply(backend);
    expect(text).toBe('a');
    expect(events.slice(0, 2)).toEqual([
      {type: 'progress', phase: 'load'},
      {type: 'progress', phase: 'load'},
    ]);
    expect(server.requests).toHaveLength(3);
  });
});

describe('figures', () => {
  it('leaves out what is zero, negative or not there, so that no speed is infinite', async () => {
    const ollama = {
      name: 'ollama',
      wire: wires.ollama,
      open: async (url: string) => createOllama({id: 'o', baseUrl: url}),
    };
    const last = {
      model: 'm',
      message: {role: 'assistant', content: ''},
      done: true,
      done_reason: 'stop',
      eval_count: 0,
    };
    const odd = {
      ...last,
      eval_duration: 0,
      load_duration: -5,
      prompt_eval_count: null,
      prompt_eval_duration: '7',
    };
    for (const end of [last, odd]) {
      const {backend} = await start(ollama, {
        routes: {
          'POST /api/chat': {
            headers: {'content-type': 'application/x-ndjson'},
            body: `${line('a')}${JSON.stringify(end)}\n`,
          },
        },
      });
      const {events} = await collectReply(backend);
      expect(events.find(({type}) => type === 'usage')).toEqual({type: 'usage'});
    }
    const {openai} = wires;
    const {backend} = await start(
      {
        name: 'x',
        wire: openai,
        open: async url => createOpenAi({id: 'x', label: 'X', baseUrl: url, dialect: plainDialect}),
      },
      {
        routes: {
          [openai.route]: {
            headers: {'content-type': openai.contentType},
            body: data(delta({content: 'a'}), {
              ...stop,
              usage: {prompt_tokens: -1, completion_tokens: 0, total_tokens: null},
              timings: {predicted_ms: 0, predicted_n: -3, prompt_n: 0},
            }),
          },
        },
      },
    );
    expect((await collectReply(backend)).events.some(({type}) => type === 'usage')).toBe(false);
  });
});
