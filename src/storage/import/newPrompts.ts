import type {HistoryEntry} from '../promptHistory.ts';

/**
 * Those prompts of a file that the history lacks, each once, in the file's order. A prompt is there already when it
 * was typed at the same moment; one whose moment is not known, when it was ever typed.
 *
 * @param written the moment that stands for an unknown one, in ms since 1970
 */
export function newPrompts(
  history: readonly HistoryEntry[],
  entries: readonly HistoryEntry[],
  written: number,
): {prompt: string; date: number}[] {
  const typed = new Set<string>();
  const moments = new Set<string>();
  const remember = ({prompt, date}: HistoryEntry): void => {
    typed.add(prompt);
    if (date !== undefined) moments.add(momentOf(prompt, date));
  };
  for (const entry of history) remember(entry);
  return entries.flatMap(entry => {
    const {prompt, date} = entry;
    if (date === undefined ? typed.has(prompt) : moments.has(momentOf(prompt, date))) return [];
    remember(entry);
    return [{prompt, date: date ?? written}];
  });
}

function momentOf(prompt: string, date: number): string {
  return `${date} ${prompt}`;
}
