import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {engineVersion} from '../../src/backends/local/findEngine.ts';
import {engineBytes, gpuBytes} from '../../src/backends/local/installEngine.ts';
import {engineSetup} from '../../src/cli/engineSetup.ts';
import {runProgram} from '../../src/cli/program.ts';
import {writeFakeNpm} from '../backends/local/fakeNpm.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';
import {fakeIo} from './fakeIo.ts';
import {isolatedEnvironment} from './fakeServices.ts';

/** Runs the program where its `npm` is a fake one. */
async function program(args: readonly string[], {stdin, npm = {}}: {stdin?: string; npm?: object} = {}) {
  const folder = temporaryFolder();
  writeFakeNpm(folder, npm);
  const environment = isolatedEnvironment({PATH: folder});
  const fake = fakeIo(stdin === undefined ? {} : {stdin});
  const running = runProgram(args, environment, fake.io, null);
  return {
    environment,
    fake,
    running,
    hasRun: () => existsSync(join(folder, 'arguments.json')),
  };
}

describe('llm doctor --install-engine', () => {
  it('asks with the size first, and fetches nothing without a yes', async () => {
    const {environment, fake, running, hasRun} = await program(['doctor', '--install-engine']);
    await expect.poll(fake.stderr).toContain('[y/N]');
    expect(fake.stderr()).toMatch(
      /^Fetch the embedded engine \(node-llama-cpp \S+, about 85 MB, MIT licence\)/,
    );
    expect(fake.stderr()).toContain(environment.paths.engine);
    (fake.io.stdin as unknown as NodeJS.WritableStream).write('n\n');
    expect(await running).toBe(0);
    expect(hasRun()).toBe(false);
    expect(existsSync(environment.paths.engine)).toBe(false);
  });

  it('fetches the version that this program wants, after a yes', async () => {
    const {environment, fake, running} = await program(['doctor', '--install-engine']);
    await expect.poll(fake.stderr).toContain('[y/N]');
    (fake.io.stdin as unknown as NodeJS.WritableStream).write('y\n');
    expect(await running).toBe(0);
    expect(fake.stdout()).toBe(`The embedded engine is installed in ${environment.paths.engine}\n`);
    const about = JSON.parse(readFileSync(join(environment.paths.engine, 'package.json'), 'utf8'));
    expect(about.dependencies['node-llama-cpp']).toBe(engineVersion(environment.paths.packageRoot));
  });

  it('keeps the builds that are installed, and says that they come with it', async () => {
    const {environment, fake, running} = await program(['doctor', '--install-engine', 'vulkan', '--yes']);
    expect(await running).toBe(0);
    expect(fake.stdout()).toContain('is installed');
    const {gpus, bytes} = await engineSetup(environment, 'cuda');
    expect(gpus).toEqual(['vulkan', 'cuda']);
    expect(bytes).toBe(engineBytes + gpuBytes.cuda + gpuBytes.vulkan);
    const again = fakeIo();
    const asking = runProgram(['doctor', '--install-engine'], environment, again.io, null);
    await expect.poll(again.stderr, {timeout: 20_000}).toContain('[y/N]');
    expect(again.stderr()).toMatch(/with vulkan, about 156 MB/);
    (again.io.stdin as unknown as NodeJS.WritableStream).write('n\n');
    await asking;
  });

  it('installs nothing that does not load', async () => {
    const {environment, fake, running} = await program(['doctor', '--install-engine', '--yes'], {
      npm: {library: `throw new Error('made for another machine')`},
    });
    expect(await running).toBe(1);
    expect(fake.stderr()).toContain('was not installed: what was fetched for');
    expect(existsSync(environment.paths.engine)).toBe(false);
  });

  it('does so in a script only when it is told to', async () => {
    const asked = await program(['doctor', '--install-engine'], {stdin: ''});
    expect(await asked.running).toBe(2);
    expect(asked.fake.stderr()).toContain('Add --yes');
    expect(asked.hasRun()).toBe(false);
    const told = await program(['doctor', '--install-engine', '--yes'], {stdin: ''});
    expect(await told.running).toBe(0);
    expect(told.hasRun()).toBe(true);
  });

  it('says what is wrong with a build that nobody makes, and with a network that is away', async () => {
    const tpu = await program(['doctor', '--install-engine', 'tpu', '--yes']);
    expect(await tpu.running).toBe(2);
    expect(tpu.fake.stderr()).toContain('wants cuda, vulkan or nothing, got "tpu"');
    const away = await program(['doctor', '--install-engine', '--yes'], {
      npm: {fails: 'npm error code ENOTFOUND\nnpm error network request failed\n'},
    });
    expect(await away.running).toBe(1);
    expect(away.fake.stderr()).toMatch(
      /was not installed: npm ended with status 1 \(network request failed\)/,
    );
  });

  it('says so where there is no npm', async () => {
    await expect(engineSetup(isolatedEnvironment({PATH: temporaryFolder()}))).rejects.toMatchObject({
      kind: 'engine',
      message: expect.stringContaining('npm, which is not on the PATH'),
    });
  });
});
