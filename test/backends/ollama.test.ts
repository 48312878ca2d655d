import {describe, expect, it, vi} from 'vitest';
import {collectReply} from './collectReply.ts';
import {chat, doneLine, line, sent, signal, startOllama} from './ollamaWire.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();
const start = startOllama.bind(undefined, closers);

describe('createOllama: an answer', () => {
  for (const chunking of ['whole', 'random', 'bytes'] as const) {
    it(`streams text, thinking and figures (${chunking})`, async () => {
      const {backend} = await start({
        chunking,
        text: ['He', 'llo 👩‍👩‍👧', ' 漢', '字'],
        reasoning: ['Let', ' me'],
      });
      const {events, text, reasoning, error} = await collectReply(backend);
      expect(error).toBeUndefined();
      expect(text).toBe('Hello 👩‍👩‍👧 漢字');
      expect(reasoning).toBe('Let me');
      expect(events[0]).toEqual({type: 'start', model: 'scripted'});
      expect(events.at(-2)).toEqual({
        type: 'usage',
        input: 26,
        output: 4,
        loadMs: 41.295167,
        inputMs: 24.573166,
        outputMs: 4,
      });
      expect(events.at(-1)).toEqual({type: 'finish', reason: 'stop', raw: 'stop'});
    });

    it(`reads CRLF, blank and broken lines, and ignores what follows the end (${chunking})`, async () => {
      const body = `\n${line('a').trim()}\r\n\r\nnot json\n${line('b')}${doneLine}${line('late')}`;
      const {backend} = await start(chat(body, {chunking}));
      const {text, events, error} = await collectReply(backend);
      expect([text, error]).toEqual(['ab', undefined]);
      expect(events.filter(event => event.type === 'warning')).toHaveLength(1);
    });

    it(`keeps the text before an error in the stream (${chunking})`, async () => {
      const {backend} = await start({chunking, text: ['a', 'b', 'c', 'd'], errorAfter: 3});
      const {text, error, events} = await collectReply(backend);
      expect(text).toBe('abc');
      expect(error).toMatchObject({kind: 'engine'});
      expect(error?.message).toContain('an error was encountered while running the model');
      expect(events.some(event => event.type === 'finish')).toBe(false);
    });
  }

  it('calls a stream without an end, a reset, and an end without a reason interrupted', async () => {
    const noReason = doneLine.replace('"done_reason":"stop",', '');
    for (const body of [
      line('a'),
      line('a') + noReason,
      line('a') + noReason.replace('"done"', '"done_reason":"","done"'),
    ]) {
      const {backend} = await start(chat(body));
      const {text, error} = await collectReply(backend);
      expect([text, error?.kind]).toEqual(['a', 'interrupted']);
    }
    const {backend} = await start({text: ['a', 'b', 'c'], cutAfter: 2});
    const {text, error} = await collectReply(backend);
    expect([text, error?.kind]).toEqual(['ab', 'interrupted']);
  });

  it('loses nothing of what had come when the server goes away and the reader is slow', async () => {
    const {backend, server} = await start({tokens: 2_000, cutAfter: 2_000});
    let tokens = 0;
    const reading = (async () => {
      for await (const event of backend.reply(
        {model: 'scripted', messages: [{role: 'user', text: 'x'}], options: {}},
        signal(),
      )) {
        if (event.type !== 'text') continue;
        tokens++;
        if (tokens === 1) {
          await vi.waitFor(() => expect(server.closedEarly).toBe(1));
          await new Promise(resolve => setImmediate(resolve));
        }
      }
    })();
    await expect(reading).rejects.toMatchObject({kind: 'interrupted'});
    expect(tokens).toBe(2_000);
  });

  it('leaves figures out that the server does not know', async () => {
    const {backend} = await start(
      chat(
        `${line('a')}{"message":{"content":""},"done":true,"done_reason":"length","eval_count":1,"eval_duration":0}\n`,
      ),
    );
    const {events} = await collectReply(backend);
    expect(events.at(-2)).toEqual({type: 'usage', output: 1});
    expect(events.at(-1)).toMatchObject({reason: 'length'});
  });

  it('hands out whole tool calls', async () => {
    const call =
      '{"message":{"role":"assistant","content":"","tool_calls":[{"function":{"index":0,"name":"get_weather","arguments":{"city":"Tokyo"}}},{"id":"call_x","function":{"name":"now"}}]},"done":false}\n';
    const {backend} = await start(chat(call + doneLine));
    const {events} = await collectReply(backend);
    expect(events.filter(event => event.type === 'tool-call')).toEqual([
      {type: 'tool-call', id: 'call_1', name: 'get_weather', arguments: '{"city":"Tokyo"}'},
      {type: 'tool-call', id: 'call_x', name: 'now', arguments: '{}'},
    ]);
    expect(events.at(-1)).toMatchObject({reason: 'tool-calls'});
  });

  it('passes hostile text on as it is, and makes it harmless in errors', async () => {
    const hostile = '\u001b]52;c;AAAA\u0007\u202e\u0000\r';
    const {backend} = await start(chat(`${line(hostile)}${JSON.stringify({error: hostile})}\n`));
    const {text, error} = await collectReply(backend);
    expect(text).toBe(hostile);
    expect(error?.message).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it('refuses a line of 50 MB in bounded memory', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      for (let sent = 0; sent < 50; sent++) yield chunk;
    }
    const {backend} = await start({routes: {'POST /api/chat': {body: endless}}});
    expect((await collectReply(backend)).error).toMatchObject({kind: 'protocol'});
  });

  it('names a web page in its place', async () => {
    const {backend} = await start(chat('<html>', {headers: {'content-type': 'text/html'}}));
    expect((await collectReply(backend)).error).toMatchObject({kind: 'protocol'});
  });

  it('names errors that come as plain text', async () => {
    const {backend} = await start(
      chat('the server is on fire', {status: 500, headers: {'content-type': 'text/plain'}}),
    );
    const {error} = await collectReply(backend);
    expect(error).toMatchObject({kind: 'engine', status: 500});
    expect(error?.message).toContain('on fire');
  });

  it('names a model that is missing, and how to get it', async () => {
    const {backend} = await start(
      chat('{"error":"model \'scripted\' not found"}', {
        status: 404,
        headers: {'content-type': 'application/json'},
      }),
    );
    const {error} = await collectReply(backend);
    expect(error).toMatchObject({kind: 'model-unknown'});
    expect(error?.hint).toContain('llm models pull ollama/scripted');
  });

  it('says how to start a server that does not answer', async () => {
    const {backend, server} = await start();
    await server.close();
    const {error} = await collectReply(backend);
    expect(error).toMatchObject({kind: 'unreachable'});
    expect(error?.message).toBe(`Ollama at ${server.url.slice(7)} does not answer.`);
    expect(error?.hint).toContain('ollama serve');
  });
});

