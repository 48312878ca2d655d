import {markdownTable} from './markdownTable.ts';

/** What typing does with vi editing, as markdown, for `/help`. */
export function describeViKeys(): string {
  return [
    'The setting `input.editing` is `vi`: each prompt begins in INSERT, where the keys above edit as ever.',
    markdownTable(['in NORMAL', 'what it does'], rows),
    'Enter sends, and the keys above that are not typed do what they do, in every mode.',
  ].join('\n\n');
}

const code = (text: string): string => `\`${text}\``;
const keys = (text: string): string => text.split(' ').map(code).join(' ');

const rows: [string, string][] = [
  [
    'Esc',
    'INSERT: to NORMAL, but on an empty line while an answer streams: stop it. NORMAL: as above; VISUAL: to NORMAL',
  ],
  [keys('i a I A o O'), 'to INSERT'],
  [keys('h l w b e ge W B E 0 ^ $ gg G %'), 'move; a number before it: so often'],
  [keys('j k'), 'row down, up; on the last or first row the later, earlier prompt'],
  [`${keys('f F t T')} and a character, ${keys('; ,')}`, 'move to a character of the line, and again'],
  [
    keys('d c y'),
    'delete, change, copy: with a move, doubled the line, or with a text object such as `iw` `a"` `i(`',
  ],
  [keys('x X s S D C Y r ~ J'), 'the usual short ones'],
  [keys('p P'), 'put back what was deleted or copied last, by whichever key'],
  [keys('u U .'), 'undo, redo, the last change again'],
  [keys('v V'), 'VISUAL: select characters, lines; then a command'],
  [`${code('/')} on an empty line`, 'the menu of commands'],
];
