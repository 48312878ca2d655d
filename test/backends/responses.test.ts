import {describe, expect, it} from 'vitest';
import {createOpenAi} from '../../src/backends/openai.ts';
import type {ReplyEvent} from '../../src/core/reply.ts';
import {collectReply} from './collectReply.ts';
import {data, delta, json, stop} from './openAiWire.ts';
import {
  type ScriptedRequest,
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
  type WireReply,
} from './scriptedServer.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();

async function start(options: Omit<ScriptedServerOptions, 'protocol'> = {}) {
  const server = await startScriptedServer({protocol: 'responses', ...options});
  const backend = createOpenAi({id: 'x', label: 'X at test', baseUrl: server.url, responses: true});
  closers.push(backend.close, server.close);
  return {server, backend};
}

const sse = {'content-type': 'text/event-stream'};
const wire = (body: WireReply['body'], rest: WireReply = {}) => ({
  routes: {'POST /v1/responses': {headers: sse, ...(body && {body}), ...rest}},
});
const created = {
  type: 'response.created',
  response: {id: 'resp_1', object: 'response', model: 'm', status: 'in_progress'},
};
const said = (text: string) => ({type: 'response.output_text.delta', output_index: 0, delta: text});
const ended = (status: string, rest: object = {}) => ({
  type: `response.${status}`,
  response: {id: 'resp_1', model: 'm', status, ...rest},
});
const chat: WireReply = {headers: sse, body: data(delta({content: 'by chat'}), stop, '[DONE]')};
const paths = (server: ScriptedServer): string[] => server.requests.map(({path}) => path);
const bodies = (server: ScriptedServer): Record<string, unknown>[] =>
  server.requests.map(({body}) => body as Record<string, unknown>);
const warningsOf = (events: readonly ReplyEvent[]): string[] =>
  events.flatMap(event => (event.type === 'warning' ? [event.message] : []));

describe('OpenAI by its responses: an answer', () => {
  for (const chunking of ['whole', 'random', 'bytes'] as const) {
    it(`streams text, a summary of the thinking, and counts (${chunking})`, async () => {
      const {backend} = await start({
        chunking,
        text: ['He', 'llo 👩‍👩‍👧', ' 漢字'],
        reasoning: ['Let', ' me'],
      });
      const {events, text, reasoning, error} = await collectReply(backend);
      expect(error).toBeUndefined();
      expect([text, reasoning]).toEqual(['Hello 👩‍👩‍👧 漢字', 'Let me']);
      expect(events[0]).toEqual({type: 'start', model: 'scripted', id: 'resp_1'});
      expect(events.slice(-2)).toEqual([
        {type: 'usage', input: 26, output: 3},
        {type: 'finish', reason: 'stop', raw: 'completed'},
      ]);
    });
  }

  it('keeps parts of a summary apart, reads counts in detail, and passes over what it does not know', async () => {
    const {backend} = await start(
      wire(
        data(
          created,
          {type: 'response.output_item.added', item: {type: 'reasoning'}},
          {type: 'response.reasoning_summary_part.added', summary_index: 0},
          {type: 'response.reasoning_summary_text.delta', delta: 'one'},
          {type: 'response.reasoning_summary_part.added', summary_index: 1},
          {type: 'response.reasoning_summary_text.delta', delta: 'two'},
          {type: 'response.some.later.event', delta: 'x'},
          said('a'),
          {type: 'response.refusal.delta', delta: ' (no)'},
          {
            type: 'response.output_item.done',
            item: {type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}'},
          },
          ended('completed', {
            usage: {
              input_tokens: 9,
              output_tokens: 4,
              input_tokens_details: {cached_tokens: 3},
              output_tokens_details: {reasoning_tokens: 2},
            },
          }),
          said('late'),
        ),
      ),
    );
    const {text, reasoning, events} = await collectReply(backend);
    expect([text, reasoning]).toEqual(['a (no)', 'one\n\ntwo']);
    expect(events.slice(-3)).toEqual([
      {type: 'tool-call', id: 'c1', name: 'f', arguments: '{}'},
      {type: 'usage', input: 9, output: 4, reasoning: 2, cached: 3},
      {type: 'finish', reason: 'tool-calls', raw: 'completed'},
    ]);
  });

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
  ])('calls an answer that is incomplete by %s %s', async (raw, reason) => {
    const {backend} = await start(
      wire(data(created, said('a'), ended('incomplete', {incomplete_details: {reason: raw}}))),
    );
    const {text, events} = await collectReply(backend);
    expect([text, events.at(-1)]).toEqual(['a', {type: 'finish', reason, raw}]);
  });

  it.each([
    [
      'a response that failed',
      ended('failed', {error: {code: 'server_error', message: 'it broke'}}),
      'engine',
    ],
    ['an error', {type: 'error', code: 'server_error', message: 'it broke', param: null}, 'engine'],
    [
      'an error within one',
      {type: 'error', error: {code: 'rate_limit_exceeded', message: 'it broke'}},
      'rate-limit',
    ],
  ])('keeps the text before %s', async (_name, last, kind) => {
    const {backend} = await start(wire(data(created, said('a'), last)));
    const {text, error} = await collectReply(backend);
    expect([text, error?.kind]).toEqual(['a', kind]);
    expect(error?.message).toContain('it broke');
  });

  it('calls an end that was never said interrupted, and another server so', async () => {
    const cut = await start(wire(data(created, said('a')), {after: 'cut'}));
    expect(await collectReply(cut.backend)).toMatchObject({text: 'a', error: {kind: 'interrupted'}});
    const other = await start(wire(data(delta({content: 'a'}), '[DONE]')));
    expect((await collectReply(other.backend)).error).toMatchObject({kind: 'protocol'});
  });

  it('takes a whole answer', async () => {
    const whole = {
      id: 'resp_1',
      object: 'response',
      model: 'm',
      status: 'completed',
      output: [
        {type: 'reasoning', summary: [{type: 'summary_text', text: 'hm'}]},
        {type: 'message', content: [{type: 'output_text', text: 'a'}]},
      ],
      usage: {input_tokens: 1, output_tokens: 2},
    };
    const {backend} = await start({routes: {'POST /v1/responses': json(whole)}});
    expect(await collectReply(backend)).toMatchObject({text: 'a', reasoning: 'hm', error: undefined});
  });
});

