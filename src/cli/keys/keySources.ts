import {presets} from '../../backends/presets.ts';
import type {Services} from '../createServices.ts';

/** Where the key of a backend comes from. */
export type KeySource =
  | {from: 'environment'; name: string}
  | {from: 'keyCommand'}
  | {from: 'keychain'}
  | {from: 'file'};

/** The token of the hub that models are pulled from; it is no backend. */
export const hubKey = {id: 'huggingface', keyName: 'HF_TOKEN'} as const;

/** The ids that a key can be given to: those of the backends of the table, of the settings, and the hub's. */
export function keyIds({settings}: Pick<Services, 'settings'>): readonly string[] {
  const own = Object.keys(settings.backends).filter(id => id !== 'local');
  return [...new Set([...presets.map(({id}) => id), ...own, hubKey.id])];
}

/**
 * Where a backend's key comes from, the one that counts first: the environment, then `keyCommand`, then what was
 * stored. Empty when there is none. Looks at no key and asks nobody.
 */
export function keySources(
  id: string,
  {settings, environment, keys}: Pick<Services, 'settings' | 'environment' | 'keys'>,
): readonly KeySource[] {
  const name = [...presets, hubKey].find(each => each.id === id)?.keyName;
  const place = keys.placeOf(id);
  return [
    ...(name !== undefined && environment.variables[name] !== undefined
      ? [{from: 'environment', name} as const]
      : []),
    ...(settings.backends[id]?.keyCommand === undefined ? [] : [{from: 'keyCommand'} as const]),
    ...(place === undefined ? [] : [{from: place}]),
  ];
}

/** The same for a person. */
export function describeKeySource(source: KeySource): string {
  switch (source.from) {
    case 'environment':
      return source.name;
    case 'keyCommand':
      return 'its keyCommand';
    case 'keychain':
      return 'the system keychain';
    case 'file':
      return 'the file of keys';
  }
}
