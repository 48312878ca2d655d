import type {PullFigures} from '../../core/pull.ts';
import {changeUnfinishedPulls} from '../../storage/unfinishedPulls.ts';
import type {Environment} from '../environment.ts';

/** Remembers one pull among those that were cut, for the manager to go on with. Never fails: it only saves typing. */
export type PullMemory = {keep(figures: PullFigures): void; forget(): void};

/** @param name the full name of the model, as the manager has it: `local/hf:USER/REPO:QUANT` */
export function pullMemory(name: string, {paths}: Pick<Environment, 'paths'>): PullMemory {
  const change: typeof changeUnfinishedPulls = (...args) => {
    try {
      changeUnfinishedPulls(...args);
    } catch {
      // That the list cannot be written is no reason to let a pull fail.
    }
  };
  return {
    keep: ({completed, total}) =>
      change(
        paths.pulls,
        known => [...known.filter(each => each.name !== name), {name, completed, total}],
        paths.home,
      ),
    forget: () => change(paths.pulls, known => known.filter(each => each.name !== name), paths.home),
  };
}
