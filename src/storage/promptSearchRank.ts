import Fuse from 'fuse.js';
import type {PromptTier} from './promptSearchSegment.ts';
import {foldText, readPromptQuery} from './promptSearchText.ts';

/** A prompt that was found; `date` in ms since 1970. */
export type FoundPrompt = {prompt: string; date: number | undefined; tier: PromptTier};

/** So much of a prompt is compared: fuse.js takes its time for every character. */
const comparedLength = 400;
/** As much as the oldest of the prompts that fit alike loses against the newest, on fuse.js's scale of 0 to 1. */
const ageWeight = 0.15;

/**
 * Puts what was found into its final order. Those that contain the text stay as they are, the newest first; those that
 * have its words elsewhere, or misspelt, are ranked by fuse.js, with their age as a weight.
 *
 * @param found at most about 150, best tier first, newest first in each
 */
export function rankPrompts(typed: string, found: readonly FoundPrompt[]): FoundPrompt[] {
  const {words, unspaced} = readPromptQuery(typed);
  const pattern = [...words, ...unspaced].join(' ');
  const scored = (['words', 'nearly', 'roughly'] as const).flatMap(tier => {
    const group = found.filter(each => each.tier === tier);
    if (group.length < 2) return group;
    const fuse = new Fuse(
      group.map(each => foldText(each.prompt.slice(0, comparedLength))),
      {useExtendedSearch: true, ignoreLocation: true, includeScore: true, threshold: 0.5, shouldSort: false},
    );
    // What fuse.js does not see, a word beyond what is compared, comes last.
    const scores = group.map((_, age) => 1 + (ageWeight * age) / group.length);
    for (const {refIndex, score = 1} of fuse.search(pattern)) {
      scores[refIndex] = score + (ageWeight * refIndex) / group.length;
    }
    return group
      .map((each, index) => ({each, score: scores[index] ?? 1}))
      .toSorted((a, b) => a.score - b.score)
      .map(({each}) => each);
  });
  return [...found.filter(({tier}) => !['words', 'nearly', 'roughly'].includes(tier)), ...scored];
}
