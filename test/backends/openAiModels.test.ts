import {describe, expect, it} from 'vitest';
import {plainDialect} from '../../src/backends/presets.ts';
import {json, signal, startOpenAi} from './openAiWire.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();
const start = startOpenAi.bind(undefined, closers);

describe('createOpenAi: models', () => {
  it.each([
    ['an object with data', {object: 'list', data: [{id: 'a'}, {id: 'b'}, {id: 'a'}]}],
    ['an object with models', {models: [{name: 'a'}, {name: 'b'}]}],
    ['a bare list', [{id: 'a'}, 'b', {nothing: true}]],
  ])('reads %s', async (_name, body) => {
    const {backend} = await start({routes: {'GET /v1/models': json(body)}});
    expect((await backend.models(signal())).map(model => model.id)).toEqual(['a', 'b']);
  });

  it('refuses what is no list', async () => {
    const {backend} = await start({routes: {'GET /v1/models': json({error: 'Unexpected endpoint'})}});
    await expect(backend.models(signal())).rejects.toMatchObject({kind: 'protocol'});
  });

  it("reads vLLM's context", async () => {
    const list = {data: [{id: 'qwen/qwen3', max_model_len: 32_768, owned_by: 'vllm'}]};
    const {backend} = await start({routes: {'GET /v1/models': json(list)}});
    expect(await backend.describe('qwen/qwen3', signal())).toMatchObject({
      contextMax: 32_768,
      context: 32_768,
    });
    expect(await backend.describe('other', signal())).toEqual({id: 'other', backend: 'x'});
  });

  it("reads Mistral's contexts, and what its models are for", async () => {
    const entry = (id: string, capabilities: object) => ({id, max_context_length: 131_072, capabilities});
    const data = [
      entry('large', {completion_chat: true, function_calling: true, vision: true, reasoning: true}),
      entry('embed', {completion_chat: false, function_calling: false, vision: false}),
    ];
    const {backend} = await start({routes: {'GET /v1/models': json({object: 'list', data})}});
    expect(await backend.models(signal())).toEqual([
      {id: 'large', backend: 'x', contextMax: 131_072, capabilities: ['chat', 'vision', 'tools', 'thinking']},
      {id: 'embed', backend: 'x', contextMax: 131_072, capabilities: [], lacks: ['vision']},
    ]);
  });

  it("reads LM Studio's newer list, its older one, or the plain one", async () => {
    const dialect = {...plainDialect, extras: 'lmstudio'} as const;
    const newer = {
      models: [
        {
          type: 'llm',
          key: 'google/gemma-3',
          quantization: {name: 'Q4_0', bits_per_weight: 4},
          size_bytes: 5e9,
          params_string: '7B',
          loaded_instances: [{id: 'i', config: {context_length: 8_192}}],
          max_context_length: 131_072,
          capabilities: {vision: true, trained_for_tool_use: true},
        },
      ],
    };
    const one = await start({routes: {'GET /api/v1/models': json(newer)}}, {dialect});
    expect(await one.backend.models(signal())).toEqual([
      {
        id: 'google/gemma-3',
        backend: 'x',
        size: 5e9,
        parameters: '7B',
        quantization: 'Q4_0',
        contextMax: 131_072,
        context: 8_192,
        loaded: true,
        capabilities: ['chat', 'vision', 'tools'],
      },
    ]);
    const older = {
      data: [
        {
          id: 'a',
          type: 'embeddings',
          quantization: 'Q4_K_M',
          state: 'not-loaded',
          max_context_length: 2_048,
        },
      ],
    };
    const two = await start(
      {
        routes: {
          'GET /api/v1/models': json({error: 'Unexpected endpoint'}),
          'GET /api/v0/models': json(older),
        },
      },
      {dialect},
    );
    expect(await two.backend.models(signal())).toEqual([
      {
        id: 'a',
        backend: 'x',
        quantization: 'Q4_K_M',
        contextMax: 2_048,
        loaded: false,
        capabilities: ['embedding'],
      },
    ]);
    const three = await start({models: ['plain']}, {dialect});
    expect((await three.backend.models(signal())).map(model => model.id)).toEqual(['plain']);
  });

  it("reads llama.cpp's allocated context", async () => {
    const {backend} = await start(
      {
        routes: {
          'GET /v1/models': json({data: [{id: '/m/a.gguf', meta: {n_ctx_train: 131_072, size: 9}}]}),
          'GET /props': json({default_generation_settings: {n_ctx: 4_096}}),
        },
      },
      {dialect: {...plainDialect, extras: 'llamacpp'}},
    );
    expect(await backend.describe('any', signal())).toMatchObject({
      id: 'any',
      contextMax: 131_072,
      context: 4_096,
      loaded: true,
    });
  });

  it("reads text-generation-webui's loaded model", async () => {
    const {backend} = await start(
      {
        routes: {
          'GET /v1/models': json({data: []}),
          'GET /v1/internal/model/info': json({model_name: 'a.gguf', lora_names: []}),
        },
      },
      {dialect: {...plainDialect, extras: 'tgwui'}},
    );
    expect(await backend.models(signal())).toEqual([{id: 'a.gguf', backend: 'x', loaded: true}]);
  });
});
