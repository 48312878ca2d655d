import type {Model} from '../core/backend.ts';
import {within} from '../core/within.ts';
import type {CommandContext} from './command.ts';

/** How long somebody is kept waiting, in ms. */
const patienceMs = 1_000;

/** The models that can be asked without cost, as far as they are known within a second: one slow server keeps nobody. */
export async function modelsInTime({
  listModels,
  shelf,
}: Pick<CommandContext, 'listModels' | 'shelf'>): Promise<readonly Model[]> {
  return (await within(listModels(), patienceMs)) ?? shelf.known();
}
