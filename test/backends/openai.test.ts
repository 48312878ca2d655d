import {describe, expect, it, vi} from 'vitest';
import {plainDialect} from '../../src/backends/presets.ts';
import {collectReply} from './collectReply.ts';
import {data, delta, sent, startOpenAi, stop, wire} from './openAiWire.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();
const start = startOpenAi.bind(undefined, closers);

describe('createOpenAi: an answer', () => {
  for (const chunking of ['whole', 'random', 'bytes'] as const) {
    it(`streams text, thinking and counts (${chunking})`, async () => {
      const {backend} = await start({
        chunking,
        text: ['He', 'llo 👩‍👩‍👧', ' 漢', '字'],
        reasoning: ['Let', ' me'],
      });
      const {events, text, reasoning, error} = await collectReply(backend);
      expect(error).toBeUndefined();
      expect(text).toBe('Hello 👩‍👩‍👧 漢字');
      expect(reasoning).toBe('Let me');
      expect(events[0]).toEqual({type: 'start', model: 'scripted', id: 'chatcmpl-1'});
      expect(events.slice(-2)).toEqual([
        {type: 'usage', input: 26, output: 4},
        {type: 'finish', reason: 'stop', raw: 'stop'},
      ]);
    });

    it(`bears all that servers leave out or add (${chunking})`, async () => {
      const body =
        '\ufeff: ping\r\n\r\n' +
        data(
          {...delta({role: '', content: null}), usage: null},
          {...delta({role: null, content: 'a'}), usage: null},
          {id: 'c1'},
          {id: 'c1', choices: []},
          {id: 'c1', choices: [{index: 0, delta: null, finish_reason: null}]},
          {
            id: 'c1',
            choices: [
              {index: 1, delta: {content: 'other'}},
              {index: 0, delta: {content: 'b'}},
            ],
          },
        ) +
        'event: message\nid: 4\nretry: 10\ndata:' +
        `${JSON.stringify(delta({content: 'c'}))}\r\n\r\n` +
        data(
          {...stop, usage: {prompt_tokens: 1, completion_tokens: 1}},
          {
            choices: [],
            usage: {
              prompt_tokens: 5,
              completion_tokens: 3,
              prompt_tokens_details: {cached_tokens: 2},
              completion_tokens_details: {reasoning_tokens: 1},
            },
          },
          '[DONE]',
          delta({content: 'late'}),
          {error: 'late'},
        );
      const {backend} = await start(wire(body, {chunking}));
      const {text, events, error} = await collectReply(backend);
      expect([text, error]).toEqual(['abc', undefined]);
      expect(events.filter(event => event.type === 'usage')).toEqual([
        {type: 'usage', input: 5, output: 3, cached: 2, reasoning: 1},
      ]);
    });

    it.each([
      ['an object', data({error: {code: 500, message: 'it broke', type: 'server_error'}})],
      ['a text', data({error: 'it broke'})],
      ['JSON in a text', data({error: JSON.stringify({error: {message: 'it broke'}})})],
      ['an event of that name', 'event: error\ndata: {"message":"it broke"}\n\n'],
      [
        'an event of that name with an error in it',
        'event: error\ndata: {"error":{"message":"it broke"}}\n\n',
      ],
      ['the field that llama.cpp once used', 'error: {"code":500,"message":"it broke"}\n\n'],
    ])(`keeps the text before an error as %s (${chunking})`, async (_name, frame) => {
      const {backend} = await start(
        wire(`${data(delta({content: 'a'}))}${frame}data: [DONE]\n\n`, {chunking}),
      );
      const {text, error} = await collectReply(backend);
      expect(text).toBe('a');
      expect(error).toMatchObject({kind: 'engine'});
      expect(error?.message).toContain('it broke');
    });
  }

  it('takes an end with a reason for an end, with or without [DONE] and a last newline', async () => {
    for (const body of [
      data(delta({content: 'a'}), stop),
      data(delta({content: 'a'}), stop, '[DONE]').trimEnd(),
      data(delta({content: 'a'}), stop).trimEnd(),
      data(delta({content: 'a'}, ''), '[DONE]'),
    ]) {
      const {backend} = await start(wire(body));
      const {text, events, error} = await collectReply(backend);
      expect([text, events.at(-1)?.type, error]).toEqual(['a', 'finish', undefined]);
    }
  });

  it('calls an end without a reason, a cut and an empty answer interrupted', async () => {
    for (const reply of [
      {body: data(delta({content: 'a'}))},
      {body: data(delta({content: 'a'})), after: 'cut' as const},
      {body: data(delta({content: 'a'}, 'error'), '[DONE]')},
    ]) {
      const {backend} = await start(wire(reply.body, reply));
      const {text, error} = await collectReply(backend);
      expect([text, error?.kind]).toEqual(['a', 'interrupted']);
    }
    for (const reply of [{status: 204}, {body: data('[DONE]')}, {body: ''}]) {
      const {backend} = await start(wire(undefined, reply));
      expect((await collectReply(backend)).error).toMatchObject({kind: 'interrupted'});
    }
  });

  it('says that a server whose words cannot be read is another kind of server', async () => {
    for (const body of ['data: hello\n\ndata: there\n\n', 'data: hello\n\ndata: [DONE]\n\n']) {
      const {backend} = await start(wire(body));
      const {error} = await collectReply(backend);
      expect(error).toMatchObject({kind: 'protocol'});
      expect(error?.hint).toContain('another program may be listening');
    }
    // One bad line before a good one is no such case.
    const {backend} = await start(wire(`data: hello\n\n${data(delta({content: 'a'}))}`));
    expect((await collectReply(backend)).error?.kind).toBe('interrupted');
  });

  it('hands out held back text when the answer breaks off', async () => {
    const {backend} = await start(wire(data(delta({content: 'a\n</thi'})), {after: 'cut'}));
    const {text, error} = await collectReply(backend);
    expect([text, error?.kind]).toEqual(['a\n</thi', 'interrupted']);
  });

  it('does not wait for a server that never closes', async () => {
    const {backend, server} = await start(wire(data(delta({content: 'a'}), stop, '[DONE]'), {after: 'hang'}));
    expect((await collectReply(backend)).error).toBeUndefined();
    await vi.waitFor(() => expect(server.closedEarly).toBe(1));
  });

  it.each(['reasoning_content', 'reasoning', 'reasoning_text'])('reads thinking from %s', async field => {
    const {backend} = await start(wire(data(delta({[field]: 'hm'}), delta({content: '<think>a'}), stop)));
    const {reasoning, text} = await collectReply(backend);
    expect([reasoning, text]).toEqual(['hm', '<think>a']);
  });

  it('reads thinking between tags, and from a list of parts', async () => {
    const tags = await start(wire(data(delta({content: '<th'}), delta({content: 'ink>hm</think>a'}), stop)));
    expect(await collectReply(tags.backend)).toMatchObject({reasoning: 'hm', text: 'a'});
    const parts = [
      {type: 'thinking', thinking: [{type: 'text', text: 'hm'}]},
      {type: 'text', text: 'a'},
      {type: 'reference', reference_ids: [1]},
    ];
    const list = await start(wire(data(delta({content: parts}), stop)));
    expect(await collectReply(list.backend)).toMatchObject({reasoning: 'hm', text: 'a'});
    const plain = await start(wire(data(delta({content: '<think>hm</think>a'}), stop)), {
      dialect: {...plainDialect, inlineThinking: false},
    });
    expect(await collectReply(plain.backend)).toMatchObject({reasoning: '', text: '<think>hm</think>a'});
  });

  it('learns that a template opens the thinking in the prompt', async () => {
    const {backend} = await start(wire(data(delta({content: 'hm\n</think>\n\na'}), stop)));
    expect(await collectReply(backend)).toMatchObject({reasoning: '', text: 'hm\n\na'});
    expect(await collectReply(backend)).toMatchObject({reasoning: 'hm\n', text: 'a'});
  });

  it('puts tool calls together that come in pieces, or whole with the reason', async () => {
    const pieces = await start(
      wire(
        data(
          delta({tool_calls: [{index: 0, id: 'a', type: 'function', function: {name: 'f', arguments: ''}}]}),
          delta({tool_calls: [{index: 0, function: {arguments: '{"x":1}'}}]}),
          stop,
          '[DONE]',
        ),
      ),
    );
    const whole = await start(
      wire(
        data(
          delta(
            {tool_calls: [{index: 0, id: 'a', function: {name: 'f', arguments: '{"x":1}'}}]},
            'tool_calls',
          ),
        ),
      ),
    );
    for (const {backend} of [pieces, whole]) {
      const {events} = await collectReply(backend);
      expect(events.slice(-2)).toMatchObject([
        {type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}'},
        {type: 'finish', reason: 'tool-calls'},
      ]);
    }
  });

  it("reads llama.cpp's progress and timings", async () => {
    const {backend} = await start(
      wire(
        data(
          {choices: [], prompt_progress: {total: 100, cache: 0, processed: 25, time_ms: 9}},
          delta({content: 'a'}),
          {
            ...delta({}, 'length'),
            timings: {cache_n: 20, prompt_n: 80, prompt_ms: 12.5, predicted_n: 7, predicted_ms: 70},
          },
        ),
      ),
    );
    const {events} = await collectReply(backend);
    expect(events).toContainEqual({type: 'progress', phase: 'prefill', ratio: 0.25});
    expect(events.slice(-2)).toEqual([
      {type: 'usage', input: 100, output: 7, cached: 20, inputMs: 12.5, outputMs: 70},
      {type: 'finish', reason: 'length', raw: 'length'},
    ]);
  });

  it('takes a whole answer, and events under a wrong type', async () => {
    const whole = {
      id: 'c1',
      model: 'm',
      choices: [
        {
          index: 0,
          message: {role: 'assistant', content: 'a', reasoning_content: 'hm'},
          finish_reason: 'stop',
        },
      ],
      usage: {prompt_tokens: 2, completion_tokens: 1},
    };
    const one = await start(wire(JSON.stringify(whole), {headers: {'content-type': 'application/json'}}));
    expect(await collectReply(one.backend)).toMatchObject({text: 'a', reasoning: 'hm', error: undefined});
    const two = await start(
      wire(data(delta({content: 'a'}), stop), {headers: {'content-type': 'application/json'}}),
    );
    expect(await collectReply(two.backend)).toMatchObject({text: 'a', error: undefined});
    const failed = await start(
      wire('{"error":{"message":"it broke"}}', {headers: {'content-type': 'application/json'}}),
    );
    expect((await collectReply(failed.backend)).error?.message).toContain('it broke');
  });

  it('refuses an event of 50 MB, and a web page', async () => {
    async function* endless(): AsyncGenerator<string | Uint8Array> {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      yield 'data: ';
      for (let count = 0; count < 50; count++) yield chunk;
    }
    const {backend} = await start(wire(endless));
    expect((await collectReply(backend)).error).toMatchObject({kind: 'protocol'});
    const page = await start(wire('<html>', {headers: {'content-type': 'text/html'}}));
    expect((await collectReply(page.backend)).error).toMatchObject({kind: 'protocol'});
  });

  it('stops in the middle and before the headers, and the server sees it', async () => {
    const endless = await start({tokens: Infinity, rate: 500});
    const controller = new AbortController();
    const reading = (async () => {
      for await (const event of endless.backend.reply(
        {model: 'scripted', messages: [{role: 'user', text: 'x'}], options: {}},
        controller.signal,
      )) {
        if (event.type === 'text') controller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({kind: 'cancelled'});
    await vi.waitFor(() => expect(endless.server.closedEarly).toBe(1));

    const slow = await start({routes: {'POST /v1/chat/completions': () => new Promise(() => {})}});
    const second = new AbortController();
    const asked = collectReply(slow.backend, {}, second.signal);
    await vi.waitFor(() => expect(sent(slow.server)).toHaveLength(1));
    second.abort();
    expect((await asked).error).toMatchObject({kind: 'cancelled'});
    await vi.waitFor(() => expect(slow.server.closedEarly).toBe(1));
  });
});
