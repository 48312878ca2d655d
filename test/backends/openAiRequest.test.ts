import {describe, expect, it} from 'vitest';
import {plainDialect, presets} from '../../src/backends/presets.ts';
import {collectReply} from './collectReply.ts';
import {data, delta, json, sent, startOpenAi, stop} from './openAiWire.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();
const start = startOpenAi.bind(undefined, closers);

describe('createOpenAi: the request', () => {
  it('gives options their names in each dialect', async () => {
    const options = {
      temperature: 0.5,
      max_tokens: 9,
      stop: ['END'],
      top_k: 3,
      repeat_penalty: 1.1,
      num_ctx: 5,
    };
    const dialects = [
      plainDialect,
      {...plainDialect, lengthField: 'max_completion_tokens', thinking: 'effort'},
      {...plainDialect, repeatField: 'repetition_penalty', thinking: 'template', promptProgress: true},
    ] as const;
    const bodies: unknown[] = [];
    for (const dialect of dialects) {
      const {backend, server} = await start({}, {dialect});
      await collectReply(backend, {options, think: 'max', schema: {type: 'object'}});
      bodies.push(sent(server)[0]);
    }
    const common = {
      model: 'scripted',
      messages: [{role: 'user', content: 'hello'}],
      stream: true,
      stream_options: {include_usage: true},
      temperature: 0.5,
      stop: ['END'],
      response_format: {
        type: 'json_schema',
        json_schema: {name: 'answer', strict: false, schema: {type: 'object'}},
      },
    };
    expect(bodies).toEqual([
      {...common, max_tokens: 9},
      {...common, max_completion_tokens: 9, reasoning_effort: 'high'},
      {
        ...common,
        max_tokens: 9,
        top_k: 3,
        repetition_penalty: 1.1,
        return_progress: true,
        chat_template_kwargs: {enable_thinking: true, reasoning_effort: 'high'},
      },
    ]);
  });

  it('asks for a schema strictly only where it keeps to the rules for that', async () => {
    const {backend, server} = await start({});
    const closed = {type: 'object', properties: {}, required: [], additionalProperties: false};
    for (const schema of [closed, {...closed, additionalProperties: true}]) {
      await collectReply(backend, {schema});
    }
    expect(sent(server)).toMatchObject(
      [true, false].map(strict => ({response_format: {json_schema: {strict}}})),
    );
  });

  it('sends images as data, and the key in the header only', async () => {
    const {backend, server} = await start({}, {apiKey: ' sk-canary-1\n', path: '/v1/'});
    await collectReply(backend, {
      messages: [
        {
          role: 'user',
          text: '/etc/hostname',
          attachments: [{kind: 'image', name: 'a', mediaType: 'image/png', data: Uint8Array.of(1, 2, 3)}],
        },
      ],
    });
    expect(sent(server)[0]?.messages).toEqual([
      {
        role: 'user',
        content: [
          {type: 'text', text: '/etc/hostname'},
          {type: 'image_url', image_url: {url: 'data:image/png;base64,AQID'}},
        ],
      },
    ]);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer sk-canary-1');
    expect(JSON.stringify(server.requests.map(({path, body}) => [path, body]))).not.toContain('canary');
  });

  it('leaves a field out that a server does not take, and remembers it', async () => {
    const {backend, server} = await start({
      routes: {
        'POST /v1/chat/completions': ({body}) => {
          const fields = body as Record<string, unknown>;
          if (fields.stream_options) {
            return json(
              {
                detail: [
                  {
                    loc: ['body', 'stream_options'],
                    msg: 'Extra inputs are not permitted',
                    type: 'extra_forbidden',
                  },
                ],
              },
              422,
            );
          }
          if (fields.max_tokens) {
            return json(
              {
                error: {
                  message:
                    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                  param: 'max_tokens',
                  code: 'unsupported_parameter',
                },
              },
              400,
            );
          }
          if (fields.temperature !== undefined) {
            return json(
              {
                error: {
                  message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
                  param: 'temperature',
                  code: 'unsupported_value',
                },
              },
              400,
            );
          }
          return {body: data(delta({content: 'a'}), stop)};
        },
      },
    });
    const options = {temperature: 0.2, max_tokens: 5};
    const first = await collectReply(backend, {options});
    expect([first.text, first.error]).toEqual(['a', undefined]);
    expect(first.events.filter(event => event.type === 'warning')).toEqual([
      {type: 'warning', message: 'X at test does not accept temperature; it was left out.'},
    ]);
    expect(sent(server)).toHaveLength(4);
    await collectReply(backend, {options});
    expect(sent(server)).toHaveLength(5);
    expect(sent(server).at(-1)).toMatchObject({max_completion_tokens: 5});
    expect(Object.keys(sent(server).at(-1) ?? {})).not.toContain('temperature');
  });

  it('says so when a server takes no limit of the answer by any name, and only when one was asked for', async () => {
    const {backend, server} = await start({
      routes: {
        'POST /v1/chat/completions': ({body}) => {
          const fields = body as Record<string, unknown>;
          const param = ['max_tokens', 'max_completion_tokens'].find(name => name in fields);
          return param === undefined
            ? {body: data(delta({content: 'a'}), stop)}
            : json({error: {message: `Unknown parameter: '${param}'.`, param}}, 400);
        },
      },
    });
    expect((await collectReply(backend)).events.filter(event => event.type === 'warning')).toEqual([]);
    const {text, events} = await collectReply(backend, {options: {max_tokens: 5}});
    expect(text).toBe('a');
    expect(events.filter(event => event.type === 'warning')).toEqual([
      {type: 'warning', message: 'X at test does not accept max_tokens; it was left out.'},
    ]);
    expect(sent(server)).toHaveLength(4);
  });

  it('does not leave out what is only wrong', async () => {
    const {backend, server} = await start({
      routes: {
        'POST /v1/chat/completions': json(
          {error: {message: 'temperature must be at most 2', param: 'temperature'}},
          400,
        ),
      },
    });
    const {error} = await collectReply(backend, {options: {temperature: 3}});
    expect(error).toMatchObject({kind: 'bad-request', status: 400});
    expect(sent(server)).toHaveLength(1);
  });

  it('never repeats the key in an error', async () => {
    const {backend} = await start(
      {
        routes: {
          'POST /v1/chat/completions': json(
            {error: {message: 'Incorrect API key provided: sk-canary-1'}},
            401,
          ),
        },
      },
      {apiKey: 'sk-canary-1', keyHint: 'Put its key into X_KEY.'},
    );
    const {error} = await collectReply(backend);
    expect(error).toMatchObject({kind: 'auth', hint: 'Put its key into X_KEY.'});
    expect(`${error?.message}${error?.detail}${error?.stack}`).not.toContain('canary');
  });
});

