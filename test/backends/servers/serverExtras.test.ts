import {describe, expect, it} from 'vitest';
import {type Dialect, plainDialect} from '../../../src/backends/presets.ts';
import {startOllama} from '../ollamaWire.ts';
import {json, signal, startOpenAi} from '../openAiWire.ts';
import type {ScriptedRequest, ScriptedServer, ScriptedServerOptions} from '../scriptedServer.ts';
import {closeAfterEach} from '../testHooks.ts';

const closers = closeAfterEach();
const start = (extras: NonNullable<Dialect['extras']>, routes: ScriptedServerOptions['routes'] = {}) =>
  startOpenAi(closers, {routes}, {dialect: {...plainDialect, extras}});
const posted = (server: ScriptedServer): [string, unknown][] =>
  server.requests.filter(({method}) => method === 'POST').map(({path, body}) => [path, body]);
const request = {model: 'm', messages: [{role: 'user', text: 'hello'}] as const, options: {}};

describe('LM Studio', () => {
  const listed = (loaded_instances: object[]) => json({models: [{type: 'llm', key: 'm', loaded_instances}]});

  it('loads a model with a window, but not twice', async () => {
    const {backend, server} = await start('lmstudio', {
      'GET /api/v1/models': listed([{id: 'm:1', config: {context_length: 4_096}}]),
      'POST /api/v1/models/load': json({type: 'llm', instance_id: 'm:2', status: 'loaded'}),
    });
    await backend.load?.('m', signal());
    expect(posted(server)).toEqual([]);
    await backend.load?.('m', signal(), {context: 8_192});
    expect(posted(server)).toEqual([['/api/v1/models/load', {model: 'm', context_length: 8_192}]]);
  });

  it('unloads each instance of a model, and one that is not loaded without a word', async () => {
    const {backend, server} = await start('lmstudio', {
      'GET /api/v1/models': listed([{id: 'm:1'}, {id: 'm:2'}]),
      'POST /api/v1/models/unload': json({}),
    });
    await backend.unload?.('m', signal());
    await backend.unload?.('other', signal());
    expect(posted(server)).toEqual([
      ['/api/v1/models/unload', {instance_id: 'm:1'}],
      ['/api/v1/models/unload', {instance_id: 'm:2'}],
    ]);
  });

  it('loads by a first question where it is older, and cannot unload there', async () => {
    const {backend, server} = await start('lmstudio', {
      'GET /api/v1/models': json({error: 'Unexpected endpoint or method. (GET /api/v1/models)'}),
      'POST /api/v0/chat/completions': json({choices: []}),
    });
    await backend.load?.('m', signal());
    expect(posted(server)).toEqual([
      ['/api/v0/chat/completions', {model: 'm', messages: [{role: 'user', content: '.'}], max_tokens: 1}],
    ]);
    await expect(backend.unload?.('m', signal())).rejects.toMatchObject({
      kind: 'capability',
      hint: expect.stringContaining('lms unload'),
    });
  });
});