describe('createOllama: stopping', () => {
  it('stops before the headers, and the server sees it', async () => {
    const {backend, server} = await start({routes: {'POST /api/chat': () => new Promise(() => {})}});
    const controller = new AbortController();
    const asked = collectReply(backend, {}, controller.signal);
    await vi.waitFor(() => expect(sent(server)).toHaveLength(1));
    controller.abort();
    expect((await asked).error).toMatchObject({kind: 'cancelled'});
    await vi.waitFor(() => expect(server.closedEarly).toBe(1));
  });

  it('stops in the middle, and the server sees it', async () => {
    const {backend, server} = await start({tokens: Infinity, rate: 500});
    const controller = new AbortController();
    const events = backend.reply(
      {model: 'scripted', messages: [{role: 'user', text: 'x'}], options: {}},
      controller.signal,
    );
    const reading = (async () => {
      for await (const event of events) if (event.type === 'text') controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({kind: 'cancelled'});
    await vi.waitFor(() => expect(server.closedEarly).toBe(1));
  });

  it('closes the connection when the loop is left, and leaves other answers alone', async () => {
    const {backend, server} = await start({tokens: 60, rate: 1_000});
    const other = collectReply(backend);
    for await (const event of backend.reply(
      {model: 'scripted', messages: [{role: 'user', text: 'x'}], options: {}},
      signal(),
    )) {
      if (event.type === 'text') break;
    }
    await vi.waitFor(() => expect(server.closedEarly).toBe(1));
    expect((await other).error).toBeUndefined();
    expect(server.closedEarly).toBe(1);
  });
});
