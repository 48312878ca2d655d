import type {Draft, Waiting} from './draft.ts';

/**
 * What of the waiting lines goes back to where prompts are typed, behind the prompts that come `first`: the prompts, or a
 * command that is alone. A command among prompts would become a part of one text with them, and is `notDone`; choices of
 * lists mean nothing later.
 */
export function whatComesBack(
  waiting: readonly Waiting[],
  first: readonly Draft[],
): {drafts: readonly Draft[]; lines: readonly string[]; notDone: readonly string[]} {
  const prompts = waiting.flatMap(each => (each.type === 'prompt' ? [each] : []));
  const commands = waiting.flatMap(({type, text}) => (type === 'command' ? [text] : []));
  const drafts = [...first, ...prompts.map(({draft}) => draft)];
  const lines = [...first, ...prompts].map(({text}) => text);
  if (lines.length === 0 && commands.length === 1) return {drafts, lines: commands, notDone: []};
  return {drafts, lines, notDone: commands};
}
