import {parseHubName} from '../../backends/hub/hubName.ts';
import {isMeant} from '../../backends/hub/pulledModels.ts';
import type {PullFigures} from '../../core/pull.ts';
import {changeUnfinishedPulls, type UnfinishedPull} from '../../storage/unfinishedPulls.ts';
import type {Environment} from '../environment.ts';

/**
 * Remembers one pull among those that were cut, for the manager to go on with. Never fails: it only saves typing. What
 * the hub's name turned out to mean, as `PullProgress.model` tells it, becomes its name: another may be chosen tomorrow.
 */
export type PullMemory = {
  keep(figures: PullFigures, chosen: string | undefined): void;
  forget(chosen: string | undefined): void;
};

/** @param name the full name of the model, as the manager has it: `local/hf:USER/REPO:QUANT` */
export function pullMemory(name: string, {paths}: Pick<Environment, 'paths'>): PullMemory {
  const change = (how: Parameters<typeof changeUnfinishedPulls>[1]): void => {
    try {
      changeUnfinishedPulls(paths.pulls, how, paths.home);
    } catch {
      // That the list cannot be written is no reason to let a pull fail.
    }
  };
  const others = (known: readonly UnfinishedPull[], chosen: string | undefined): UnfinishedPull[] =>
    known.filter(each => each.name !== name && !(chosen !== undefined && means(each.name, chosen)));
  return {
    keep: ({completed, total}, chosen) =>
      change(known => [
        ...others(known, chosen),
        {name: chosen === undefined ? name : `local/hf:${chosen}.gguf`, completed, total},
      ]),
    forget: chosen => change(known => others(known, chosen)),
  };
}

/** Whether a name of the list stands for a model of the hub, which has other names too. */
function means(listed: string, chosen: string): boolean {
  if (!listed.startsWith('local/hf:')) return false;
  try {
    const name = parseHubName(listed.slice('local/'.length));
    const isSame = name !== undefined && chosen.startsWith(`${name.repo}/`);
    return isSame && isMeant(`${chosen.slice(name.repo.length + 1)}.gguf`, chosen, name);
  } catch {
    return false;
  }
}
