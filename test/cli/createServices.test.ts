import {chmodSync, existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createServices, type Services} from '../../src/cli/createServices.ts';
import {readEnvironment} from '../../src/cli/environment.ts';
import {startMadeHub} from '../backends/hub/madeHub.ts';
import {temporaryFolder} from '../storage/temporaryFolder.ts';
import {isolatedEnvironment} from './fakeServices.ts';

function servicesWith(variables: Record<string, string> = {}, settings?: unknown): Services {
  const environment = isolatedEnvironment(variables);
  if (settings !== undefined) {
    mkdirSync(path.dirname(environment.paths.config), {recursive: true});
    writeFileSync(environment.paths.config, JSON.stringify(settings), {mode: 0o600});
  }
  const services = createServices(environment);
  onTestFinished(() => services.close());
  return services;
}

describe('a new conversation', () => {
  it('takes from the command line before the environment before the settings', () => {
    const settings = {system: 'from settings', options: {temperature: 0.1, seed: 1, top_k: 1}};
    const variables = {LLM_SYSTEM: 'from environment', LLM_TEMPERATURE: '0.2', LLM_MAX_TOKENS: '20'};
    expect(servicesWith({}, settings).newConversation('id', 'm')).toMatchObject({
      system: 'from settings',
      options: {temperature: 0.1, seed: 1, top_k: 1},
    });
    expect(servicesWith(variables, settings).newConversation('id', 'm')).toMatchObject({
      system: 'from environment',
      options: {temperature: 0.2, seed: 1, top_k: 1, max_tokens: 20},
    });
    expect(
      servicesWith(variables, settings).newConversation('id', 'a/b', {
        system: 'from flags',
        options: {temperature: 0.3, seed: 3},
        think: 'low',
      }),
    ).toMatchObject({
      id: 'id',
      model: 'a/b',
      title: '',
      head: null,
      system: 'from flags',
      options: {temperature: 0.3, seed: 3, top_k: 1, max_tokens: 20},
      think: 'low',
    });
  });

  it.each([
    ['LLM_TEMPERATURE', 'hot', /^LLM_TEMPERATURE wants a number from 0 to 5, got "hot"$/],
    ['LLM_MAX_TOKENS', '0.5', /^LLM_MAX_TOKENS wants a whole number/],
  ])('refuses %s=%s', (name, value, message) => {
    const services = servicesWith({[name]: value});
    expect(() => services.newConversation('id', 'm')).toThrowError(
      expect.objectContaining({kind: 'usage', message: expect.stringMatching(message)}),
    );
  });
});

describe('services', () => {
  it('write nothing before something is to be stored', async () => {
    const services = servicesWith();
    services.newConversation('id', 'm');
    await services.resolveName('local/guide');
    expect(existsSync(services.environment.paths.database)).toBe(false);
    await services.store();
    expect(existsSync(services.environment.paths.database)).toBe(true);
  });

  it('open the store once', async () => {
    const services = servicesWith();
    expect(await services.store()).toBe(await services.store());
  });

  it('hand the hub the token that is stored now', async () => {
    const hub = await startMadeHub({repositories: {'a/b': {files: {}}}});
    const services = servicesWith({HF_ENDPOINT: hub.url});
    const {signal} = new AbortController();
    const ask = async () => (await services.hub()).repository('a/b', signal);
    await ask();
    // As another program would store it.
    const other = createServices(services.environment);
    await other.keys.set('huggingface', 'hf_good', {inFile: true});
    await other.close();
    await ask();
    const tokens = hub.requests.map(({headers}) => headers.authorization);
    expect([...new Set(tokens)]).toEqual([undefined, 'Bearer hf_good']);
  });

  it('know an alias of the settings, and no backend that is not there', async () => {
    const services = servicesWith({}, {alias: {guide: 'local/guide'}});
    expect(await services.resolveName('guide')).toBe('local/guide');
    await expect(services.resolve('nowhere/model')).rejects.toMatchObject({kind: 'model-unknown'});
  });

  it.skipIf(process.platform === 'win32')(
    'say which folders and files of ours others could read, and leave the home folder alone',
    async () => {
      const home = temporaryFolder();
      const [settingsFolder, data] = [
        path.join(home, 'config', 'llm-local'),
        path.join(home, 'data', 'llm-local'),
      ];
      for (const folder of [settingsFolder, data]) mkdirSync(folder, {recursive: true});
      const config = path.join(settingsFolder, 'config.json');
      writeFileSync(config, '{}');
      for (const wide of [home, settingsFolder, data]) chmodSync(wide, 0o755);
      chmodSync(config, 0o644);
      const xdg = {XDG_CONFIG_HOME: path.join(home, 'config'), XDG_DATA_HOME: path.join(home, 'data')};
      const services = createServices(readEnvironment({variables: xdg, home, workingFolder: home}));
      onTestFinished(() => services.close());
      expect(services.warnings).toEqual([
        expect.stringMatching(`^${settingsFolder} could be read`),
        expect.stringMatching(`^${config} could be read`),
      ]);
      expect((await services.store()).warnings).toEqual([expect.stringMatching(`^${data} could be read`)]);

      const all = createServices(readEnvironment({variables: {LLM_HOME: home}, home, workingFolder: home}));
      onTestFinished(() => all.close());
      expect([...all.warnings, ...(await all.store()).warnings]).toEqual([]);
      const modes = [home, settingsFolder, config, data].map(file => statSync(file).mode & 0o777);
      expect(modes).toEqual([0o755, 0o700, 0o600, 0o700]);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'make LLM_HOME private when it is not the home folder, and say so',
    async () => {
      const folder = path.join(temporaryFolder(), 'llm');
      mkdirSync(folder);
      chmodSync(folder, 0o755);
      const home = temporaryFolder();
      const services = createServices(
        readEnvironment({variables: {LLM_HOME: folder}, home, workingFolder: home}),
      );
      onTestFinished(() => services.close());
      expect((await services.store()).warnings).toEqual([expect.stringMatching(`^${folder} could be read`)]);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    },
  );

  it('take a path from the home folder for a model', async () => {
    const services = servicesWith();
    const file = path.join(services.environment.paths.home, 'my.gguf');
    writeFileSync(file, 'GGUF');
    expect(await services.resolveName('~/my.gguf')).toBe(`local/${file}`);
  });

  it('run the keyCommand of a backend', async () => {
    const command = `"${process.execPath}" -p "'gsk-' + 7"`;
    const services = servicesWith({}, {backends: {groq: {keyCommand: command}, xai: {keyCommand: 'exit 3'}}});
    expect((await services.backends.open('groq')).id).toBe('groq');
    await expect(services.backends.open('xai')).rejects.toMatchObject({
      kind: 'auth',
      message: 'the keyCommand of the backend xai failed (status 3)',
    });
  });

  it('say what is odd about the settings and go on without it', () => {
    const environment = isolatedEnvironment();
    writeFileSync(environment.paths.config, '{"system": ', {mode: 0o600});
    const services = createServices(environment);
    onTestFinished(() => services.close());
    expect(services.warnings).toHaveLength(1);
    expect(services.warnings[0]).toContain(environment.paths.config);
    expect(services.newConversation('id', 'm').system).toBeUndefined();
  });
});
