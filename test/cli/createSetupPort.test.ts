import {cpSync, mkdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {recommendedModels} from '../../src/backends/recommendedModels.ts';
import {createModelShelf} from '../../src/cli/createModelShelf.ts';
import {createServices, type Services} from '../../src/cli/createServices.ts';
import {createSetupPort} from '../../src/cli/createSetupPort.ts';
import type {Environment} from '../../src/cli/environment.ts';
import type {Backend, Model} from '../../src/core/backend.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {ModelUse} from '../../src/storage/readModelUse.ts';
import {writeFakeNpm} from '../backends/local/fakeNpm.ts';
import {startScriptedServer} from '../backends/scriptedServer.ts';
import {writeGgufFixture} from '../fixtures/ggufFixture.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';
import {writeFakeOllama} from './fakeOllama.ts';
import {isolatedEnvironment} from './fakeServices.ts';

const nowhere = 'http://127.0.0.1:1';
/** Nobody has chosen a model, and nothing was begun. */
const noModel = {model: 'local/guide', begun: []};
const never = new AbortController().signal;

/** A machine with these programs, and with Ollama at an address. */
function machine({ollama = nowhere, programs = [] as ('ollama' | 'npm')[], engine = true} = {}) {
  const folder = temporaryFolder();
  if (programs.includes('ollama')) writeFakeOllama(folder);
  if (programs.includes('npm')) writeFakeNpm(folder);
  const environment: Environment = isolatedEnvironment({PATH: folder, OLLAMA_HOST: ollama});
  if (!engine) environment.paths.packageRoot = withoutEngine(environment.paths.packageRoot);
  const services = createServices(environment);
  onTestFinished(() => services.close());
  return {environment, services, port: createSetupPort(services, createModelShelf(services))};
}

/** A package like this one, as npm installs it globally. */
function withoutEngine(packageRoot: string): string {
  const folder = join(temporaryFolder(), 'llm-local');
  mkdirSync(folder);
  cpSync(join(packageRoot, 'package.json'), join(folder, 'package.json'));
  // The engine's process is started from there.
  symlinkSync(join(packageRoot, 'src'), join(folder, 'src'));
  return folder;
}

/** The services with another embedded engine. */
function withLocal(services: Services, change: Partial<Backend>): Services {
  const open: Services['backends']['open'] = async id => {
    const backend = await services.backends.open(id);
    return id === 'local' ? {...backend, ...change} : backend;
  };
  return {...services, backends: {...services.backends, open}};
}

describe('the next step', () => {
  it('is to start Ollama where it is installed and does not run', async () => {
    const {port} = machine({programs: ['ollama']});
    expect(await port.next(noModel)).toEqual({type: 'start', server: 'Ollama'});
  });

  it.each([
    'http://192.0.2.1:1',
    // Names that only begin as one of this machine would.
    'http://localhost.invalid:1',
    'http://127.invalid:1',
  ])('is none of that where Ollama is on another machine: %s', async ollama => {
    const {port} = machine({programs: ['ollama'], ollama});
    expect((await port.next(noModel)).type).not.toBe('start');
  });

  it('is to use the first model that answers prompts where it runs', async () => {
    const server = await startScriptedServer({protocol: 'ollama', models: ['nomic-embed-text', 'there:1b']});
    onTestFinished(() => server.close());
    const {port} = machine({ollama: server.url});
    expect(await port.next(noModel)).toEqual({type: 'use', model: 'ollama/there:1b'});
  });

  it('is to have Ollama pull one where it has none', async () => {
    const server = await startScriptedServer({protocol: 'ollama', models: []});
    onTestFinished(() => server.close());
    const {port} = machine({ollama: server.url});
    const step = await port.next(noModel);
    expect(step).toMatchObject({type: 'pull', pull: {backend: 'ollama', licence: 'Apache-2.0'}});
    const names = recommendedModels.map(({ollama}) => ollama.name);
    expect(names).toContain(step.type === 'pull' && step.pull.name);
  });

  it('is to use a file of the models folder, where there is one beside the guide', async () => {
    const {port, environment} = machine();
    mkdirSync(environment.paths.models, {recursive: true});
    await writeGgufFixture(join(environment.paths.models, 'mine.gguf'));
    expect(await port.next(noModel)).toEqual({type: 'use', model: 'local/mine'});
  });

  it('is to pull a file from the hub, where there is none', async () => {
    const {port} = machine();
    const step = await port.next(noModel);
    expect(step).toMatchObject({
      type: 'pull',
      pull: {backend: 'local', name: expect.stringMatching(/^hf:Qwen\//), source: 'Hugging Face'},
    });
  });

  it('is to pull no model that a busy graphics card has no room for', async () => {
    const server = await startScriptedServer({protocol: 'ollama', models: []});
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'nvidia-smi'), '#!/bin/sh\necho 81920, 100\n', {mode: 0o755});
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await server.close();
    });
    const {port} = machine({ollama: server.url});
    const step = await port.next(noModel);
    const {name = ''} = step.type === 'pull' ? step.pull : {};
    expect(recommendedModels.find(({ollama}) => ollama.name === name)).toMatchObject({onProcessor: true});
  });

  it.each(recommendedModels.map(({hub}) => hub.name))('is to go on with a pull of %s', async name => {
    const {port} = machine();
    const step = await port.next({...noModel, begun: ['ollama/other', `local/${name}`]});
    expect(step).toMatchObject({type: 'pull', pull: {backend: 'local', name}});
  });

  it('is the file used last, else the newest one', async () => {
    const {environment, services} = machine();
    mkdirSync(environment.paths.models, {recursive: true});
    for (const [name, day] of [
      ['a', 2],
      ['b', 3],
      ['c', 1],
    ] as const) {
      const file = join(environment.paths.models, `${name}.gguf`);
      await writeGgufFixture(file);
      utimesSync(file, new Date(2024, 1, day), new Date(2024, 1, day));
    }
    const used = new Map<string, ModelUse>();
    const port = createSetupPort(services, {use: async () => used});
    expect(await port.next(noModel)).toEqual({type: 'use', model: 'local/b'});
    used.set('local/c', {lastUsed: 1});
    expect(await port.next(noModel)).toEqual({type: 'use', model: 'local/c'});
  });

  it('is the largest model that has room, where nothing is known of their age', async () => {
    const {services} = machine();
    const sizes = {small: 1e3, medium: 1e4, giant: 1e18};
    const models = Object.entries(sizes).map(([id, size]): Model => ({id, backend: 'local', size}));
    const port = createSetupPort(
      withLocal(services, {models: async () => models}),
      createModelShelf(services),
    );
    expect(await port.next(noModel)).toEqual({type: 'use', model: 'local/medium'});
  });

  it('waits for the files of the models folder as long as it takes to read them', async () => {
    const {port, environment} = machine();
    mkdirSync(environment.paths.models, {recursive: true});
    await writeGgufFixture(join(environment.paths.models, 'mine.gguf'));
    // No server has any time left.
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort());
    onTestFinished(() => timeout.mockRestore());
    expect(await port.next(noModel)).toEqual({type: 'use', model: 'local/mine'});
  });

  it('speaks of nothing that was stopped', async () => {
    const {services} = machine();
    const cancelled = new LlmError({kind: 'cancelled', message: 'stopped'});
    const models = (): Promise<never> => Promise.reject(cancelled);
    const port = createSetupPort(withLocal(services, {models}), createModelShelf(services));
    expect(await port.next(noModel)).toEqual({
      type: 'advice',
      text: expect.stringMatching(/^No model for real work can be set up here: install Ollama/),
    });
  });

  it('is none with a model for real work, but to bring what that one lacks', async () => {
    const there = machine();
    for (const model of ['local/mine', 'ollama/there:1b', 'cloud/big'])
      expect(await there.port.next({model, begun: []})).toEqual({type: 'ready', model});

    const away = machine({programs: ['ollama', 'npm'], engine: false});
    const stepFor = (model: string) => away.port.next({model, begun: []});
    expect(await stepFor('ollama/there:1b')).toEqual({type: 'start', server: 'Ollama'});
    expect(await stepFor('local/mine')).toEqual({type: 'engine', bytes: 85_000_000});
    expect(await stepFor('cloud/big')).toEqual({type: 'ready', model: 'cloud/big'});
  });

  it('is to fetch the engine where it is missing', async () => {
    const {port, environment} = machine({engine: false, programs: ['npm']});
    expect(await port.next(noModel)).toEqual({type: 'engine', bytes: 85_000_000});
    await port.installEngine(never);
    writeFileSync(join(environment.paths.data, 'seen'), '');
    expect((await port.next(noModel)).type).not.toBe('engine');
  });

  it('is advice where nothing can be done by a key', async () => {
    const {port} = machine({engine: false});
    expect(await port.next(noModel)).toEqual({
      type: 'advice',
      text: expect.stringMatching(/npm, which is not on the PATH: install Ollama/),
    });
  });
});
