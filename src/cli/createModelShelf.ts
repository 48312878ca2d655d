import {existsSync} from 'node:fs';
import {createPulls} from '../commands/createPulls.ts';
import type {ModelShelf} from '../commands/modelShelf.ts';
import type {Model} from '../core/backend.ts';
import {createPullMemory} from './createPullMemory.ts';
import type {Services} from './createServices.ts';
import {hubHosts} from './models/hubHosts.ts';
import {unsetSetting, writeSetting} from './settings.ts';

/** The models of all backends, wired to this program's services. What is changed of the settings counts at once. */
export function createModelShelf(services: Services): ModelShelf {
  const {backends, environment, settings} = services;
  const {paths} = environment;
  const file = {path: paths.config, home: paths.home};
  let known: readonly Model[] = [];
  let asked = 0;
  let {favourites = []} = settings;
  return {
    known: () => known,
    async list() {
      asked += 1;
      const own = asked;
      const found = await services.listModels();
      // What an earlier question brings late is out of date.
      if (own === asked) known = found;
      return found;
    },
    async use() {
      if (!existsSync(paths.database)) return new Map();
      try {
        return (await services.store()).modelUse();
      } catch {
        // A store that cannot be read is told of where something is to be stored.
        return new Map();
      }
    },
    backend: backends.find,
    open: backends.open,
    favourites: () => favourites,
    async setFavourite(name, isOne) {
      const next = [...favourites.filter(each => each !== name), ...(isOne ? [name] : [])];
      if (next.length > 0) await writeSetting(file, 'favourites', next);
      else await unsetSetting(file, 'favourites');
      favourites = next;
    },
    aliases: () => settings.alias,
    async setAlias(alias, name) {
      if (name === null) {
        await unsetSetting(file, `alias.${alias}`);
        delete settings.alias[alias];
      } else {
        await writeSetting(file, `alias.${alias}`, [name]);
        settings.alias[alias] = name;
      }
    },
    hubHosts: hubHosts(environment),
    pulls: createPulls({
      resolve: services.resolve,
      unfinished: createPullMemory(services),
    }),
  };
}
