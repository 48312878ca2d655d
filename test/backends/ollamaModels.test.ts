import {describe, expect, it, vi} from 'vitest';
import {collectReply} from './collectReply.ts';
import {doneLine, line, signal, startOllama} from './ollamaWire.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();
const start = startOllama.bind(undefined, closers);

describe('createOllama: loading', () => {
  it('tells that a model is being loaded, and then read to', async () => {
    let polls = 0;
    let release = (): void => {};
    const loaded = new Promise<void>(resolve => {
      release = resolve;
    });
    const {backend} = await start({
      routes: {
        'GET /api/ps': () => {
          polls++;
          return {
            body: JSON.stringify({
              models: polls > 1 ? [{name: 'scripted:latest', context_length: 4096}] : [],
            }),
          };
        },
        'POST /api/chat': async () => {
          await loaded;
          return {body: line('ok') + doneLine};
        },
      },
    });
    const phases: string[] = [];
    for await (const event of backend.reply(
      {model: 'scripted', messages: [{role: 'user', text: 'x'}], options: {}},
      signal(),
    )) {
      phases.push(event.type === 'progress' ? event.phase : event.type);
      if (event.type === 'progress' && event.phase === 'prefill') release();
    }
    expect(phases).toEqual(['start', 'load', 'prefill', 'text', 'usage', 'finish']);
  });

  it('answers where the look at what is loaded stalls in the middle', async () => {
    const {backend} = await start({
      routes: {'GET /api/ps': {body: '{"models":[', after: 'hang'}},
      text: ['ok'],
      tokens: 1,
    });
    expect(await collectReply(backend)).toMatchObject({text: 'ok', error: undefined});
  });
});

describe('createOllama: models', () => {
  it('lists them with what is loaded', async () => {
    const {backend} = await start({models: ['llama3.2:latest', 'hf.co/a/b:Q4'], context: 8_192});
    expect(await backend.models(signal())).toMatchObject([
      {
        id: 'llama3.2:latest',
        backend: 'ollama',
        loaded: true,
        context: 8_192,
        size: 2_019_393_189,
        parameters: '3.2B',
        quantization: 'Q4_K_M',
      },
      {id: 'hf.co/a/b:Q4'},
    ]);
  });

  it('tells what a loaded one takes of the memory, and when it goes', async () => {
    const loaded = {
      ...{name: 'scripted:latest', size: 4_000_000_000, size_vram: 0},
      expires_at: '2026-05-04T10:00:00Z',
    };
    const {backend} = await start({
      routes: {'GET /api/ps': {body: JSON.stringify({models: [loaded, {name: 'other', size: 0}]})}},
    });
    const [model] = await backend.models(signal());
    expect(model).toMatchObject({
      memory: 4e9,
      gpuMemory: 0,
      expires: Date.UTC(2026, 4, 4, 10),
      digest: 'a80c4f17acd5',
    });
  });

  it('describes one with the texts that it comes with', async () => {
    const body = JSON.stringify({
      parameters: 'stop "<|end|>"',
      template: '{{ .Prompt }}',
      license: 'MIT',
      system: '',
    });
    const {backend} = await start({routes: {'POST /api/show': {body}}});
    const {texts} = await backend.describe('scripted', signal());
    expect(texts).toEqual({parameters: 'stop "<|end|>"', template: '{{ .Prompt }}', licence: 'MIT'});
  });

  it('describes one, without its tag too', async () => {
    const {backend} = await start({context: 8_192});
    expect(await backend.describe('scripted', signal())).toMatchObject({
      contextMax: 131_072,
      context: 8_192,
      loaded: true,
      capabilities: ['chat', 'tools'],
    });
  });

  it('takes an empty list, 5,000 models, and refuses what is no list', async () => {
    const models = Array.from({length: 5_000}, (_, at) => `model-${at} ünï:${at}`);
    expect(await (await start({models: []})).backend.models(signal())).toEqual([]);
    const none = await start({routes: {'GET /api/tags': {body: '{"models":null}'}}});
    expect(await none.backend.models(signal())).toEqual([]);
    expect(await (await start({models})).backend.models(signal())).toHaveLength(5_000);
    const other = await start({routes: {'GET /api/tags': {body: '{"data":[]}'}}});
    await expect(other.backend.models(signal())).rejects.toMatchObject({kind: 'protocol'});
  });

  it('can be stopped while it lists', async () => {
    const {backend, server} = await start({routes: {'GET /api/tags': () => new Promise(() => {})}});
    const controller = new AbortController();
    const asked = backend.models(controller.signal);
    await vi.waitFor(() => expect(server.requests.some(request => request.path === '/api/tags')).toBe(true));
    controller.abort();
    await expect(asked).rejects.toMatchObject({kind: 'cancelled'});
  });
});
