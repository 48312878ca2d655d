import {existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {enginePlatform} from '../../../src/backends/local/enginePlatform.ts';
import {findEngine} from '../../../src/backends/local/findEngine.ts';
import {type InstallEngineOptions, installEngine} from '../../../src/backends/local/installEngine.ts';
import {temporaryFolder} from '../../storage/temporaryFolder.ts';
import {type FakeNpm, writeFakeNpm} from './fakeNpm.ts';
import {errorOf, runs} from './support.ts';

const never = new AbortController().signal;
const platform = enginePlatform('linux', 'x64', true);

function options(npm: FakeNpm = {}): InstallEngineOptions & {home: string} {
  const home = temporaryFolder();
  const folder = join(home, 'data', 'engine');
  return {
    ...{npm: writeFakeNpm(home, npm), folder, version: '3.0.0', platform, home},
    watch: {own: () => ({}), livenessOf: () => 'alive'},
    async probe() {},
  };
}

function gpusOf({folder, home}: {folder: string; home: string}) {
  return findEngine({engineFolder: folder, packageRoot: home, platform})?.gpus;
}

describe('installEngine', () => {
  it('fetches the library and the one build, of exact versions, and runs no scripts', async () => {
    const given = options();
    await installEngine(given, never);
    expect(JSON.parse(readFileSync(join(given.folder, 'package.json'), 'utf8')).dependencies).toEqual({
      'node-llama-cpp': '3.0.0',
      '@node-llama-cpp/linux-x64': '3.0.0',
    });
    const words = JSON.parse(readFileSync(join(given.home, 'arguments.json'), 'utf8'));
    expect(words).toEqual(expect.arrayContaining(['install', '--omit=optional', '--ignore-scripts']));
    expect(findEngine({engineFolder: given.folder, packageRoot: given.home, platform})).toMatchObject({
      place: 'own',
      version: '3.0.0',
    });
    // Nobody else reads it, and nothing is left beside it.
    expect(statSync(given.folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(given.home, 'data'))).toEqual(['engine']);
  });

  it('fetches the builds for a graphics processor that were asked for', async () => {
    const given = options();
    await installEngine({...given, gpu: 'cuda'}, never);
    expect(findEngine({engineFolder: given.folder, packageRoot: given.home, platform})?.gpus).toEqual([
      'cuda',
    ]);
  });

  it('keeps the builds that were installed before, for a new version too', async () => {
    const given = options();
    await installEngine({...given, gpu: 'cuda'}, never);
    await installEngine({...given, gpu: 'vulkan'}, never);
    expect(gpusOf(given)).toEqual(['cuda', 'vulkan']);
    await installEngine({...given, version: '3.0.1'}, never);
    expect(gpusOf(given)).toEqual(['cuda', 'vulkan']);
  });

  it('tries a new one out before it takes the place of the old one', async () => {
    const given = options();
    await installEngine(given, never);
    let tried = '';
    const probe = async (entry: string) => {
      tried = entry;
      throw new Error('libcuda is missing');
    };
    const error = await errorOf(installEngine({...given, version: '3.0.1', probe}, never));
    expect(error).toMatchObject({
      kind: 'engine',
      message:
        'The embedded engine was not installed: what was fetched for linux-x64 does not run (libcuda is missing)',
    });
    expect(tried).toMatch(/\.part.node_modules.node-llama-cpp.dist.index\.js$/);
    const {version} = findEngine({engineFolder: given.folder, packageRoot: given.home, platform}) ?? {};
    expect(version).toBe('3.0.0');
    expect(readdirSync(join(given.home, 'data'))).toEqual(['engine']);
  });

  it('puts a new one in the place of the old one', async () => {
    const given = options();
    await installEngine(given, never);
    writeFileSync(join(given.folder, 'old'), '');
    await installEngine({...given, version: '3.0.1'}, never);
    expect(existsSync(join(given.folder, 'old'))).toBe(false);
    expect(readdirSync(join(given.home, 'data'))).toEqual(['engine']);
  });

  it.each([
    [{fails: 'npm error code E404\nnpm error 404 Not Found\n'}, 'npm ended with status 1 (404 Not Found)'],
    [{leavesOut: ['@node-llama-cpp/linux-x64']}, 'npm left out @node-llama-cpp/linux-x64'],
  ])('leaves what was there when npm fails: %j', async (npm, reason) => {
    const given = options(npm);
    mkdirSync(given.folder, {recursive: true});
    writeFileSync(join(given.folder, 'old'), '');
    const error = await errorOf(installEngine(given, never));
    expect(error.kind).toBe('engine');
    expect(error.message).toBe(`The embedded engine was not installed: ${reason}`);
    expect(error.hint).not.toBe('');
    expect(readdirSync(given.folder)).toEqual(['old']);
    expect(readdirSync(join(given.home, 'data'))).toEqual(['engine']);
  });

  it('can be stopped, and leaves nothing', async () => {
    const given = options({waits: true});
    const controller = new AbortController();
    const stopped = errorOf(installEngine(given, controller.signal));
    await expect.poll(() => existsSync(join(given.home, 'arguments.json'))).toBe(true);
    controller.abort();
    expect((await stopped).kind).toBe('cancelled');
    expect(readdirSync(join(given.home, 'data'))).toEqual([]);
  });

  it('has npm end before it says that it was stopped', async () => {
    const given = options({waits: true, lingers: true});
    const controller = new AbortController();
    const stopped = errorOf(installEngine(given, controller.signal));
    const pidFile = join(given.home, 'npm.pid');
    await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8')).toBeTruthy();
    controller.abort();
    expect((await stopped).kind).toBe('cancelled');
    expect(runs(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
    expect(readdirSync(join(given.home, 'data'))).toEqual([]);
  });

  it('clears away what a killed program has left', async () => {
    const given = options();
    for (const left of ['engine.1234.part', 'engine.1234.old', 'engine.5.old', 'engines.5.old'])
      mkdirSync(join(given.home, 'data', left, 'node_modules'), {recursive: true});
    await installEngine(given, never);
    expect(readdirSync(join(given.home, 'data')).sort()).toEqual(['engine', 'engines.5.old']);
  });

  it('brings back the engine that a killed program had moved away', async () => {
    const given = options();
    await installEngine({...given, gpu: 'cuda'}, never);
    renameSync(given.folder, join(given.home, 'data', 'engine.1234.old'));
    await errorOf(installEngine({...given, npm: join(given.home, 'nowhere')}, never));
    expect(gpusOf(given)).toEqual(['cuda']);
    renameSync(given.folder, join(given.home, 'data', 'engine.1234.old'));
    await installEngine(given, never);
    expect(gpusOf(given)).toEqual(['cuda']);
    expect(readdirSync(join(given.home, 'data'))).toEqual(['engine']);
  });

  it('leaves the place to another program that installs', async () => {
    const given = options({waits: true});
    const controller = new AbortController();
    const first = errorOf(installEngine(given, controller.signal));
    await expect.poll(() => existsSync(join(given.home, 'arguments.json'))).toBe(true);
    const error = await errorOf(installEngine(given, never));
    expect(error.message).toBe('Another llm is fetching the embedded engine now.');
    controller.abort();
    expect((await first).kind).toBe('cancelled');
  });

  it('says that there is nothing to fetch for musl, and which builds there are', async () => {
    const given = options();
    const musl = enginePlatform('linux', 'x64', false);
    const none = await errorOf(installEngine({...given, platform: musl}, never));
    expect(none.message).toBe('There is no build of the embedded engine for linux-x64 (musl)');
    expect(none.hint).toContain('Ollama');
    const metal = await errorOf(installEngine({...given, gpu: 'metal'}, never));
    expect(metal.kind).toBe('usage');
    expect(metal.hint).toBe('It has: cuda, vulkan.');
    expect(existsSync(join(given.home, 'arguments.json'))).toBe(false);
  });
});
