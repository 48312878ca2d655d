import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {BackendEntry} from '../../src/backends/backendRegistry.ts';
import {type ChooseOptions, chooseModel} from '../../src/backends/chooseModel.ts';
import {createBackends} from '../../src/backends/createBackends.ts';
import {discover} from '../../src/backends/discover.ts';
import {identify} from '../../src/backends/identify.ts';
import {presets} from '../../src/backends/presets.ts';
import {resolveModel} from '../../src/backends/resolveModel.ts';
import {type ScriptedServerOptions, startScriptedServer} from './scriptedServer.ts';

const closers: (() => Promise<unknown>)[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-resolve-'));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  rmSync(folder, {recursive: true});
});

const signal = (): AbortSignal => new AbortController().signal;

/** A backend that is no server, with one model. */
const embedded: BackendEntry = {
  id: 'local',
  label: 'built in',
  local: true,
  ready: true,
  open: async () => ({
    id: 'local',
    label: 'built in',
    capabilities: {local: true, contextSize: true, schema: false, images: false, thinking: false},
    models: async () => [{id: 'guide', backend: 'local'}],
    describe: async model => ({id: model, backend: 'local'}),
    reply: () => {
      throw new Error('not asked in these tests');
    },
    close: async () => {},
  }),
};

/** Servers under the given ids; all the usual places are switched off, so that nothing on this machine is asked. */
async function setUp(servers: Readonly<Record<string, ScriptedServerOptions>>) {
  const settings: Record<string, object> = Object.fromEntries(presets.map(({id}) => [id, {enabled: false}]));
  const started: Record<string, Awaited<ReturnType<typeof startScriptedServer>>> = {};
  for (const [id, options] of Object.entries(servers)) {
    const server = await startScriptedServer(options);
    closers.push(server.close);
    started[id] = server;
    settings[id] = {baseUrl: server.url, protocol: options.protocol};
  }
  const backends = createBackends({settings, extra: [embedded]});
  closers.push(backends.close);
  const home = join(folder, 'home');
  const findPulled = async (name: string) => `${name.slice(3)}/m`;
  const common = {backends, folder, home, fileBackend: 'local', findPulled};
  const options = {...common, signal: signal(), withinMs: 5_000};
  const resolve = (name: string, aliases = {}) => resolveModel(name, {...options, aliases});
  const choose = (given: Partial<ChooseOptions>) =>
    chooseModel({...options, mode: 'chat', fallback: 'local/guide', discoverMs: 5_000, ...given});
  return {backends, servers: started, resolve, choose};
}

