import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Command} from 'commander';
import stringWidth from 'string-width';
import {describe, expect, it, vi} from 'vitest';
import {defineModels, models} from '../../../src/cli/models/models.ts';
import type {Backend, Model} from '../../../src/core/backend.ts';
import {LlmError} from '../../../src/core/errors.ts';
import {changeUnfinishedPulls, readUnfinishedPulls} from '../../../src/storage/unfinishedPulls.ts';
import {createScriptedBackend} from '../../core/scriptedBackend.ts';
import {type FakeIo, fakeIo} from '../fakeIo.ts';
import {isolatedEnvironment, scriptedServices} from '../fakeServices.ts';

const listed: readonly Model[] = [
  {
    id: 'small:3b',
    backend: 'test',
    size: 2e9,
    parameters: '3B',
    quantization: 'Q4_K_M',
    contextMax: 32_768,
    loaded: true,
    capabilities: ['chat', 'vision'],
  },
  {id: 'big\u001b[2J', backend: 'test'},
];

function prepared(change: Partial<Backend> = {}, found: readonly Model[] = listed) {
  const environment = isolatedEnvironment();
  const backend: Backend = {...createScriptedBackend({models: listed}), ...change};
  const {services} = scriptedServices(
    {
      surveyModels: async () => ({models: found, silent: []}),
      resolveName: async name => {
        if (name === 'nope') throw new LlmError({kind: 'model-unknown', message: 'There is no model "nope"'});
        return name.includes('/') ? name : `test/${name}`;
      },
      resolve: async name => ({backend, model: name.slice(name.indexOf('/') + 1)}),
    },
    environment,
  );
  const run = async (...args: string[]) => runOn(fakeIo({stdin: ''}), args);
  const runOn = async (fake: FakeIo, args: readonly string[]) => {
    const command = defineModels(new Command('llm models').exitOverride());
    command.parse([...args], {from: 'user'});
    const status = await models({command, services, io: fake.io, firstFrame: null});
    return {status, out: fake.stdout(), err: fake.stderr()};
  };
  const written = (): unknown => JSON.parse(readFileSync(environment.paths.config, 'utf8'));
  return {run, runOn, written, services};
}

