import {describe, expect, it} from 'vitest';
import type {ReplyEvent} from '../../src/core/reply.ts';
import {answer, events, refusal, sent, startAnthropic} from './anthropicWire.ts';
import {collectReply} from './collectReply.ts';
import {json, signal} from './openAiWire.ts';
import type {ScriptedRequest, WireReply} from './scriptedServer.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();
const start = startAnthropic.bind(undefined, closers);
const stream: WireReply = {headers: {'content-type': 'text/event-stream'}, body: events(...answer('a'))};
const schema = {type: 'object', properties: {}, additionalProperties: false};

type Body = {
  thinking?: {type: string; display?: string};
  output_config?: object;
  max_tokens: number;
  temperature?: number;
  top_p?: number;
};
/** A server that refuses some requests with a text, and what it says about its model. */
const refusing = (why: (body: Body) => string | undefined, about?: object) => ({
  routes: {
    'GET /v1/models/scripted': about ? json({id: 'scripted', ...about}) : json({}, 404),
    'POST /v1/messages': ({body}: ScriptedRequest) => {
      const words = why(body as Body);
      return words === undefined ? stream : refusal(words);
    },
  },
});
const warningsOf = (all: readonly ReplyEvent[]): string[] =>
  all.flatMap(event => (event.type === 'warning' ? [event.message] : []));

