import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {enginePlatform} from '../../../src/backends/local/enginePlatform.ts';
import {engineVersion, findEngine} from '../../../src/backends/local/findEngine.ts';
import {temporaryFolder} from '../../storage/temporaryFolder.ts';

const platform = enginePlatform('linux', 'x64', true);

function packageIn(folder: string, name: string, about: object): void {
  const at = join(folder, 'node_modules', name);
  mkdirSync(join(at, 'dist'), {recursive: true});
  writeFileSync(join(at, 'package.json'), JSON.stringify({name, ...about}));
  writeFileSync(join(at, 'dist', 'index.js'), '');
}

function program(wanted = '3.0.0'): {packageRoot: string; engineFolder: string} {
  const home = temporaryFolder();
  const packageRoot = join(home, 'lib', 'llm-local');
  mkdirSync(packageRoot, {recursive: true});
  const about = {devDependencies: {'node-llama-cpp': wanted}};
  writeFileSync(join(packageRoot, 'package.json'), JSON.stringify(about));
  return {packageRoot, engineFolder: join(home, 'engine')};
}

describe('findEngine', () => {
  it('finds nothing where nothing is installed', () => {
    expect(findEngine({...program(), platform})).toBeUndefined();
  });

  it('finds what came with the program, in a folder above it too', () => {
    const places = program();
    packageIn(join(places.packageRoot, '..', '..'), 'node-llama-cpp', {version: '3.1.0'});
    expect(findEngine({...places, platform})).toMatchObject({place: 'program', version: '3.1.0', gpus: []});
    packageIn(places.packageRoot, 'node-llama-cpp', {version: '3.0.0', main: 'dist/index.js'});
    expect(findEngine({...places, platform})).toEqual({
      entry: join(places.packageRoot, 'node_modules', 'node-llama-cpp', 'dist', 'index.js'),
      place: 'program',
      version: '3.0.0',
      gpus: [],
    });
  });

  it('prefers what was fetched, unless it is of another version than this program wants', () => {
    const places = program();
    packageIn(places.packageRoot, 'node-llama-cpp', {version: '3.0.0'});
    packageIn(places.engineFolder, 'node-llama-cpp', {version: '3.0.0'});
    expect(findEngine({...places, platform})?.place).toBe('own');
    packageIn(places.engineFolder, 'node-llama-cpp', {version: '2.9.0'});
    expect(findEngine({...places, platform})?.place).toBe('program');
  });

  it('takes none for one that lacks its code', () => {
    const places = program();
    packageIn(places.packageRoot, 'node-llama-cpp', {version: '3.0.0', main: 'dist/other.js'});
    expect(findEngine({...places, platform})).toBeUndefined();
  });

  it('sees the builds for graphics processors, and not the empty packages in their place', () => {
    const places = program();
    packageIn(places.packageRoot, 'node-llama-cpp', {version: '3.0.0'});
    packageIn(places.packageRoot, '@node-llama-cpp/linux-x64-cuda', {name: 'empty-npm-package'});
    packageIn(places.packageRoot, '@node-llama-cpp/linux-x64-vulkan', {version: '3.0.0'});
    expect(findEngine({...places, platform})?.gpus).toEqual(['vulkan']);
    // There the one build is the one for the graphics processor.
    expect(findEngine({...places, platform: enginePlatform('darwin', 'arm64')})?.gpus).toEqual(['metal']);
  });

  it('finds the one of this repository, of the version that its package names', () => {
    const packageRoot = join(import.meta.dirname, '..', '..', '..');
    const found = findEngine({packageRoot, engineFolder: temporaryFolder()});
    expect(found?.version).toBe(engineVersion(packageRoot));
    expect(found?.place).toBe('program');
  });
});

describe('enginePlatform', () => {
  it('knows the builds by the platform, and that musl has none', () => {
    expect(enginePlatform('linux', 'arm64', true)).toEqual({
      name: 'linux-arm64',
      build: '@node-llama-cpp/linux-arm64',
      gpu: {},
    });
    expect(enginePlatform('linux', 'x64', false)).toEqual({name: 'linux-x64 (musl)', gpu: {}});
    expect(enginePlatform('freebsd', 'x64')).toEqual({name: 'freebsd-x64', gpu: {}});
  });
});
