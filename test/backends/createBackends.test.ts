import {afterEach, describe, expect, it} from 'vitest';
import type {BackendRegistry} from '../../src/backends/backendRegistry.ts';
import {type CreateBackendsOptions, createBackends} from '../../src/backends/createBackends.ts';
import {startScriptedServer} from './scriptedServer.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function create(options: CreateBackendsOptions = {}): BackendRegistry {
  const backends = createBackends(options);
  closers.push(backends.close);
  return backends;
}

const signal = (): AbortSignal => new AbortController().signal;

describe('createBackends', () => {
  it('knows the usual servers without any settings, and has no cloud ready', () => {
    const {entries} = create();
    expect(entries.filter(entry => entry.local).map(entry => entry.id)).toEqual([
      'ollama',
      'lmstudio',
      'localai',
      'vllm',
      'llamacpp',
      'tgwui',
    ]);
    expect(entries.filter(entry => !entry.local).some(entry => entry.ready)).toBe(false);
    expect(entries[0]).toMatchObject({label: 'Ollama at 127.0.0.1:11434', baseUrl: 'http://127.0.0.1:11434'});
  });

  it('has a cloud ready whose key is in the environment, or printed by a command', async () => {
    const backends = create({
      env: {OPENAI_API_KEY: 'sk-1'},
      settings: {groq: {keyCommand: 'print the key'}},
      runKeyCommand: async command => `${command}\n`.replace('print the key', 'gsk-2'),
    });
    expect(backends.entries.filter(entry => !entry.local && entry.ready).map(entry => entry.id)).toEqual([
      'openai',
      'groq',
    ]);
    expect((await backends.open('groq')).id).toBe('groq');
  });

  it('says whose command prints no key', async () => {
    const asked: string[] = [];
    const backends = create({
      settings: {groq: {keyCommand: 'print nothing'}},
      async runKeyCommand(_command, backend) {
        asked.push(backend);
        return ' \n';
      },
    });
    await expect(backends.open('groq')).rejects.toMatchObject({
      kind: 'auth',
      message: 'the keyCommand of the backend groq printed no key',
    });
    expect(asked).toEqual(['groq']);
  });

  it('has a cloud ready whose key is stored, and asks for it only when it is opened', async () => {
    const asked: string[] = [];
    const backends = create({
      storedKeys: {
        has: id => id === 'groq',
        async get(id) {
          asked.push(id);
          return 'gsk-stored';
        },
      },
    });
    expect(backends.entries.filter(entry => !entry.local && entry.ready).map(entry => entry.id)).toEqual([
      'groq',
    ]);
    expect(asked).toEqual([]);
    expect((await backends.open('groq')).id).toBe('groq');
    expect(asked).toEqual(['groq']);
  });

  it.each([
    [{OPENAI_API_KEY: 'sk-environment'}, {keyCommand: 'print'}, 'Bearer sk-environment'],
    [{}, {keyCommand: 'print'}, 'Bearer sk-printed'],
    [{}, {}, 'Bearer sk-stored'],
  ])(
    'takes the key of the environment before the printed one, and that before the stored one: %#',
    async (env, own, sent) => {
      const server = await startScriptedServer({protocol: 'openai', models: ['mine']});
      closers.push(server.close);
      const backends = create({
        env,
        settings: {openai: {baseUrl: `${server.url}/v1`, ...own}},
        runKeyCommand: async () => 'sk-printed\n',
        storedKeys: {has: () => true, get: async () => 'sk-stored'},
      });
      await (await backends.open('openai')).models(signal());
      expect(server.requests[0]?.headers.authorization).toBe(sent);
    },
  );

  it('says which key is missing, and tries again', async () => {
    const backends = create();
    for (let round = 0; round < 2; round++) {
      await expect(backends.open('openai')).rejects.toMatchObject({
        kind: 'auth',
        message: 'There is no key for OpenAI.',
        hint: expect.stringContaining('OPENAI_API_KEY'),
      });
    }
  });

  it('takes addresses from the environment before the settings, and needs no key for another server', async () => {
    const server = await startScriptedServer({protocol: 'openai', models: ['mine']});
    closers.push(server.close);
    const backends = create({
      env: {OLLAMA_HOST: '0.0.0.0:9000', OPENAI_BASE_URL: server.url},
      settings: {ollama: {baseUrl: 'http://elsewhere:1'}},
    });
    expect(backends.find('ollama')).toMatchObject({label: 'Ollama at 127.0.0.1:9000'});
    expect(backends.find('openai')).toMatchObject({local: true, ready: true});
    expect(await (await backends.open('openai')).models(signal())).toMatchObject([{id: 'mine'}]);
  });

  it('adds servers of any id, several of one kind, each with its protocol', async () => {
    const server = await startScriptedServer({protocol: 'ollama', models: ['a:1']});
    closers.push(server.close);
    const backends = create({
      settings: {
        'vllm-2': {baseUrl: 'http://gpu.example.com:8000/v1'},
        box: {baseUrl: server.url, protocol: 'ollama'},
        named: {baseUrl: 'http://127.0.0.1:1', models: ['x', 'y']},
      },
    });
    expect(backends.find('vllm-2')).toMatchObject({
      label: 'vllm-2 at gpu.example.com:8000',
      local: false,
      ready: true,
    });
    expect(await (await backends.open('box')).models(signal())).toMatchObject([{id: 'a:1', backend: 'box'}]);
    expect(await (await backends.open('named')).models(signal())).toEqual([
      {id: 'x', backend: 'named'},
      {id: 'y', backend: 'named'},
    ]);
    expect(await backends.open('box')).toBe(await backends.open('box'));
  });

  it('treats a second server of a kind, which is named after it, as one of that kind, without its key', async () => {
    const server = await startScriptedServer({protocol: 'openai'});
    closers.push(server.close);
    const backends = create({
      env: {OPENAI_API_KEY: 'sk-canary', LM_API_TOKEN: 'sk-canary'},
      settings: {
        'vllm-2': {baseUrl: server.url},
        'lmstudio-gpu': {baseUrl: server.url},
        'openai-2': {baseUrl: server.url},
        'ollama-2': {baseUrl: `${server.url}/v1`},
        vllmish: {baseUrl: server.url},
      },
    });
    const open = (id: string) => backends.open(id);
    expect((await open('vllm-2')).countPrompt).toBeDefined();
    expect((await open('lmstudio-gpu')).load).toBeDefined();
    expect((await open('vllmish')).countPrompt).toBeUndefined();
    for (const id of ['openai-2', 'ollama-2', 'lmstudio-gpu']) {
      expect(await (await open(id)).models(signal())).toMatchObject([{id: 'scripted', backend: id}]);
    }
    expect(JSON.stringify(server.requests.map(({headers}) => headers))).not.toContain('canary');
  });

  it('leaves out what is switched off, and says so when it is named', async () => {
    const backends = create({settings: {ollama: {enabled: false}}});
    expect(backends.find('ollama')).toBeUndefined();
    await expect(backends.open('ollama')).rejects.toMatchObject({
      hint: expect.stringContaining('switched off'),
    });
    await expect(backends.open('nothing')).rejects.toMatchObject({kind: 'model-unknown'});
  });

  it('refuses a server without an address, and a protocol that is not spoken, when it is opened', async () => {
    const backends = create({
      settings: {
        none: {},
        odd: {baseUrl: 'http://a', protocol: 'gopher'},
        bad: {baseUrl: 'http://'},
      },
      env: {OLLAMA_HOST: 'not an address'},
    });
    for (const id of ['none', 'odd', 'bad', 'ollama']) {
      expect(backends.find(id)).toMatchObject({ready: false, local: false});
      await expect(backends.open(id), id).rejects.toMatchObject({kind: 'usage'});
    }
    expect(backends.find('lmstudio')?.ready).toBe(true);
  });

  it('never shows a password of an address', async () => {
    const {entries} = create({
      settings: {mine: {baseUrl: 'http://me:canary@box:1'}},
      env: {OLLAMA_HOST: 'http://me:canary@box'},
    });
    expect(JSON.stringify(entries)).not.toContain('canary');
  });
});
