import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createServices, type Services} from '../../src/cli/createServices.ts';
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

  it('know an alias of the settings, and no backend that is not there', async () => {
    const services = servicesWith({}, {alias: {guide: 'local/guide'}});
    expect(await services.resolveName('guide')).toBe('local/guide');
    await expect(services.resolve('nowhere/model')).rejects.toMatchObject({kind: 'model-unknown'});
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