describe('createAnthropic: the request', () => {
  it('sends what was said in its shape, and the key in its header only', async () => {
    const {backend, server} = await start({}, {apiKey: ' sk-ant-canary\n'});
    await collectReply(backend, {
      messages: [
        {role: 'system', text: 'Be brief.'},
        {
          role: 'user',
          text: '/etc/hostname',
          attachments: [
            {kind: 'text', name: 'a.txt', text: 'file'},
            {kind: 'image', name: 'a', mediaType: 'image/png', data: Uint8Array.of(1, 2, 3)},
          ],
        },
        {role: 'assistant', text: ''},
        {role: 'user', text: 'well?'},
      ],
      options: {temperature: 0.5, top_k: 3, stop: ['END'], max_tokens: 9, seed: 4},
    });
    expect(sent(server)[0]).toEqual({
      model: 'scripted',
      max_tokens: 9,
      stream: true,
      system: 'Be brief.',
      messages: [
        {
          role: 'user',
          content: [
            {type: 'image', source: {type: 'base64', media_type: 'image/png', data: 'AQID'}},
            {type: 'text', text: '<file name="a.txt">\nfile\n</file>\n\n/etc/hostname'},
          ],
        },
        {role: 'user', content: [{type: 'text', text: 'well?'}]},
      ],
      temperature: 0.5,
      top_k: 3,
      stop_sequences: ['END'],
    });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers).toMatchObject({
      'x-api-key': 'sk-ant-canary',
      'anthropic-version': '2023-06-01',
    });
    expect(JSON.stringify(server.requests.map(({path, body}) => [path, body]))).not.toContain('canary');
  });

  it('takes the limit of an answer from the model, asked for once, and a usual one where that is not told', async () => {
    const {backend, server} = await start();
    await collectReply(backend);
    await collectReply(backend);
    expect(sent(server).map(body => body.max_tokens)).toEqual([64_000, 64_000]);
    expect(server.requests.filter(({method}) => method === 'GET')).toHaveLength(1);
    const other = await start(refusing(() => undefined));
    await collectReply(other.backend);
    expect(sent(other.server)[0]?.max_tokens).toBe(8_192);
  });

  it('asks a gateway that keeps its list of models from the key all the same', async () => {
    const {backend, server} = await start({
      routes: {'GET /v1/models/scripted': json({error: {type: 'permission_error', message: 'no'}}, 403)},
    });
    for (let round = 0; round < 2; round++) expect((await collectReply(backend)).error).toBeUndefined();
    expect(server.requests.map(({method}) => method)).toEqual(['GET', 'POST', 'POST']);
  });

  it('takes the limit that a refusal names, and what the prompt leaves of a shared window', async () => {
    const small = await start(
      refusing(({max_tokens}) =>
        max_tokens > 4_096
          ? `max_tokens: ${max_tokens} > 4096, which is the maximum allowed number of output tokens`
          : undefined,
      ),
    );
    expect((await collectReply(small.backend)).text).toBe('a');
    expect(sent(small.server).map(body => body.max_tokens)).toEqual([8_192, 4_096]);
    const shared = await start(
      refusing(({max_tokens}) =>
        max_tokens > 5_000
          ? `input length and \`max_tokens\` exceed context limit: 195000 + ${max_tokens} > 200000, decrease`
          : undefined,
      ),
    );
    expect((await collectReply(shared.backend)).text).toBe('a');
    // A limit that the person has set is not changed.
    expect((await collectReply(shared.backend, {options: {max_tokens: 6_000}})).error?.kind).toBe('context');
  });

  it.each([
    ['claude-opus-4-6', {type: 'adaptive', display: 'summarized'}, {effort: 'high'}],
    ['claude-sonnet-5', {type: 'adaptive', display: 'summarized'}, {effort: 'high'}],
    ['claude-sonnet-4-5-20250929', {type: 'enabled', budget_tokens: 16_384}, undefined],
    ['claude-opus-4-20250514', {type: 'enabled', budget_tokens: 16_384}, undefined],
    ['claude-3-7-sonnet-latest', {type: 'enabled', budget_tokens: 16_384}, undefined],
  ])('has %s think in the way of its family', async (model, thinking, output) => {
    const {backend, server} = await start();
    await collectReply(backend, {model, think: 'high', options: {temperature: 0.2}});
    expect(sent(server)[0]).toMatchObject({thinking, ...(output && {output_config: output})});
    expect(sent(server)[0]).not.toHaveProperty('temperature');
    expect(sent(server)[0]?.max_tokens).toBe(thinking.type === 'enabled' ? 8_192 + 16_384 : 8_192);
  });

  it('has a model think in the way that it says it does', async () => {
    const supported = {supported: true};
    const {backend, server} = await start(
      refusing(() => undefined, {
        max_tokens: 10_000,
        capabilities: {
          thinking: {supported: true, types: {adaptive: {supported: false}, enabled: supported}},
          effort: {supported: false},
          structured_outputs: supported,
        },
      }),
    );
    await collectReply(backend, {think: 'max', schema});
    await collectReply(backend, {think: 'off'});
    expect(sent(server)).toMatchObject([
      {
        max_tokens: 10_000,
        thinking: {type: 'enabled', budget_tokens: 8_976},
        output_config: {format: {type: 'json_schema', schema}},
      },
      {thinking: {type: 'disabled'}},
    ]);
    const adaptive = await start(
      refusing(() => undefined, {
        capabilities: {
          thinking: {supported: true, types: {adaptive: supported, enabled: {supported: false}}},
          effort: {supported: true, low: supported, high: supported, xhigh: supported},
        },
      }),
    );
    await collectReply(adaptive.backend, {think: 'max'});
    expect(sent(adaptive.server)[0]).toMatchObject({
      thinking: {type: 'adaptive'},
      output_config: {effort: 'xhigh'},
    });
  });

  it('falls back to the other way of thinking, then to none, and remembers it', async () => {
    const {backend, server} = await start(
      refusing(
        ({thinking}) =>
          thinking?.display
            ? 'thinking.adaptive.display: Extra inputs are not permitted'
            : thinking?.type === 'adaptive'
              ? 'adaptive thinking is not supported on this model'
              : thinking
                ? '"thinking.type.enabled" is not supported for this model'
                : undefined,
        {capabilities: {thinking: {supported: true, types: {adaptive: {supported: true}}}}},
      ),
    );
    const first = await collectReply(backend, {think: 'low'});
    expect([first.text, warningsOf(first.events)]).toEqual([
      'a',
      ['X at test does not accept thinking; it was left out.'],
    ]);
    expect(sent(server).map(body => (body.thinking as {type: string} | undefined)?.type)).toEqual([
      'adaptive',
      'adaptive',
      'enabled',
      undefined,
    ]);
    await collectReply(backend, {think: 'low'});
    expect(sent(server)).toHaveLength(5);
  });

  it('leaves out of two sampling options the one that a model does not take beside the other', async () => {
    const {backend, server} = await start(
      refusing(({temperature, top_p}) =>
        temperature !== undefined && top_p !== undefined
          ? '`temperature` and `top_p` cannot both be specified for this model. Please use only one.'
          : undefined,
      ),
    );
    const {events: all} = await collectReply(backend, {options: {temperature: 0.3, top_p: 0.9}});
    expect(sent(server).at(-1)).toMatchObject({temperature: 0.3});
    expect(warningsOf(all)).toEqual(['X at test does not accept top_p; it was left out.']);
  });

  it('forces a tool whose input is the schema, without thinking, where no other way is known', async () => {
    const {backend, server} = await start();
    const {events: all} = await collectReply(backend, {schema, think: 'low'});
    expect(sent(server)[0]).toMatchObject({
      tools: [{name: 'answer', input_schema: schema}],
      tool_choice: {type: 'tool', name: 'answer'},
    });
    expect(sent(server)[0]).not.toHaveProperty('thinking');
    expect(warningsOf(all)[0]).toContain('must fit a schema');
  });

  it('goes over to the tool when the format is refused', async () => {
    const {backend, server} = await start(
      refusing(
        ({output_config}) => (output_config ? 'output_config.format.schema: invalid schema' : undefined),
        {
          capabilities: {structured_outputs: {supported: true}},
        },
      ),
    );
    expect((await collectReply(backend, {schema})).text).toBe('a');
    expect(sent(server).map(body => body.tools !== undefined)).toEqual([false, true]);
  });

  it('warns of sampling options that do not go with thinking', async () => {
    const {backend} = await start();
    const {events: all} = await collectReply(backend, {think: 'low', options: {temperature: 0}});
    expect(warningsOf(all)).toEqual([expect.stringContaining('no temperature')]);
  });
});

