import {readFileSync} from 'node:fs';
import {describe, expect, it, vi} from 'vitest';
import {createModelShelf} from '../../src/cli/createModelShelf.ts';
import {createServices, type Services} from '../../src/cli/createServices.ts';
import {isolatedEnvironment, scriptedServices} from './fakeServices.ts';

describe('createModelShelf', () => {
  it('keeps favourites and short names in the settings, where they count at once', async () => {
    const {services} = scriptedServices();
    const shelf = createModelShelf(services);
    await shelf.setFavourite('ollama/a', true);
    await shelf.setFavourite('ollama/b', true);
    await shelf.setFavourite('ollama/a', false);
    await shelf.setAlias('fast', 'ollama/b');
    expect(shelf.favourites()).toEqual(['ollama/b']);
    expect(await services.resolveName('fast')).toBe('ollama/b');
    const path = services.environment.paths.config;
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      favourites: ['ollama/b'],
      alias: {fast: 'ollama/b'},
    });
    const later = createServices(services.environment);
    expect(createModelShelf(later).favourites()).toEqual(['ollama/b']);
    await later.close();
    await shelf.setFavourite('ollama/b', false);
    await shelf.setAlias('fast', null);
    expect(shelf.aliases()).toEqual({});
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({});
    await expect(shelf.setAlias('no name', 'ollama/b')).rejects.toMatchObject({kind: 'usage'});
  });

  it('knows what was listed last, and the use of models only where something is stored', async () => {
    const listed = [{id: 'a', backend: 'ollama'}];
    const {services} = scriptedServices(
      {
        async surveyModels(onFound) {
          onFound?.('ollama', listed);
          return {models: listed, silent: []};
        },
      },
      isolatedEnvironment(),
    );
    const shelf = createModelShelf(services);
    expect(shelf.known()).toEqual([]);
    await shelf.list();
    expect(shelf.known()).toEqual(listed);
    expect(await shelf.use()).toEqual(new Map());
    expect(shelf.backend('nope')).toBeUndefined();
    expect(shelf.backend('local')).toMatchObject({label: 'the embedded engine', local: true});
  });

  it('names a silent server when it is wanted, has answered before, or its model is in use', async () => {
    let up = true;
    const {services} = scriptedServices({
      async surveyModels(onFound) {
        if (up) onFound?.('ollama', [{id: 'a', backend: 'ollama', loaded: true}]);
        const silent = ['ollama', 'vllm', 'lmstudio', 'jan'].map(backend => ({
          backend,
          text: `${backend} does not answer`,
          isTold: backend === 'lmstudio',
        }));
        return {models: [], silent: silent.filter(({backend}) => !up || backend !== 'ollama')};
      },
    });
    const shelf = createModelShelf(services, () => 'vllm/x');
    const named = (): string[] => shelf.silent().map(({backend}) => backend);
    await shelf.list();
    expect(named()).toEqual(['vllm', 'lmstudio']);
    up = false;
    expect(await shelf.list()).toEqual([{id: 'a', backend: 'ollama'}]);
    expect(named()).toEqual(['ollama', 'vllm', 'lmstudio']);
    expect(['ollama', 'llamacpp'].map(shelf.isKnown)).toEqual([false, true]);
  });

  it('learns of a local model once, and of none of a cloud', async () => {
    const asked: string[] = [];
    const {services, backend} = scriptedServices();
    vi.spyOn(services.backends, 'open').mockResolvedValue({
      ...backend,
      async describe(id) {
        asked.push(id);
        return {id, backend: 'ollama', contextMax: 4096, capabilities: ['chat']};
      },
    });
    const shelf = createModelShelf(
      Object.assign(services, {
        surveyModels: async onFound => {
          onFound?.('ollama', [{id: 'a', backend: 'ollama'}]);
          return {models: [], silent: []};
        },
      } satisfies Partial<Services>),
    );
    await shelf.list();
    for (const name of ['ollama/a', 'ollama/a', 'groq/b'])
      await shelf.learn(name, new AbortController().signal);
    expect(asked).toEqual(['a']);
    expect(shelf.known()).toMatchObject([{id: 'a', contextMax: 4096, capabilities: ['chat']}]);
  });

  it('lets no late answer take the place of a newer one', async () => {
    const {promise: late, resolve} = Promise.withResolvers<void>();
    let asked = 0;
    const {services} = scriptedServices({
      async surveyModels(onFound) {
        asked += 1;
        const id = asked === 1 ? 'gone' : 'new';
        if (asked === 1) await late;
        onFound?.('ollama', [{id, backend: 'ollama'}]);
        return {models: [], silent: []};
      },
    });
    const shelf = createModelShelf(services);
    const first = shelf.list();
    await shelf.list();
    resolve();
    await first;
    expect(shelf.known()).toEqual([{id: 'new', backend: 'ollama'}]);
  });
});
