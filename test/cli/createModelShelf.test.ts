import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {createModelShelf} from '../../src/cli/createModelShelf.ts';
import {createServices} from '../../src/cli/createServices.ts';
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
    const {services} = scriptedServices({listModels: async () => listed}, isolatedEnvironment());
    const shelf = createModelShelf(services);
    expect(shelf.known()).toEqual([]);
    await shelf.list();
    expect(shelf.known()).toEqual(listed);
    expect(await shelf.use()).toEqual(new Map());
    expect(shelf.backend('nope')).toBeUndefined();
    expect(shelf.backend('local')).toMatchObject({label: 'the embedded engine', local: true});
  });

  it('lets no late answer take the place of a newer one', async () => {
    const {promise: late, resolve} = Promise.withResolvers<{id: string; backend: string}[]>();
    const answers = [late, Promise.resolve([{id: 'new', backend: 'ollama'}])];
    let asked = 0;
    const {services} = scriptedServices({listModels: async () => (await answers[asked++]) ?? []});
    const shelf = createModelShelf(services);
    const first = shelf.list();
    await shelf.list();
    resolve([{id: 'gone', backend: 'ollama'}]);
    await first;
    expect(shelf.known()).toEqual([{id: 'new', backend: 'ollama'}]);
  });
});
