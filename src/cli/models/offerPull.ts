import {chooseVariant} from '../../backends/hub/chooseVariant.ts';
import {formatHubName} from '../../backends/hub/hubName.ts';
import {pulledModels} from '../../backends/hub/pulledModels.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {askYes} from '../askYes.ts';
import type {Services} from '../createServices.ts';
import type {Io} from '../io.ts';
import {hubNameOf} from './hubNameOf.ts';
import {pullShown, pullStopped} from './pullShown.ts';

/**
 * Offers to pull the model of the hub that `-m` names, where it is not there yet and somebody can be asked. Whoever says
 * no reads the usual error, with the command. Throws `LlmError`: those of a pull, `cancelled`.
 *
 * @param beforeAsking makes the terminal ready for a line
 */
export async function offerPull(
  typed: string | undefined,
  {environment, backends, hub: openHub}: Pick<Services, 'environment' | 'backends' | 'hub'>,
  io: Io,
  beforeAsking: () => void = () => {},
): Promise<void> {
  if (!typed?.startsWith('hf:') || !io.stdin.isTTY || !io.stderr.isTTY) return;
  const name = hubNameOf(typed, environment);
  if (!name) return;
  const there = await pulledModels(environment.paths.models, name);
  if (there.some(({isComplete}) => isComplete)) return;
  const backend = await backends.open('local');
  const {pull} = backend;
  if (!pull) return;
  beforeAsking();
  const {signal} = new AbortController();
  const hub = await openHub();
  const repository = await hub.repository(name.repo, signal);
  const variant = await chooseVariant(name, repository, async () => {
    const {assessRepository} = await import('../../backends/hub/assessRepository.ts');
    const {machineMemory} = await import('../../backends/hub/machineMemory.ts');
    return (await assessRepository(hub, repository, await machineMemory(), signal)).best;
  });
  const file = formatHubName({repo: name.repo, file: variant.file});
  const question = `${formatHubName(name)} is not here yet. Pull ${variant.file} now (${formatBytes(variant.bytes)})?`;
  if (!(await askYes(io, question))) return;
  const end = await pullShown({...backend, pull}, file, neutraliseLine(file), io);
  if (end.stopped !== undefined) throw pullStopped(neutraliseLine(file));
}
