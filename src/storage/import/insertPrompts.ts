import {appendPrompts, entryText, scanPromptHistory} from '../promptHistory.ts';
import {replacePromptHistory} from '../replacePromptHistory.ts';

type Dated = {prompt: string; date: number};

/**
 * Puts prompts into the history file where their times belong, so that old ones are not the first that ↑ brings. What
 * is there keeps its order, and an entry without a time belongs to the one before it. Only where something newer is
 * there, the file is replaced.
 *
 * @returns warnings: the file could be read by others and was made private
 * @throws LlmError (kind `storage`), also while another program replaces the file
 */
export function insertPrompts(path: string, prompts: readonly Dated[]): string[] {
  const ordered = [...prompts].sort((a, b) => a.date - b.date);
  let later: readonly Dated[] = ordered;
  replacePromptHistory(path, bytes => {
    const pieces: Buffer[] = [];
    let next = 0;
    let from = 0;
    for (const {start, date} of scanPromptHistory(bytes)) {
      // Without a blank line before it the entry ends a torn one, which would count as whole with another between them.
      const isApart = /[\r\n]/.test(bytes.toString('latin1', start, start + 1));
      if (date === undefined || !(isApart || start === 0)) continue;
      const first = next;
      while ((ordered[next]?.date ?? Number.POSITIVE_INFINITY) < date) next++;
      if (next === first) continue;
      pieces.push(bytes.subarray(from, start));
      pieces.push(Buffer.from(ordered.slice(first, next).map(entryText).join('') + (isApart ? '' : '\n')));
      from = start;
    }
    later = ordered.slice(next);
    return next > 0 ? [...pieces, bytes.subarray(from)] : undefined;
  });
  return appendPrompts(path, later);
}
