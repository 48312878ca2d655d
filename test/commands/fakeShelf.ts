import {createPulls} from '../../src/commands/createPulls.ts';
import type {ModelShelf} from '../../src/commands/modelShelf.ts';
import type {Backend, Model} from '../../src/core/backend.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';

/** Models of backends that can do what `backend` can; favourites and short names are kept for as long as it lives. */
export function fakeShelf(
  models: readonly Model[],
  change: Partial<ModelShelf> = {},
  backend: Partial<Backend> = {},
): ModelShelf {
  let favourites: readonly string[] = [];
  const aliases: Record<string, string> = {};
  const ids = new Set(['ollama', 'local', 'test', ...models.map(model => model.backend)]);
  const opened: Backend = {...createScriptedBackend({models}), ...backend};
  return {
    known: () => models,
    list: async () => models,
    isKnown: id => id !== 'cloud',
    silent: () => [],
    subscribe: () => () => {},
    async learn() {},
    learnt() {},
    use: async () => new Map(),
    backend: id => (ids.has(id) ? {label: `${id} here`, local: id !== 'cloud', ready: true} : undefined),
    open: async () => opened,
    favourites: () => favourites,
    async setFavourite(name, isOne) {
      favourites = [...favourites.filter(each => each !== name), ...(isOne ? [name] : [])];
    },
    aliases: () => aliases,
    async setAlias(alias, name) {
      if (name === null) delete aliases[alias];
      else aliases[alias] = name;
    },
    pulls: createPulls({
      resolve: async name => ({backend: opened, model: name.slice(name.indexOf('/') + 1)}),
      unfinished: {read: () => [], change() {}},
      pauseMs: 0,
    }),
    ...change,
  };
}