describe('llama.cpp', () => {
  const router = (...values: string[]) => {
    const left = [...values];
    return () => json({data: [{id: 'm', status: {value: left.length > 1 ? left.shift() : left[0]}}]});
  };

  it('loads a model as a router, and waits until it is ready', async () => {
    const {backend, server} = await start('llamacpp', {
      'GET /models': router('unloaded', 'loading', 'loaded'),
      'POST /models/load': json({success: true}),
      'POST /models/unload': json({success: true}),
    });
    await backend.load?.('m', signal());
    expect(server.requests.map(({method, path}) => `${method} ${path}`)).toEqual([
      'GET /models',
      'POST /models/load',
      'GET /models',
      'GET /models',
    ]);
    await backend.load?.('m', signal());
    await backend.unload?.('m', signal());
    expect(posted(server)).toEqual([
      ['/models/load', {model: 'm'}],
      ['/models/unload', {model: 'm'}],
    ]);
  });

  it('says when a model could not be loaded, and stops waiting with its signal', async () => {
    const failing = await start('llamacpp', {
      'GET /models': router('unloaded', 'loading', 'unloaded'),
      'POST /models/load': json({success: true}),
    });
    await expect(failing.backend.load?.('m', signal())).rejects.toMatchObject({kind: 'engine'});
    const controller = new AbortController();
    const endless = await start('llamacpp', {
      'GET /models': router('unloaded', 'loading'),
      'POST /models/load': () => {
        setImmediate(() => controller.abort());
        return json({success: true});
      },
    });
    await expect(endless.backend.load?.('m', controller.signal)).rejects.toMatchObject({kind: 'cancelled'});
  });

  it('cannot load where it runs the one model that it was started with', async () => {
    const {backend} = await start('llamacpp', {'GET /models': json({data: [{id: 'm'}]})});
    for (const action of [backend.load, backend.unload]) {
      await expect(action?.('m', signal())).rejects.toMatchObject({
        kind: 'capability',
        message: expect.stringContaining('runs the one model'),
      });
    }
  });

  it('knows what its one model sees, and asks for the window of one of several', async () => {
    const one = await start('llamacpp', {
      'GET /props': json({default_generation_settings: {n_ctx: 4_096}, modalities: {vision: true}}),
    });
    expect(await one.backend.models(signal())).toMatchObject([
      {id: 'scripted', loaded: true, context: 4_096, capabilities: ['chat', 'vision']},
    ]);
    const several = await start('llamacpp', {
      'GET /v1/models': json({
        data: [
          {id: 'a/b', status: {value: 'loaded'}},
          {id: 'c', status: {value: 'unloaded'}},
        ],
      }),
      'GET /props': ({path}: ScriptedRequest) =>
        path.includes('model=a%2Fb') ? json({default_generation_settings: {n_ctx: 2_048}}) : json({}),
    });
    expect(await several.backend.describe('a/b', signal())).toMatchObject({loaded: true, context: 2_048});
    expect(await several.backend.describe('c', signal())).toEqual({id: 'c', backend: 'x', loaded: false});
    expect(several.server.requests.filter(({path}) => path.includes('model=c'))).toEqual([]);
  });

  it('counts a prompt', async () => {
    const {backend, server} = await start('llamacpp', {
      'POST /v1/chat/completions/input_tokens': json({input_tokens: 12}),
    });
    expect(await backend.countPrompt?.(request, signal())).toBe(12);
    expect(posted(server)[0]?.[1]).toEqual({model: 'm', messages: [{role: 'user', content: 'hello'}]});
  });
});

describe('vLLM', () => {
  it('counts a prompt as its template makes it', async () => {
    const {backend, server} = await start('vllm', {'POST /tokenize': json({count: 9, max_model_len: 4_096})});
    expect(await backend.countPrompt?.(request, signal())).toBe(9);
    expect(posted(server)).toEqual([
      ['/tokenize', {model: 'm', messages: [{role: 'user', content: 'hello'}]}],
    ]);
    expect([backend.load, backend.unload]).toEqual([undefined, undefined]);
  });
});

describe('text-generation-webui', () => {
  it('loads a model, and unloads it if it is the one that is loaded', async () => {
    const {backend, server} = await start('tgwui', {
      'GET /v1/internal/model/info': json({model_name: 'm'}),
      'POST /v1/internal/model/load': {body: '"OK"'},
      'POST /v1/internal/model/unload': {body: '"OK"'},
      'POST /v1/internal/token-count': json({length: 3}),
    });
    await backend.load?.('m', signal(), {context: 8_192});
    await backend.unload?.('other', signal());
    await backend.unload?.('m', signal());
    expect(await backend.countPrompt?.(request, signal())).toBe(3);
    expect(posted(server)).toEqual([
      ['/v1/internal/model/load', {model_name: 'm', args: {ctx_size: 8_192}}],
      ['/v1/internal/model/unload', {}],
      ['/v1/internal/token-count', {text: 'hello'}],
    ]);
  });

  it('says what it says when a model cannot be loaded', async () => {
    const {backend} = await start('tgwui', {
      'POST /v1/internal/model/load': json({detail: 'Failed to load the model.'}, 500),
    });
    await expect(backend.load?.('m', signal())).rejects.toMatchObject({
      kind: 'engine',
      message: 'X at test failed: Failed to load the model.',
    });
  });
});

describe('Ollama', () => {
  it('loads a model by an empty question, with a window that stays, and lets it go', async () => {
    const {backend, server} = await startOllama(closers, {
      routes: {
        'POST /api/chat': json({
          model: 'm',
          message: {role: 'assistant', content: ''},
          done: true,
          done_reason: 'load',
        }),
      },
    });
    await backend.load?.('m', signal(), {context: 8_192});
    await backend.unload?.('m', signal());
    expect(posted(server)).toEqual([
      ['/api/chat', {model: 'm', messages: [], stream: false, options: {num_ctx: 8_192}}],
      ['/api/chat', {model: 'm', messages: [], stream: false, keep_alive: 0}],
    ]);
  });
});

describe('a plain server', () => {
  it('has nothing that not every server of the kind has', async () => {
    const {backend} = await startOpenAi(closers);
    expect([backend.load, backend.unload, backend.countPrompt]).toEqual([undefined, undefined, undefined]);
  });
});
