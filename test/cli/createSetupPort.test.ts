import {cpSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {recommendedModels} from '../../src/backends/recommendedModels.ts';
import {createServices, type Services} from '../../src/cli/createServices.ts';
import {createSetupPort} from '../../src/cli/createSetupPort.ts';
import type {Environment} from '../../src/cli/environment.ts';
import type {PullProgress} from '../../src/core/pull.ts';
import {writeFakeNpm} from '../backends/local/fakeNpm.ts';
import {startScriptedServer} from '../backends/scriptedServer.ts';
import {writeGgufFixture} from '../fixtures/ggufFixture.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';
import {writeFakeOllama} from './fakeOllama.ts';
import {isolatedEnvironment} from './fakeServices.ts';

const nowhere = 'http://127.0.0.1:1';
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
  return {environment, services, port: createSetupPort(services)};
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

/** The services with a `pull` of the embedded engine's that names what it pulled `as`. */
function pulling(services: Services, as: string): Services {
  const open: Services['backends']['open'] = async id => {
    const backend = await services.backends.open(id);
    if (id !== 'local') return backend;
    return {
      ...backend,
      async *pull(): AsyncGenerator<PullProgress> {
        yield {status: 'pulling', digest: 'file', completed: 1, total: 2};
        yield {status: 'success', model: as};
      },
    };
  };
  return {...services, backends: {...services.backends, open}};
}

describe('the next step', () => {
  it('is to start Ollama where it is installed and does not run', async () => {
    const {port} = machine({programs: ['ollama']});
    expect(await port.next()).toEqual({type: 'start', server: 'Ollama'});
  });

  it.each([
    'http://192.0.2.1:1',
    // Names that only begin as one of this machine would.
    'http://localhost.invalid:1',
    'http://127.invalid:1',
  ])('is none of that where Ollama is on another machine: %s', async ollama => {
    const {port} = machine({programs: ['ollama'], ollama});
    expect((await port.next()).type).not.toBe('start');
  });

  it('is to use the first model that answers prompts where it runs', async () => {
    const server = await startScriptedServer({protocol: 'ollama', models: ['nomic-embed-text', 'there:1b']});
    onTestFinished(() => server.close());
    const {port} = machine({ollama: server.url});
    expect(await port.next()).toEqual({type: 'use', model: 'ollama/there:1b'});
  });

  it('is to have Ollama pull one where it has none', async () => {
    const server = await startScriptedServer({protocol: 'ollama', models: []});
    onTestFinished(() => server.close());
    const {port} = machine({ollama: server.url});
    const step = await port.next();
    expect(step).toMatchObject({type: 'pull', pull: {backend: 'ollama', licence: 'Apache-2.0'}});
    const names = recommendedModels.map(({ollama}) => ollama.name);
    expect(names).toContain(step.type === 'pull' && step.pull.name);
  });

  it('is to use a file of the models folder, where there is one beside the guide', async () => {
    const {port, environment} = machine();
    mkdirSync(environment.paths.models, {recursive: true});
    await writeGgufFixture(join(environment.paths.models, 'mine.gguf'));
    expect(await port.next()).toEqual({type: 'use', model: 'local/mine'});
  });

  it('is to pull a file from the hub, which then has the name of its place', async () => {
    const {services} = machine();
    const port = createSetupPort(pulling(services, 'Qwen/Qwen3-GGUF/Qwen'));
    const step = await port.next();
    expect(step).toMatchObject({
      type: 'pull',
      pull: {backend: 'local', name: expect.stringMatching(/^hf:Qwen\//), source: 'Hugging Face'},
    });
    if (step.type !== 'pull') throw new Error('no pull');
    const heard: PullProgress[] = [];
    expect(await port.pull(step.pull, never, progress => heard.push(progress))).toBe(
      'local/Qwen/Qwen3-GGUF/Qwen',
    );
    expect(heard).toHaveLength(2);
  });

  it('is to fetch the engine where it is missing', async () => {
    const {port, environment} = machine({engine: false, programs: ['npm']});
    expect(await port.next()).toEqual({type: 'engine', bytes: 85_000_000});
    await port.installEngine(never);
    writeFileSync(join(environment.paths.data, 'seen'), '');
    expect((await port.next()).type).not.toBe('engine');
  });

  it('is advice where nothing can be done by a key', async () => {
    const {port} = machine({engine: false});
    expect(await port.next()).toEqual({
      type: 'advice',
      text: expect.stringMatching(/npm, which is not on the PATH: install Ollama/),
    });
  });
});