describe('resolveModel', () => {
  it('takes full names and aliases without asking anybody', async () => {
    const {resolve, servers} = await setUp({ollama: {protocol: 'ollama'}});
    expect(await resolve('ollama/qwen2.5-coder:3b')).toEqual({
      backend: 'ollama',
      model: 'qwen2.5-coder:3b',
      name: 'ollama/qwen2.5-coder:3b',
    });
    expect(await resolve('ollama/hf.co/a/b:Q4 ü%2F')).toMatchObject({model: 'hf.co/a/b:Q4 ü%2F'});
    expect(await resolve('fast', {fast: 'ollama/tiny'})).toMatchObject({name: 'ollama/tiny'});
    expect(servers.ollama?.requests).toEqual([]);
  });

  it('takes files by path', async () => {
    const {resolve} = await setUp({});
    writeFileSync(join(folder, 'my.gguf'), 'GGUF');
    const expected = {backend: 'local', model: join(folder, 'my.gguf')};
    expect(await resolve('my.gguf')).toMatchObject(expected);
    expect(await resolve('./my.gguf')).toMatchObject(expected);
    expect(await resolve(join(folder, 'my.gguf'))).toMatchObject(expected);
    for (const absent of ['./other.gguf', '.\\other.gguf', '..\\other', '~/other.gguf', '~\\other']) {
      await expect(resolve(absent), absent).rejects.toMatchObject({
        kind: 'file',
        message: `${absent}: there is no such file.`,
      });
    }
    await expect(resolve('./')).rejects.toMatchObject({
      kind: 'file',
      message: expect.stringContaining('not a file'),
    });
  });

  it('takes files by path from the home folder, where it is known', async () => {
    const {resolve, backends} = await setUp({});
    mkdirSync(join(folder, 'home'));
    writeFileSync(join(folder, 'home', 'my.gguf'), 'GGUF');
    expect(await resolve('~/my.gguf')).toMatchObject({
      backend: 'local',
      model: join(folder, 'home', 'my.gguf'),
    });
    await expect(
      resolveModel('~/my.gguf', {backends, folder, fileBackend: 'local', signal: signal()}),
    ).rejects.toMatchObject({kind: 'model-unknown'});
  });

  it('finds a name among the local backends, with and without its tag', async () => {
    const {resolve} = await setUp({
      ollama: {protocol: 'ollama', models: ['llama3.2:latest', 'a/b:1']},
      other: {protocol: 'openai', models: ['qwen/qwen3-4b']},
    });
    expect(await resolve('llama3.2')).toMatchObject({name: 'ollama/llama3.2:latest'});
    expect(await resolve('a/b:1')).toMatchObject({name: 'ollama/a/b:1'});
    expect(await resolve('Qwen/Qwen3-4B')).toMatchObject({name: 'other/qwen/qwen3-4b'});
    expect(await resolve('guide')).toMatchObject({name: 'local/guide'});
  });

  it('refuses an ambiguous name and an unknown one, with the nearest', async () => {
    const {resolve} = await setUp({
      ollama: {protocol: 'ollama', models: ['llama3.2:latest', 'qwen3:4b\u001b[31m']},
      other: {protocol: 'openai', models: ['llama3.2']},
    });
    expect(await resolve('llama3.2')).toMatchObject({name: 'other/llama3.2'});
    await expect(resolve('LLAMA3.2')).rejects.toMatchObject({
      kind: 'model-unknown',
      hint: expect.stringContaining('ollama/llama3.2:latest, other/llama3.2'),
    });
    await expect(resolve('olama/llama3')).rejects.toMatchObject({
      kind: 'model-unknown',
      message: 'There is no model "olama/llama3".',
      hint: expect.stringContaining('ollama/llama3.2:latest'),
    });
    const error = await resolve('qwen3:5b').catch(thrown => thrown);
    expect(error.hint).toContain('ollama/qwen3:4b');
    expect(error.hint).not.toContain('\u001b');
  });

  it('takes a model of the hub for one of the files that were pulled', async () => {
    const {resolve} = await setUp({});
    expect(await resolve('hf:a/b')).toEqual({backend: 'local', model: 'a/b/m', name: 'local/a/b/m'});
    expect(await resolve('short', {short: 'hf:a/b'})).toMatchObject({name: 'local/a/b/m'});
  });
});