describe('createOpenAi: Mistral', () => {
  const mistral = presets.find(preset => preset.id === 'mistral')?.dialect ?? plainDialect;
  const extra = (field: string) =>
    json(
      {
        object: 'error',
        message: {
          detail: [
            {type: 'extra_forbidden', loc: ['body', field], msg: 'Extra inputs are not permitted', input: 1},
          ],
        },
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
      422,
    );

  it('has its own name for the seed, two levels of thinking, and counts without being asked', async () => {
    const {backend, server} = await start({}, {dialect: mistral});
    await collectReply(backend, {options: {seed: 7, max_tokens: 9}, think: 'low'});
    await collectReply(backend, {think: 'off'});
    expect(sent(server)).toEqual([
      {
        model: 'scripted',
        messages: [{role: 'user', content: 'hello'}],
        stream: true,
        random_seed: 7,
        max_tokens: 9,
        reasoning_effort: 'high',
      },
      {
        model: 'scripted',
        messages: [{role: 'user', content: 'hello'}],
        stream: true,
        reasoning_effort: 'none',
      },
    ]);
  });

  it('leaves out what it calls extra, says what that was, and remembers it for that model alone', async () => {
    const {backend, server} = await start(
      {
        routes: {
          'POST /v1/chat/completions': ({body}) => {
            const fields = body as Record<string, unknown>;
            if (fields.model === 'small' && fields.reasoning_effort) return extra('reasoning_effort');
            return {headers: {'content-type': 'text/event-stream'}, body: data(delta({content: 'a'}), stop)};
          },
        },
      },
      {dialect: mistral},
    );
    const warnings: unknown[] = [];
    for (const model of ['small', 'small', 'large']) {
      const {events, text} = await collectReply(backend, {model, think: 'high'});
      expect(text).toBe('a');
      warnings.push(...events.filter(event => event.type === 'warning'));
    }
    expect(warnings).toEqual([
      {type: 'warning', message: 'X at test does not accept a level of thinking; it was left out.'},
    ]);
    expect(sent(server).map(body => [body.model, body.reasoning_effort])).toEqual([
      ['small', 'high'],
      ['small', undefined],
      ['small', undefined],
      ['large', 'high'],
    ]);
  });
});