describe('createAnthropic: the models', () => {
  it('lists all pages, with windows and abilities', async () => {
    const page = (ids: string[], last_id?: string) =>
      json({
        data: ids.map(id => ({
          type: 'model',
          id,
          created_at: '2026-02-19T00:00:00Z',
          max_input_tokens: 200_000,
          max_tokens: 64_000,
          capabilities: {image_input: {supported: true}, thinking: {supported: id === 'b'}},
        })),
        has_more: last_id !== undefined,
        last_id,
      });
    const {backend} = await start({
      routes: {
        'GET /v1/models': ({path}) => (path.includes('after_id=a') ? page(['a', 'b']) : page(['a'], 'a')),
      },
    });
    const common = {backend: 'x', contextMax: 200_000, modified: Date.parse('2026-02-19T00:00:00Z')};
    expect(await backend.models(signal())).toEqual([
      {id: 'a', ...common, capabilities: ['chat', 'tools', 'vision']},
      {id: 'b', ...common, capabilities: ['chat', 'tools', 'vision', 'thinking']},
    ]);
  });

  it('says that another program answers', async () => {
    const {backend} = await start({routes: {'GET /v1/models': json({hello: 1})}});
    await expect(backend.models(signal())).rejects.toMatchObject({kind: 'protocol'});
  });

  it('takes an address with a version and without, describes a model and counts a prompt', async () => {
    const {backend, server} = await start({
      routes: {'POST /v1/messages/count_tokens': json({input_tokens: 12})},
    });
    expect(await backend.describe('scripted', signal())).toMatchObject({contextMax: 200_000});
    expect(
      await backend.countPrompt?.({model: 'm', messages: [{role: 'user', text: 'x'}], options: {}}, signal()),
    ).toBe(12);
    expect(server.requests.at(-1)?.body).toEqual({
      model: 'm',
      messages: [{role: 'user', content: [{type: 'text', text: 'x'}]}],
    });
    const versioned = await start({}, {baseUrl: `${server.url}/v1/`});
    expect(await versioned.backend.models(signal())).toMatchObject([{id: 'scripted'}]);
  });
});