describe('discover', () => {
  it('finds what answers and leaves out the absent, the slow and the foreign', async () => {
    const {backends, servers} = await setUp({
      one: {protocol: 'ollama', models: ['a']},
      two: {protocol: 'openai', models: ['b']},
      gone: {protocol: 'openai'},
      slow: {protocol: 'openai', routes: {'GET /v1/models': () => new Promise(() => {})}},
      foreign: {
        protocol: 'openai',
        routes: {'GET /v1/models': {headers: {'content-type': 'text/html'}, body: '<html>'}},
      },
    });
    await servers.gone?.close();
    const found = await discover(backends.entries, backends.open, signal(), {withinMs: 1_000});
    expect(found.map(({entry, models}) => [entry.id, models.map(model => model.id)])).toEqual([
      ['one', ['a']],
      ['two', ['b']],
    ]);
  });

  it('gives a server that takes the connection longer, tells of each as it answers, and why others do not', async () => {
    const {promise: heard, resolve: tellHeard} = Promise.withResolvers<void>();
    const {backends, servers} = await setUp({
      quick: {protocol: 'ollama', models: ['a']},
      // It answers when the other has been heard, and so long after nothing is connected to any more.
      slow: {
        protocol: 'openai',
        routes: {
          'GET /v1/models': async () => {
            await heard;
            await delay(600);
            return {body: '{"data":[{"id":"b"}]}'};
          },
        },
      },
      hung: {protocol: 'openai', routes: {'GET /v1/models': () => new Promise(() => {})}},
      foreign: {protocol: 'openai', routes: {'GET /v1/models': {status: 500, body: 'no'}}},
      gone: {protocol: 'openai'},
    });
    await servers.gone?.close();
    const order: string[] = [];
    const silent: Record<string, string> = {};
    const found = await discover(backends.entries, backends.open, signal(), {
      withinMs: 500,
      answerMs: 3_000,
      onFound({entry}) {
        order.push(entry.id);
        tellHeard();
      },
      onSilent(entry, why) {
        silent[entry.id] = why.type === 'failed' ? why.error.kind : why.type;
      },
    });
    expect(found.map(({entry}) => entry.id)).toEqual(['quick', 'slow']);
    expect(order).toEqual(['quick', 'slow']);
    expect(silent).toMatchObject({hung: 'late', gone: 'absent', foreign: expect.not.stringMatching('late')});
  });

  it('stops with its signal', async () => {
    const {backends} = await setUp({
      slow: {protocol: 'openai', routes: {'GET /v1/models': () => new Promise(() => {})}},
    });
    const controller = new AbortController();
    const asked = discover(backends.entries, backends.open, controller.signal, {withinMs: 60_000});
    controller.abort();
    await expect(asked).rejects.toThrow();
  });

  it.each([
    [
      'localai',
      {'GET /.well-known/localai.json': {body: '{}'}, 'GET /api/version': {body: '{"version":"1"}'}},
    ],
    ['llamacpp', {'GET /props': {body: '{"default_generation_settings":{"n_ctx":1}}'}}],
    ['lmstudio', {'GET /api/v1/models': {body: '{"models":[]}'}}],
    ['ollama', {'GET /api/version': {body: '{"version":"0.13.5"}'}}],
    ['tgwui', {'GET /v1/internal/health': {body: '{"status":"ok"}'}}],
    ['vllm', {'GET /v1/models': {body: '{"data":[{"id":"a","owned_by":"vllm"}]}'}}],
    ['', {}],
  ] as const)('recognises %s', async (kind, routes) => {
    const server = await startScriptedServer({protocol: 'openai', routes});
    closers.push(server.close);
    expect(await identify(server.url, signal())).toBe(kind);
  });

  it('tells apart what shares an address', async () => {
    const server = await startScriptedServer({
      protocol: 'openai',
      models: ['a'],
      routes: {'GET /props': {body: '{"default_generation_settings":{"n_ctx":1}}'}},
    });
    closers.push(server.close);
    const backends = createBackends({
      settings: {
        ...Object.fromEntries(presets.map(({id}) => [id, {enabled: false}])),
        localai: {baseUrl: server.url},
        llamacpp: {baseUrl: server.url},
      },
    });
    closers.push(backends.close);
    const found = await discover(backends.entries, backends.open, signal(), {withinMs: 5_000});
    expect(found.map(({entry}) => entry.id)).toEqual(['llamacpp']);
  });

  it('asks a server at the usual port of another kind as what it is, under the id of the port', async () => {
    const server = await startScriptedServer({
      protocol: 'openai',
      models: ['a'],
      routes: {'GET /props': {body: '{"default_generation_settings":{"n_ctx":1}}'}},
    });
    closers.push(server.close);
    const backends = createBackends({
      presets: presets
        .filter(({id}) => id === 'vllm' || id === 'llamacpp')
        .map(preset => ({
          ...preset,
          baseUrl: preset.id === 'vllm' ? `${server.url}/v1` : 'http://127.0.0.1:1/v1',
        })),
    });
    closers.push(backends.close);
    const found = await discover(backends.entries, backends.open, signal(), {withinMs: 5_000});
    const label = `llama.cpp at ${new URL(server.url).host}`;
    expect(found.map(({entry, models}) => [entry.id, entry.label, models.map(({id}) => id)])).toEqual([
      ['vllm', label, ['a']],
    ]);
    const backend = await backends.open('vllm');
    expect(backend).toMatchObject({id: 'vllm', label});
    const request = {model: 'a', messages: [{role: 'user', text: 'x'}], options: {}} as const;
    for await (const _ of backend.reply(request, signal())) break;
    expect(server.requests.find(({path}) => path === '/v1/chat/completions')?.body).toMatchObject({
      return_progress: true,
    });
  });

  it('asks Ollama by its own protocol at the usual port of another kind', async () => {
    const server = await startScriptedServer({protocol: 'ollama', models: ['a:1']});
    closers.push(server.close);
    const backends = createBackends({
      presets: presets
        .filter(({id}) => id === 'vllm' || id === 'ollama')
        .map(preset => ({
          ...preset,
          baseUrl: preset.id === 'vllm' ? `${server.url}/v1` : 'http://127.0.0.1:1',
        })),
    });
    closers.push(backends.close);
    const found = await discover(backends.entries, backends.open, signal(), {withinMs: 5_000});
    expect(found).toMatchObject([{entry: {id: 'vllm'}, models: [{id: 'a:1', backend: 'vllm'}]}]);
  });

  it('takes the address of the settings for what the settings call it', async () => {
    const server = await startScriptedServer({
      protocol: 'openai',
      routes: {'GET /props': {body: '{"default_generation_settings":{"n_ctx":1}}'}},
    });
    closers.push(server.close);
    const backends = createBackends({settings: {vllm: {baseUrl: server.url}}});
    closers.push(backends.close);
    expect((await backends.open('vllm')).label).toBe(`vLLM at ${new URL(server.url).host}`);
    expect(server.requests).toEqual([]);
  });
});

