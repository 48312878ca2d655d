import type {PullsSettings} from '../commands/createPulls.ts';
import {livenessOf, ownIdentity} from '../storage/processIdentity.ts';
import {changeUnfinishedPulls, readUnfinishedPulls, type UnfinishedPull} from '../storage/unfinishedPulls.ts';
import type {Services} from './createServices.ts';

/**
 * Where pulls that were cut are remembered: those of the servers that are set up now. Those of others stay in the file,
 * for the next time that their server is.
 */
export function createPullMemory({
  backends,
  environment: {paths},
}: Pick<Services, 'backends' | 'environment'>): PullsSettings['unfinished'] {
  const serverOf = (name: string): string | undefined =>
    backends.find(name.slice(0, name.indexOf('/')))?.label;
  const isHere = ({name, server}: UnfinishedPull): boolean =>
    server === undefined || server === serverOf(name);
  const withServer = (pull: UnfinishedPull): UnfinishedPull => {
    const server = serverOf(pull.name);
    return {...pull, ...(server !== undefined && {server})};
  };
  return {
    read: () => readUnfinishedPulls(paths.pulls).filter(isHere),
    change(how) {
      const change = (all: readonly UnfinishedPull[]): UnfinishedPull[] => [
        ...all.filter(pull => !isHere(pull)),
        ...how(all.filter(isHere)).map(withServer),
      ];
      changeUnfinishedPulls(paths.pulls, change, paths.home);
    },
    own: ownIdentity,
    isAlive: owner => livenessOf(owner) === 'alive',
  };
}
