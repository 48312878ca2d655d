import {scanPromptHistory} from './promptHistory.ts';
import {replacePromptHistory} from './replacePromptHistory.ts';

/**
 * Removes prompts from the history file; all else in it stays byte for byte. The file is replaced in one step, and what
 * other programs add to the old one meanwhile is taken over. Torn entries are asked about like whole ones.
 *
 * @param isForgotten is asked for each prompt, oldest first
 * @returns how many were removed. Throws `LlmError` (`storage`), also while another program does the same.
 */
export function forgetPrompts(path: string, isForgotten: (prompt: string) => boolean): number {
  let removed = 0;
  replacePromptHistory(path, bytes => {
    const {kept, count} = without(bytes, isForgotten);
    removed = count;
    return count > 0 ? kept : undefined;
  });
  return removed;
}

/** The pieces of the file that stay. An entry goes from its beginning to that of the next one. */
function without(bytes: Buffer, isForgotten: (prompt: string) => boolean): {kept: Buffer[]; count: number} {
  const entries = scanPromptHistory(bytes, false);
  const kept: Buffer[] = [];
  let count = 0;
  let from = 0;
  for (const [index, {start, prompt}] of entries.entries()) {
    const end = entries[index + 1]?.start ?? bytes.length;
    if (!isForgotten(prompt)) continue;
    kept.push(bytes.subarray(from, start));
    from = end;
    count += 1;
  }
  kept.push(bytes.subarray(from));
  return {kept, count};
}
