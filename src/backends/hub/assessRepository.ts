import type {Hub, HubRepository} from './createHub.ts';
import {bestVariant, type Fit, fitOf, type MachineMemory} from './fit.ts';
import type {HubVariant} from './hubFiles.ts';
import {type AttentionShape, cacheBytes, memoryNeed} from './memoryNeed.ts';
import {readRemoteHeader} from './readRemoteHeader.ts';

/** A model of a repository with what it takes on this machine. */
export type AssessedVariant = HubVariant & {
  /** Weights, cache and room to compute in, in bytes. */
  memory: number;
  fit: Fit;
};

export type Assessment = {
  /** The context that the memory is for, in tokens. */
  context: number;
  /** Missing where the header of no file could be read: the memory is without the cache then. */
  shape?: AttentionShape;
  variants: readonly AssessedVariant[];
  best?: AssessedVariant;
};

/** The context that most conversations stay within, in tokens. */
export const usualContext = 8_192;

/**
 * What each model of a repository takes, and which is best here. One header is read, of the smallest file: all files of a
 * repository are the same model as a rule, in other quantisations.
 *
 * @param context in tokens; a larger one than the model has is cut to its own
 */
export async function assessRepository(
  hub: Hub,
  repository: HubRepository,
  machine: MachineMemory,
  signal: AbortSignal,
  context: number = usualContext,
): Promise<Assessment> {
  const first = repository.models[0]?.parts[0];
  // What cannot be read takes nothing away from what the listing says; pulling will tell.
  const shape =
    first &&
    (await readRemoteHeader(hub, repository, first, signal).catch((thrown: unknown) => {
      if (signal.aborted) throw thrown;
      return undefined;
    }));
  const tokens = Math.min(context, shape?.contextMax ?? context);
  const cache = shape ? cacheBytes(shape, tokens) : 0;
  const variants = repository.models.map(variant => {
    const memory = memoryNeed(variant.bytes, cache);
    return {...variant, memory, fit: fitOf(memory, machine)};
  });
  const best = bestVariant(variants);
  return {context: tokens, variants, ...(shape && {shape}), ...(best && {best})};
}
