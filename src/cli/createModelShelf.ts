import {existsSync} from 'node:fs';
import {createKnownModels} from '../commands/createKnownModels.ts';
import {createPulls} from '../commands/createPulls.ts';
import {splitName} from '../commands/managedName.ts';
import type {ModelShelf} from '../commands/modelShelf.ts';
import {createPullMemory} from './createPullMemory.ts';
import type {Services} from './createServices.ts';
import {hubHosts} from './models/hubHosts.ts';
import {unsetSetting, writeSetting} from './settings.ts';

/** How long a backend may take to describe a model that is looked at, in ms. */
const describeMs = 3000;

/**
 * The models of all backends, wired to this program's services. What is changed of the settings counts at once.
 *
 * @param current the full name of the model that answers in the chat
 */
export function createModelShelf(services: Services, current: () => string = () => ''): ModelShelf {
  const {backends, environment, settings} = services;
  const {paths} = environment;
  const file = {path: paths.config, home: paths.home};
  const known = createKnownModels(backends.entries.flatMap(({id, local}) => (local ? [id] : [])));
  let asked = 0;
  let {favourites = []} = settings;
  return {
    known: known.now,
    isKnown: known.isKnown,
    silent: known.silent,
    subscribe: known.subscribe,
    async list() {
      asked += 1;
      const own = asked;
      const before = new Set(known.now().map(({backend}) => backend));
      const answered = new Set<string>();
      const {silent} = await services.surveyModels((backend, models) => {
        // What an earlier question brings late is out of date.
        if (own !== asked) return;
        answered.add(backend);
        known.found(backend, models);
      });
      if (own !== asked) return known.now();
      // Of a server that nobody has asked for or heard of it is no news that it is away.
      const isMissed = (id: string): boolean =>
        before.has(id) || [current(), ...favourites].some(name => splitName(name).backend === id);
      known.ended(
        answered,
        silent
          .filter(({backend, isTold}) => isTold || isMissed(backend))
          .map(({backend, text}) => ({backend, text})),
      );
      return known.now();
    },
    async learn(name, signal) {
      const {backend: id, model} = splitName(name);
      if (!known.isBlank(name) || backends.find(id)?.local !== true) return;
      try {
        const backend = await backends.open(id);
        const limited = AbortSignal.any([signal, AbortSignal.timeout(describeMs)]);
        known.learnt(name, await backend.describe(model, limited));
      } catch {
        // What its list tells is shown all the same.
      }
    },
    learnt: known.learnt,
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
