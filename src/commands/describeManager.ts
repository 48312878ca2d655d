import {managerKeys} from './managerKeys.ts';
import {markdownTable} from './markdownTable.ts';

/** What there is to know about managing models on the screen, as markdown. */
export function describeManager(): string {
  const rows = managerKeys.map(({label, summary}) => [label, summary]);
  return [
    'It opens on a screen of its own. Pulls go on when it is closed, and the status line of the chat tells of them; what',
    'was cut when the program ended can be gone on with at the next start.',
    '',
    markdownTable(['key', 'what it does'], rows),
  ].join('\n');
}