describe('llm models', () => {
  it('lists models with what is known of them, and nothing that acts on the terminal', async () => {
    const {run} = prepared();
    const {out} = await run();
    expect(out).toMatch(
      /^test\/small:3b +3B · Q4_K_M · 2\.0 GB · 32,768 context · vision · loaded\ntest\/big/,
    );
    expect(out).not.toContain('\u001b');
    expect(JSON.parse((await run('list', '--json')).out)[0]).toMatchObject({
      name: 'test/small:3b',
      size: 2e9,
    });
  });

  it('cuts a long name on a terminal so that the facts fit, and never where it is piped', async () => {
    const long = `hf.co/${'organisation-'.repeat(8)}model:IQ4_XS`;
    const facts = {parameters: '32.8B', quantization: 'IQ4_XS', size: 17e9};
    const {run, runOn} = prepared({}, [
      {id: long, backend: 'test', ...facts},
      {id: '日本語:7b', backend: 'test', ...facts},
    ]);
    const {out} = await runOn(fakeIo({stdin: '', terminal: true, columns: 80}), ['list']);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^test\/hf\.co\/organisation-\S+…\S+model:IQ4_XS {2}32\.8B · IQ4_XS · 17\.0 GB$/,
    );
    expect(lines.map(line => stringWidth(line))).toEqual([80, 80]);
    expect((await run('list')).out).toContain(`test/${long}  32.8B`);
  });

  it('tells on stderr of a server that has not answered, and of none that nobody has missed', async () => {
    const {run, services} = prepared();
    services.surveyModels = async () => ({
      models: listed,
      silent: [
        {backend: 'ollama', text: 'Ollama\u001b[2J has not answered in time', isTold: true},
        {backend: 'vllm', text: 'vLLM does not answer', isTold: false},
      ],
    });
    for (const args of [['list'], ['list', '--json'], ['ps']]) {
      const {err, out} = await run(...args);
      expect(err).toBe('llm: Ollama␛[2J has not answered in time\n');
      expect(out).not.toContain('answer');
    }
  });

  it('asks only the backend that is named', async () => {
    const {run, services} = prepared();
    const open = vi
      .spyOn(services.backends, 'open')
      .mockResolvedValue(createScriptedBackend({models: listed}));
    expect((await run('list', 'cloud')).out).toContain('test/small:3b');
    expect(open).toHaveBeenCalledExactlyOnceWith('cloud');
  });

  it('shows one, and those that are loaded', async () => {
    const {run} = prepared();
    const {out} = await run('show', 'small:3b');
    expect(out).toMatch(/^name +test\/small:3b\nbackend +the test backend\n/);
    expect(out).toMatch(/largest context +32,768 tokens\ncan +chat, vision\nloaded +yes\n$/);
    expect((await run('ps')).out).toBe('test/small:3b\n');
    expect(JSON.parse((await run('ps', '--json')).out)).toHaveLength(1);
  });

  it('shows the texts that a model comes with, and what a loaded one takes', async () => {
    const texts = {parameters: 'stop "x"\u001b[2J', template: 'a\n{{ .Prompt }}', licence: 'MIT'};
    const running = {
      ...{id: 'small:3b', backend: 'test', loaded: true, context: 4096, digest: 'sha256:abc'},
      ...{memory: 4e9, gpuMemory: 1e9, expires: Date.now() + 1e12},
    };
    const {run} = prepared({
      models: async () => [running],
      describe: async id => ({id, backend: 'test', texts}),
    });
    const {out} = await run('show', 'small:3b');
    expect(out).toContain('loaded           yes · 4.0 GB · 25 % GPU · stays loaded\n');
    expect(out).toContain('digest           sha256:abc\n');
    expect(out).toMatch(
      /\nparameters\n {2}stop "x"␛\[2J\n\ntemplate\n {2}a\n {2}\{\{ .Prompt }}\n\nlicence\n {2}MIT\n$/,
    );
    expect(JSON.parse((await run('show', 'small:3b', '--json')).out)).toMatchObject({...running, texts});
    const ps = await prepared({}, [running, {id: 'idle', backend: 'test'}]).run('ps');
    expect(ps.out).toBe('test/small:3b  4.0 GB · 25 % GPU · stays loaded · 4,096 context\n');
  });

  it('has a server load a model and let it go, where it can', async () => {
    const load = vi.fn(async () => {});
    const unload = vi.fn(async () => {});
    const {run} = prepared({load, unload});
    expect((await run('load', 'small:3b', '--context', '8192')).out).toBe('test/small:3b is loaded\n');
    expect(load).toHaveBeenCalledWith('small:3b', expect.any(AbortSignal), {context: 8192});
    expect((await run('unload', 'small:3b')).out).toBe('test/small:3b is not loaded any more\n');
    expect(unload).toHaveBeenCalledOnce();
    await expect(prepared().run('load', 'small:3b')).rejects.toMatchObject({kind: 'capability'});
  });

  it('remembers a pull that is cut until it is done, and tells of what it takes on the disk', async () => {
    const {run, services} = prepared();
    const {paths} = services.environment;
    let isCut = true;
    const backend: Backend = {
      ...createScriptedBackend({models: listed}),
      id: 'local',
      async *pull() {
        yield {status: 'looking', model: 'a/b/m-Q4_0'};
        yield {status: 'pulling', digest: 'a', completed: 400, total: 1_000};
        if (isCut) throw new LlmError({kind: 'interrupted', message: 'cut'});
      },
    };
    vi.spyOn(services.backends, 'open').mockResolvedValue(backend);
    // As the manager would have it.
    const known = ['local/hf:a/b:Q4_0', 'local/hf:a/b:Q8_0'].map(name => ({name, completed: 1, total: 9}));
    changeUnfinishedPulls(paths.pulls, () => known);
    await expect(run('pull', 'hf:a/b')).rejects.toThrow('cut');
    expect(readUnfinishedPulls(paths.pulls)).toEqual([
      known[1],
      {name: 'local/hf:a/b/m-Q4_0.gguf', completed: 400, total: 1_000},
    ]);
    const folder = path.join(paths.models, 'a', 'b');
    mkdirSync(folder, {recursive: true});
    writeFileSync(path.join(folder, `m-Q4_0.gguf.${'0'.repeat(16)}.part`), Buffer.alloc(2_000_000));
    const {out, err} = await run('list');
    expect(out).not.toContain('m-Q4_0');
    expect(err).toBe(
      'llm: not finished: hf:a/b/m-Q4_0.gguf takes 2 MB on the disk. Go on: llm models pull hf:a/b/m-Q4_0.gguf. Remove it: llm models rm hf:a/b/m-Q4_0.gguf\n',
    );
    expect((await run('list', '--json')).err).toBe('');
    isCut = false;
    await run('pull', 'hf:a/b:Q4_0');
    expect(readUnfinishedPulls(paths.pulls)).toEqual([known[1]]);
  });

  it('pulls by a name of any backend, deletes after a yes, and copies', async () => {
    const pulled: string[] = [];
    const remove = vi.fn(async () => {});
    const copy = vi.fn(async () => {});
    const backend: Backend = {
      ...createScriptedBackend({models: listed}),
      remove,
      copy,
      async *pull(model) {
        pulled.push(model);
        yield {status: 'pulling', digest: 'a', completed: 500_000_000, total: 1_000_000_000};
        yield {status: 'verifying\u001b[2J', digest: 'a', completed: 1_000_000_000, total: 1_000_000_000};
      },
    };
    const {run, services} = prepared();
    const open = vi.spyOn(services.backends, 'open').mockResolvedValue(backend);
    const {out, err} = await run('pull', 'hf.co/a/b:Q4');
    expect(out).toBe('ollama/hf.co/a/b:Q4 is there\n');
    expect(err).toBe(
      'llm: ollama/hf.co/a/b:Q4: 50 % · 500 MB of 1.0 GB · layer 1\nllm: ollama/hf.co/a/b:Q4: 100 % · 1.0 GB · verifying␛[2J\n',
    );
    await run('pull', 'lmstudio/qwen/q');
    expect(pulled).toEqual(['hf.co/a/b:Q4', 'qwen/q']);
    expect(open.mock.calls.flat()).toEqual(['ollama', 'lmstudio']);
    await expect(run('rm', 'qwen2.5:3b')).rejects.toMatchObject({kind: 'usage'});
    expect(remove).not.toHaveBeenCalled();
    expect((await run('rm', 'qwen2.5:3b', '--yes')).out).toBe('ollama/qwen2.5:3b is deleted\n');
    expect(remove).toHaveBeenCalledWith('qwen2.5:3b', expect.any(AbortSignal));
    await run('copy', 'ollama/a', 'ollama/b');
    expect(copy).toHaveBeenCalledWith('a', 'b', expect.any(AbortSignal));
    await expect(run('copy', 'ollama/a', 'Small:3b')).rejects.toThrow(/^ollama\/small:3b is there already/);
    expect(copy).toHaveBeenCalledOnce();
    await run('copy', 'ollama/a', 'small:3b', '--yes');
    expect(copy).toHaveBeenLastCalledWith('a', 'small:3b', expect.any(AbortSignal));
    open.mockResolvedValue(createScriptedBackend({models: listed}));
    await expect(run('pull', 'a')).rejects.toMatchObject({kind: 'capability'});
  });

  it('asks nobody whether to delete what is not there, or what stays', async () => {
    const remove = vi.fn(async () => {});
    const {run, services} = prepared();
    const open = vi.spyOn(services.backends, 'open');
    const having = (change: Partial<Backend>) =>
      open.mockResolvedValue({...createScriptedBackend({models: listed}), remove, ...change});
    const unknown = new LlmError({kind: 'model-unknown', message: 'there is no nosuch'});
    having({describe: () => Promise.reject(unknown)});
    await expect(run('rm', 'nosuch')).rejects.toBe(unknown);
    having({describe: async id => ({id, backend: 'local', builtIn: true})});
    await expect(run('rm', 'local/guide')).rejects.toThrow(/^guide comes with the program/);
    having({id: 'local'});
    await expect(run('rm', 'hf:a/b')).rejects.toThrow(/^Nothing of hf:a\/b is in /);
    // It is there, but broken: that is for a person to say.
    having({describe: () => Promise.reject(new LlmError({kind: 'file', message: 'no GGUF file'}))});
    await expect(run('rm', 'local/x')).rejects.toThrow(/after a yes/);
    expect(remove).not.toHaveBeenCalled();
  });

  it('gives short names and a default, and takes them away', async () => {
    const {run, written, services} = prepared();
    expect((await run('alias', 'fast', 'small:3b')).out).toBe('fast = test/small:3b\n');
    services.settings.alias.fast = 'test/big';
    const again = await run('alias', 'fast', 'small:3b');
    expect(again.err).toBe('llm: it meant test/big before\n');
    await run('default', 'small:3b');
    expect(written()).toMatchObject({alias: {fast: 'test/small:3b'}, model: 'test/small:3b'});
    await run('alias', 'fast', 'off');
    await run('default', 'off');
    expect(written()).not.toHaveProperty('model');
    expect((await run('alias', 'never', 'off')).status).toBe(1);
    expect((await run('default')).out).toBe('test/model\n');
  });

  it('marks favourites, and takes the mark from one that is gone', async () => {
    const {run, written} = prepared();
    expect((await run('favourite', 'small:3b')).out).toBe('test/small:3b is a favourite\n');
    expect(written()).toEqual({favourites: ['test/small:3b']});
  });

  it('lists favourites', async () => {
    const {run, services} = prepared();
    services.settings.favourites = ['test/a', 'test/gone\u001b[2J'];
    expect((await run('favourite')).out).toBe('test/a\ntest/gone␛[2J\n');
    expect(JSON.parse((await run('favourite', '--json')).out)).toHaveLength(2);
    expect((await run('favourite', 'test/a', 'off')).out).toBe('test/a is no favourite\n');
  });

  it.each([
    [['favourite', 'a', 'on'], /^models favourite wants a model, and off/],
    [['show'], /^models show wants one model, got 0/],
    [['show', 'a', 'b'], /^models show wants one model, got 2/],
    [['show', 'nope'], /^There is no model "nope"/],
    [['load', 'a', '--context', 'big'], /^--context wants a whole number of tokens, got "big"/],
    [['ps', '--context', '5'], /^models ps takes no --context/],
    [['find', 'a'], /^models knows no action "find"/],
    [['pull', 'two words'], /^"two words" names no model/],
    [['pull', 'hf:bad'], /^"hf:bad" names no GGUF model/],
    [['copy', 'a'], /^models copy wants a model and a new name, got 1/],
  ])('refuses %j', async (args, message) => {
    await expect(prepared().run(...args)).rejects.toThrow(message);
  });
});