describe('chooseModel', () => {
  const server = {ollama: {protocol: 'ollama', models: ['nomic-embed-text', 'a:1']}} as const;

  it('takes the flag, the environment, the settings and the last one used, in this order', async () => {
    const {choose, servers} = await setUp(server);
    const all = {flag: 'ollama/f', environment: 'ollama/e', configured: 'ollama/c', lastUsed: 'ollama/l'};
    expect(await choose(all)).toMatchObject({name: 'ollama/f', reason: 'flag'});
    expect(await choose({...all, flag: ''})).toMatchObject({name: 'ollama/e', reason: 'environment'});
    const {flag: _, environment: __, ...rest} = all;
    expect(await choose(rest)).toMatchObject({name: 'ollama/c', reason: 'settings'});
    expect(await choose({lastUsed: 'ollama/l'})).toMatchObject({name: 'ollama/l', reason: 'last-used'});
    expect(servers.ollama?.requests).toEqual([]);
  });

  it('takes the first model that can chat on a local server, in run without regard to the last one used', async () => {
    const {choose} = await setUp(server);
    expect(await choose({})).toMatchObject({name: 'ollama/a:1', reason: 'discovered'});
    expect(await choose({mode: 'run', lastUsed: 'ollama/l'})).toMatchObject({name: 'ollama/a:1'});
  });

  it('takes the fallback when there is nothing else', async () => {
    const {choose} = await setUp({});
    expect(await choose({})).toMatchObject({name: 'local/guide', reason: 'default'});
    expect(await choose({mode: 'run', lastUsed: 'local/guide'})).toMatchObject({reason: 'default'});
  });

  it('never replaces a model in silence that was used before', async () => {
    const {choose, servers} = await setUp(server);
    await servers.ollama?.close();
    await expect(choose({mode: 'run', lastUsed: 'ollama/a:1'})).rejects.toMatchObject({kind: 'unreachable'});
    expect(await choose({configured: 'ollama/a:1'})).toMatchObject({name: 'ollama/a:1'});
  });
});
