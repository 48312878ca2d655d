import {describe, expect, it} from 'vitest';
import {
  answer,
  blockDelta,
  blockStart,
  blockStop,
  events,
  messageDelta,
  messageStart,
  messageStop,
  refusal,
  startAnthropic,
  wire,
} from './anthropicWire.ts';
import {collectReply} from './collectReply.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();
const start = startAnthropic.bind(undefined, closers);
const schema = {type: 'object', properties: {name: {type: 'string'}}};

describe('createAnthropic: an answer', () => {
  for (const chunking of ['whole', 'random', 'bytes'] as const) {
    it(`streams text, thinking and counts (${chunking})`, async () => {
      const {backend} = await start({
        chunking,
        text: ['He', 'llo 👩‍👩‍👧', ' 漢字'],
        reasoning: ['Let', ' me'],
      });
      const {events: all, text, reasoning, error} = await collectReply(backend);
      expect(error).toBeUndefined();
      expect([text, reasoning]).toEqual(['Hello 👩‍👩‍👧 漢字', 'Let me']);
      expect(all[0]).toEqual({type: 'start', model: 'scripted', id: 'msg_1'});
      expect(all.slice(-2)).toEqual([
        {type: 'usage', input: 26, output: 3, cached: 6},
        {type: 'finish', reason: 'stop', raw: 'end_turn'},
      ]);
    });

    it(`keeps the text before an error in the stream (${chunking})`, async () => {
      const body = events(...answer('a').slice(0, 3), {
        type: 'error',
        error: {type: 'overloaded_error', message: 'Overloaded'},
      });
      const {backend} = await start(wire(body, {chunking}));
      const {text, error} = await collectReply(backend);
      expect([text, error?.kind]).toEqual(['a', 'overloaded']);
    });
  }

  it('reads events without their `event:` line, and passes over what it does not know', async () => {
    const all = [
      messageStart,
      {type: 'ping'},
      {type: 'some_later_event', index: 3},
      blockStart({type: 'server_tool_use', id: 's', name: 'web_search', input: {}}),
      blockDelta({type: 'input_json_delta', partial_json: '{"query":"x"}'}),
      blockStop(),
      blockStart({type: 'text', text: 'a'}, 1),
      blockDelta({type: 'citations_delta', citation: {}}, 1),
      blockDelta({type: 'text_delta', text: 'b'}, 1),
      blockStop(1),
      {...messageDelta('end_turn'), usage: null},
      messageStop,
      blockDelta({type: 'text_delta', text: 'late'}, 1),
    ];
    const {backend} = await start(wire(all.map(each => `data: ${JSON.stringify(each)}\n\n`).join('')));
    const {text, events: got, error} = await collectReply(backend);
    expect([text, error]).toEqual(['ab', undefined]);
    expect(got.at(-1)).toMatchObject({type: 'finish', reason: 'stop'});
  });

  it('reads thinking that is interleaved with text, and says where some is withheld', async () => {
    const {backend} = await start(
      wire(
        events(
          messageStart,
          blockStart({type: 'thinking', thinking: '', signature: ''}),
          blockDelta({type: 'thinking_delta', thinking: 'one'}),
          blockDelta({type: 'signature_delta', signature: 'c2ln'}),
          blockStop(),
          blockStart({type: 'text', text: ''}, 1),
          blockDelta({type: 'text_delta', text: 'a'}, 1),
          blockStop(1),
          blockStart({type: 'thinking', thinking: 'two', signature: ''}, 2),
          blockStop(2),
          blockStart({type: 'redacted_thinking', data: 'ZW5j'}, 3),
          blockStop(3),
          messageDelta('end_turn'),
          messageStop,
        ),
      ),
    );
    const {text, reasoning} = await collectReply(backend);
    expect(text).toBe('a');
    expect(reasoning).toBe('one\n\ntwo\n\n[a part of the thinking is withheld]');
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['pause_turn', 'length'],
    ['refusal', 'content-filter'],
  ])('calls an end by %s %s', async (raw, reason) => {
    const {backend} = await start(wire(events(...answer('a', raw))));
    expect((await collectReply(backend)).events.at(-1)).toEqual({type: 'finish', reason, raw});
  });

  it('says why an answer was refused, and that one paused', async () => {
    const refused = [
      messageStart,
      messageDelta('refusal', {stop_details: {type: 'refusal', explanation: 'No.'}}),
      messageStop,
    ];
    for (const [body, words] of [
      [events(...refused), 'refused: No.'],
      [events(...answer('a', 'pause_turn')), '/continue'],
    ] as const) {
      const {backend} = await start(wire(body));
      expect((await collectReply(backend)).events).toContainEqual({
        type: 'warning',
        message: expect.stringContaining(words),
      });
    }
  });

  it('hands on calls of tools, whose input comes in pieces that are no JSON by themselves', async () => {
    const {backend} = await start(
      wire(
        events(
          messageStart,
          blockStart({type: 'tool_use', id: 'toolu_1', name: 'f', input: {}}),
          blockDelta({type: 'input_json_delta', partial_json: ''}),
          blockDelta({type: 'input_json_delta', partial_json: '{"x"'}),
          blockDelta({type: 'input_json_delta', partial_json: ':1}'}),
          blockStop(),
          blockStart({type: 'tool_use', id: 'toolu_2', name: 'g', input: {}}, 1),
          blockStop(1),
          messageDelta('tool_use'),
          messageStop,
        ),
      ),
    );
    expect((await collectReply(backend)).events.slice(-4)).toMatchObject([
      {type: 'tool-call', id: 'toolu_1', name: 'f', arguments: '{"x":1}'},
      {type: 'tool-call', id: 'toolu_2', name: 'g', arguments: '{}'},
      {type: 'usage'},
      {type: 'finish', reason: 'tool-calls'},
    ]);
  });

  it('gives the input of the forced tool as text, and what was said beside it as thinking', async () => {
    const body = events(
      messageStart,
      blockStart({type: 'text', text: ''}),
      blockDelta({type: 'text_delta', text: 'I shall answer.'}),
      blockStop(),
      blockStart({type: 'tool_use', id: 't', name: 'answer', input: {}}, 1),
      blockDelta({type: 'input_json_delta', partial_json: '{"name":'}, 1),
      blockDelta({type: 'input_json_delta', partial_json: '"Ada"}'}, 1),
      blockStop(1),
      messageDelta('tool_use'),
      messageStop,
    );
    const {backend} = await start(wire(body));
    const {text, reasoning, events: all} = await collectReply(backend, {schema});
    expect([text, reasoning]).toEqual(['{"name":"Ada"}', 'I shall answer.']);
    expect(all.at(-1)).toEqual({type: 'finish', reason: 'stop', raw: 'tool_use'});
  });

  it('takes a plain text for the answer where a gateway does not force the tool', async () => {
    const {backend} = await start(wire(events(...answer('{"name":"Ada"}'))));
    expect(await collectReply(backend, {schema})).toMatchObject({text: '{"name":"Ada"}', reasoning: ''});
  });

  it('calls an end without a reason interrupted, and needs no message_stop', async () => {
    for (const [body, after] of [
      [events(...answer('a').slice(0, 4)), 'end'],
      [events(...answer('a').slice(0, 3)), 'cut'],
    ] as const) {
      const {backend} = await start(wire(body, {after}));
      const {text, error} = await collectReply(backend);
      expect([text, error?.kind]).toEqual(['a', 'interrupted']);
    }
    const {backend} = await start(wire(events(...answer('a').slice(0, 5)).trimEnd()));
    expect(await collectReply(backend)).toMatchObject({text: 'a', error: undefined});
  });

  it('takes a whole answer, and tells another kind of server', async () => {
    const whole = {
      id: 'msg_1',
      type: 'message',
      model: 'm',
      content: [
        {type: 'thinking', thinking: 'hm', signature: 's'},
        {type: 'text', text: 'a'},
      ],
      stop_reason: 'end_turn',
      usage: {input_tokens: 2, output_tokens: 1},
    };
    const headers = {'content-type': 'application/json'};
    const one = await start(wire(JSON.stringify(whole), {headers}));
    expect(await collectReply(one.backend)).toMatchObject({text: 'a', reasoning: 'hm', error: undefined});
    for (const body of ['{"choices":[]}', '[]']) {
      const other = await start(wire(body, {headers}));
      expect((await collectReply(other.backend)).error).toMatchObject({kind: 'protocol'});
    }
    const stream = await start(wire('data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: [DONE]\n\n'));
    expect((await collectReply(stream.backend)).error?.message).toContain(
      'does not answer as Anthropic does',
    );
  });
});

