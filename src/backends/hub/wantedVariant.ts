import {LlmError} from '../../core/errors.ts';
import {formatBytes} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {type Assessment, assessRepository} from './assessRepository.ts';
import type {Hub, HubRepository} from './createHub.ts';
import {type MachineMemory, usualVariant} from './fit.ts';
import type {HubVariant} from './hubFiles.ts';
import type {HubName} from './hubName.ts';
import {namedVariant} from './namedVariant.ts';
import {pulledId, pulledModels} from './pulledModels.ts';
import {variantName} from './variantName.ts';

export type WantedVariant = {
  hub: Hub;
  name: HubName;
  repository: HubRepository;
  modelsFolder: string;
  /** Asked for where the name leaves it open which model is meant. */
  machine: () => Promise<MachineMemory>;
};

/**
 * The model of a repository to pull: the one that is named, or else what was begun, or else the best for this machine.
 * Throws `LlmError`: `model-unknown`; `usage` where the name leaves it open and nothing fits.
 */
export async function wantedVariant(
  {hub, name, repository, modelsFolder, machine}: WantedVariant,
  signal: AbortSignal,
): Promise<HubVariant> {
  const named = namedVariant(name, repository);
  if (named) return named;
  // What was begun is gone on with, whatever would be chosen today.
  const [begun, ...others] = await pulledModels(modelsFolder, name);
  const same = repository.models.find(({file}) => pulledId(repository.repo, file) === begun?.id);
  if (same && others.length === 0) return same;
  const memory = await machine();
  const assessment = await assessRepository(hub, repository, memory, signal);
  if (assessment.best) return assessment.best;
  throw nothingFits(repository, assessment, memory);
}

function nothingFits({repo}: HubRepository, {variants}: Assessment, machine: MachineMemory): LlmError {
  const least = Math.min(...variants.map(({memory}) => memory));
  const [smallest] = variants;
  const one = usualVariant(variants) ?? smallest;
  const free = machine.free + (machine.unified ? 0 : (machine.video?.free ?? 0));
  return new LlmError({
    kind: 'usage',
    message: `Nothing of ${repo} fits this machine: it needs ${formatBytes(least)} at least, and ${formatBytes(free)} is free.`,
    hint: one
      ? `Name one to pull it all the same: llm models pull ${neutraliseLine(variantName(repo, one, variants))}`
      : '',
  });
}
