import {assessRepository} from '../../backends/hub/assessRepository.ts';
import type {Fit} from '../../backends/hub/fit.ts';
import {formatHubName} from '../../backends/hub/hubName.ts';
import {machineMemory} from '../../backends/hub/machineMemory.ts';
import {pulledId, pulledModels} from '../../backends/hub/pulledModels.ts';
import {wantedVariant} from '../../backends/hub/wantedVariant.ts';
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
  const machine = await machineMemory();
  const modelsFolder = environment.paths.models;
  const wanted = {hub, name, repository, modelsFolder, machine: async () => machine};
  const variant = await wantedVariant(wanted, signal);
  const only = {...repository, models: [variant]};
  const {variants} = await assessRepository(hub, only, machine, signal);
  const file = formatHubName({repo: name.repo, file: variant.file});
  const facts = [
    formatBytes(variant.bytes),
    repository.licence,
    repository.gated && `terms to accept at ${hub.page(name.repo)}`,
    variants.map(({fit, memory}) => fitWarning(fit, memory)).join(''),
  ];
  const isBegun = there.some(({id}) => id === pulledId(name.repo, variant.file));
  const question = `${formatHubName(name)} is ${isBegun ? 'here in part only' : 'not here yet'}. ${isBegun ? 'Go on with' : 'Pull'} ${variant.file} now (${facts.filter(Boolean).join(', ')})?`;
  if (!(await askYes(io, question))) return;
  const end = await pullShown({...backend, pull}, file, neutraliseLine(file), io, environment);
  if (end.stopped !== undefined) throw pullStopped(neutraliseLine(file));
}

function fitWarning({verdict}: Fit, memory: number): string {
  if (verdict === 'fits') return '';
  return `${verdict === 'tight' ? 'tight' : 'too large'} for this machine: it takes ${formatBytes(memory)} of memory`;
}