describe('OpenAI by its responses: the request', () => {
  it('sends what was said in its shape, and has nothing stored', async () => {
    const {backend, server} = await start();
    await collectReply(backend, {
      model: 'gpt-5',
      messages: [
        {role: 'system', text: 'Be brief.'},
        {
          role: 'user',
          text: 'what?',
          attachments: [{kind: 'image', name: 'a', mediaType: 'image/png', data: Uint8Array.of(1, 2, 3)}],
        },
        {role: 'assistant', text: 'that'},
        {role: 'user', text: 'well?'},
      ],
      options: {max_tokens: 9, top_p: 0.5},
      think: 'max',
      schema: {type: 'object'},
    });
    expect(bodies(server)).toEqual([
      {
        model: 'gpt-5',
        instructions: 'Be brief.',
        input: [
          {
            role: 'user',
            content: [
              {type: 'input_image', image_url: 'data:image/png;base64,AQID'},
              {type: 'input_text', text: 'what?'},
            ],
          },
          {role: 'assistant', content: 'that'},
          {role: 'user', content: [{type: 'input_text', text: 'well?'}]},
        ],
        stream: true,
        store: false,
        top_p: 0.5,
        max_output_tokens: 9,
        reasoning: {effort: 'high', summary: 'auto'},
        text: {format: {type: 'json_schema', name: 'answer', strict: false, schema: {type: 'object'}}},
      },
    ]);
  });

  it.each([
    ['gpt-4o', undefined, undefined],
    ['gpt-5-chat-latest', undefined, undefined],
    ['o3', undefined, {summary: 'auto'}],
    ['gpt-5', 'off', {effort: 'none'}],
    ['gpt-4o', 'low', {effort: 'low', summary: 'auto'}],
  ] as const)('asks %s to think %s', async (model, think, reasoning) => {
    const {backend, server} = await start();
    await collectReply(backend, {model, ...(think && {think})});
    expect(bodies(server)[0]?.reasoning).toEqual(reasoning);
  });

  it('does without a summary, or without thinking, where a model has none', async () => {
    const {backend, server} = await start({
      routes: {
        'POST /v1/responses': ({body}: ScriptedRequest) => {
          const {reasoning} = body as {reasoning?: {summary?: string}};
          if (reasoning?.summary) {
            return json(
              {
                error: {
                  message: 'Your organization must be verified to generate reasoning summaries.',
                  type: 'invalid_request_error',
                  param: 'reasoning.summary',
                  code: 'unsupported_value',
                },
              },
              400,
            );
          }
          if (reasoning) {
            return json(
              {
                error: {
                  message: "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
                  type: 'invalid_request_error',
                  param: 'reasoning.effort',
                  code: 'unsupported_parameter',
                },
              },
              400,
            );
          }
          return {headers: sse, body: data(created, said('a'), ended('completed'))};
        },
      },
    });
    const {text, events} = await collectReply(backend, {think: 'low'});
    expect([text, warningsOf(events)]).toEqual([
      'a',
      ['X at test does not accept a level of thinking; it was left out.'],
    ]);
    expect(bodies(server).map(({reasoning}) => reasoning)).toEqual([
      {effort: 'low', summary: 'auto'},
      {effort: 'low'},
      undefined,
    ]);
  });

  it('asks by chat for what responses do not have', async () => {
    const {backend, server} = await start({routes: {'POST /v1/chat/completions': chat}});
    expect((await collectReply(backend, {options: {stop: ['END']}})).text).toBe('by chat');
    expect(paths(server)).toEqual(['/v1/chat/completions']);
  });

  it('goes over to chat for good where the address is not known, and for one model where that is not', async () => {
    const missing = await start({
      routes: {
        'POST /v1/responses': json(
          {error: {message: 'Invalid URL (POST /v1/responses)', type: 'invalid_request_error'}},
          404,
        ),
        'POST /v1/chat/completions': chat,
      },
    });
    for (let round = 0; round < 2; round++)
      expect((await collectReply(missing.backend)).text).toBe('by chat');
    expect(paths(missing.server)).toEqual(['/v1/responses', '/v1/chat/completions', '/v1/chat/completions']);
    const old = await start({
      routes: {
        'POST /v1/responses': json(
          {
            error: {
              message: 'This model is only supported in v1/chat/completions and not in v1/responses.',
              type: 'invalid_request_error',
            },
          },
          400,
        ),
        'POST /v1/chat/completions': chat,
      },
    });
    for (let round = 0; round < 2; round++) expect((await collectReply(old.backend)).text).toBe('by chat');
    expect(paths(old.server)).toHaveLength(4);
  });

  it('does not go over to chat for a model that does not exist', async () => {
    const {backend, server} = await start({
      routes: {
        'POST /v1/responses': json(
          {
            error: {
              message: "The model 'x' does not exist or you do not have access to it.",
              code: 'model_not_found',
            },
          },
          404,
        ),
      },
    });
    expect((await collectReply(backend)).error).toMatchObject({kind: 'model-unknown'});
    expect(server.requests).toHaveLength(1);
  });
});