describe('createAnthropic: what it refuses', () => {
  it.each([
    [401, 'authentication_error', 'invalid x-api-key', 'auth'],
    [402, 'billing_error', 'Check your payment details', 'quota'],
    [403, 'permission_error', 'Your key may not use this', 'auth'],
    [404, 'not_found_error', 'model: nothing', 'model-unknown'],
    [413, 'request_too_large', 'Request exceeds the maximum size', 'bad-request'],
    [429, 'rate_limit_error', 'This request would exceed your rate limit', 'rate-limit'],
    [500, 'api_error', 'Internal server error', 'engine'],
    [504, 'timeout_error', 'Request timed out', 'timeout'],
    [529, 'overloaded_error', 'Overloaded', 'overloaded'],
    [400, 'invalid_request_error', 'Your credit balance is too low to access the API', 'quota'],
  ])('names status %i %s', async (status, type, message, kind) => {
    const {backend} = await start({routes: {'POST /v1/messages': refusal(message, type, status)}});
    expect((await collectReply(backend)).error).toMatchObject({kind, status});
  });

  it.each([
    ['prompt is too long: 205,010 tokens > 200000 maximum', '205,010', '200,000'],
    [
      'input length and `max_tokens` exceed context limit: 199990 + 21333 > 200000, decrease input length or `max_tokens` and try again',
      '199,990',
      '200,000',
    ],
  ])('tells a context that is too small: %s', async (words, prompt, window) => {
    const {backend} = await start({routes: {'POST /v1/messages': refusal(words)}});
    const {error} = await collectReply(backend);
    expect(error?.kind).toBe('context');
    expect(error?.message).toContain(`${prompt} tokens`);
    expect(error?.message).toContain(`${window} tokens`);
  });
});
