import {readFileSync} from 'node:fs';
import {Command} from 'commander';
import {describe, expect, it, vi} from 'vitest';
import {defineModels, models} from '../../../src/cli/models/models.ts';
import type {Backend, Model} from '../../../src/core/backend.ts';
import {LlmError} from '../../../src/core/errors.ts';
import {createScriptedBackend} from '../../core/scriptedBackend.ts';
import {fakeIo} from '../fakeIo.ts';
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

function prepared(change: Partial<Backend> = {}) {
  const environment = isolatedEnvironment();
  const backend: Backend = {...createScriptedBackend({models: listed}), ...change};
  const {services} = scriptedServices(
    {
      listModels: async () => listed,
      resolveName: async name => {
        if (name === 'nope') throw new LlmError({kind: 'model-unknown', message: 'There is no model "nope"'});
        return name.includes('/') ? name : `test/${name}`;
      },
      resolve: async name => ({backend, model: name.slice(name.indexOf('/') + 1)}),
    },
    environment,
  );
  const run = async (...args: string[]) => {
    const fake = fakeIo();
    const command = defineModels(new Command('llm models').exitOverride());
    command.parse(args, {from: 'user'});
    const status = await models({command, services, io: fake.io, firstFrame: null});
    return {status, out: fake.stdout(), err: fake.stderr()};
  };
  const written = (): unknown => JSON.parse(readFileSync(environment.paths.config, 'utf8'));
  return {run, written, services};
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
    expect((await run('ps')).out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse((await run('ps', '--json')).out)).toHaveLength(1);
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

  it('gives short names and a default, and takes them away', async () => {
    const {run, written} = prepared();
    expect((await run('alias', 'fast', 'small:3b')).out).toBe('fast = test/small:3b\n');
    await run('default', 'small:3b');
    expect(written()).toMatchObject({alias: {fast: 'test/small:3b'}, model: 'test/small:3b'});
    await run('alias', 'fast', 'off');
    await run('default', 'off');
    expect(written()).not.toHaveProperty('model');
    expect((await run('alias', 'never', 'off')).status).toBe(1);
    expect((await run('default')).out).toBe('test/model\n');
  });

  it.each([
    [['show'], /^models show wants one model, got 0/],
    [['show', 'a', 'b'], /^models show wants one model, got 2/],
    [['show', 'nope'], /^There is no model "nope"/],
    [['load', 'a', '--context', 'big'], /^--context wants a whole number of tokens, got "big"/],
    [['ps', '--context', '5'], /^models ps takes no --context/],
    [['pull', 'a'], /^models knows no action "pull"/],
  ])('refuses %j', async (args, message) => {
    await expect(prepared().run(...args)).rejects.toThrow(message);
  });
});
