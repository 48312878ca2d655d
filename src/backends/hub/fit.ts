import type {HubVariant} from './hubFiles.ts';
import {bitsOf, isSameQuantisation} from './quantisation.ts';

/** Memory of a machine, in bytes. */
export type MachineMemory = {
  total: number;
  /** What a new program can have now. */
  free: number;
  /** The graphics cards together; missing where there is none, or none that can be asked. */
  video?: {total: number; free: number};
  /** The processor's memory is the graphics card's too, as on Apple silicon. */
  unified: boolean;
};

export type Fit = {
  /** `tight`: it takes nearly all there is, or what other programs hold now. */
  verdict: 'fits' | 'tight' | 'too large';
  /** Where the weights would lie, when they have room. */
  place: 'graphics card' | 'partly on the graphics card' | 'memory';
};

/** Beyond this share of what is free, the next thing that starts may push it out. */
const comfortable = 0.9;

/**
 * Whether something of so many bytes has room: in the memory of the graphics card, in that of the processor, or in both
 * together, for the layers of a model can be split.
 */
export function fitOf(bytes: number, {total, free, video, unified}: MachineMemory): Fit {
  const extra = unified ? {total: 0, free: 0} : (video ?? {total: 0, free: 0});
  const place =
    video && bytes <= video.free * comfortable
      ? 'graphics card'
      : video && !unified
        ? 'partly on the graphics card'
        : 'memory';
  if (place === 'graphics card' || bytes <= (free + extra.free) * comfortable)
    return {verdict: 'fits', place};
  const most = Math.max(free + extra.free, (total + extra.total) * comfortable);
  return {verdict: bytes <= most ? 'tight' : 'too large', place};
}

/** The quantisation that most people take: small, and still good. */
export const usualQuantisation = 'Q4_K_M';

/**
 * The one to take of a repository. Weights on a graphics card are read fast: there it is the largest of those that fit,
 * up to eight bits, beyond which nothing is gained. Weights in memory are read slowly, each bit of them counts: there it
 * is `Q4_K_M`, or else the largest of those that fit with at most four bits, or else the smallest. Where no name tells of
 * bits it is the largest that fits. Undefined where nothing fits.
 */
export function bestVariant<V extends HubVariant & {fit?: Fit}>(variants: readonly V[]): V | undefined {
  const largestFirst = [...variants].sort((one, other) => other.bytes - one.bytes);
  const fitting = largestFirst.filter(({fit}) => fit?.verdict === 'fits');
  const upTo = (bits: number, from: readonly V[]): V[] =>
    from.filter(({quantisation = ''}) => (bitsOf(quantisation) ?? 99) <= bits);
  const onCard = upTo(
    8,
    fitting.filter(({fit}) => fit?.place === 'graphics card'),
  );
  const candidates = fitting.length > 0 ? fitting : largestFirst.filter(({fit}) => fit?.verdict === 'tight');
  const isTold = candidates.some(({quantisation = ''}) => bitsOf(quantisation) !== undefined);
  return (
    onCard[0] ??
    usualVariant(candidates) ??
    upTo(4, candidates)[0] ??
    (isTold ? candidates.at(-1) : candidates[0])
  );
}

/** The usual quantisation among those of a repository. */
export function usualVariant<V extends HubVariant>(variants: readonly V[]): V | undefined {
  return variants.find(({quantisation = ''}) => isSameQuantisation(quantisation, usualQuantisation));
}
