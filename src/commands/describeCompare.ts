import {compareKeys} from './compareKeys.ts';
import {markdownTable} from './markdownTable.ts';

/** How models are named for a comparison and, where there are panes, their keys, as markdown. */
export function describeCompare(hasPanes: boolean): string {
  const naming = [
    'A name may have options behind it, for this model alone, and a system prompt, as a text or from a file; quotes hold it together:',
    "```text\n/compare 'NAME;temperature=0' 'NAME;temperature=1;system=@brief.txt'\n```",
    'One name is compared with the model of the conversation; without a name there is a list to choose from.',
  ];
  if (!hasPanes) return naming.join('\n\n');
  const keys = markdownTable(
    ['key', 'what it does'],
    compareKeys.map(({label, summary}) => [label, summary]),
  );
  return [...naming, `### Keys among the panes\n\n${keys}`].join('\n\n');
}
