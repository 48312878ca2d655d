/** What a key can do in the chat. */
export type KeyAction =
  | 'send'
  | 'newline'
  | 'stop'
  | 'cancel'
  | 'quit'
  | 'suspend'
  | 'up'
  | 'down'
  | 'earlier'
  | 'later'
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'line-start'
  | 'line-end'
  | 'delete-backward'
  | 'delete-forward'
  | 'delete-word-backward'
  | 'delete-word-forward'
  | 'delete-to-line-start'
  | 'delete-to-line-end'
  | 'complete'
  | 'redraw'
  | 'help';

/** The one table of keys: bindings are looked up in it, and help is written from it. */
export const keyTable: readonly {action: KeyAction; keys: readonly string[]; summary: string}[] = [
  {action: 'send', keys: ['enter'], summary: 'send; while an answer streams: queue; in a menu: choose'},
  {action: 'newline', keys: ['shift+enter', 'alt+enter', 'ctrl+j'], summary: 'new line'},
  {action: 'stop', keys: ['escape'], summary: 'close the menu; stop the answer and keep what has come'},
  {
    action: 'cancel',
    keys: ['ctrl+c'],
    summary: 'stop the answer; clear the line; twice on an empty line: quit',
  },
  {action: 'quit', keys: ['ctrl+d'], summary: 'quit, on an empty line'},
  {action: 'suspend', keys: ['ctrl+z'], summary: 'suspend to the shell'},
  {action: 'up', keys: ['up'], summary: 'line up; on the first row the earlier prompt'},
  {action: 'down', keys: ['down'], summary: 'line down; on the last row the later prompt'},
  {action: 'earlier', keys: ['ctrl+p'], summary: 'earlier prompt'},
  {action: 'later', keys: ['ctrl+n'], summary: 'later prompt'},
  {action: 'left', keys: ['left', 'ctrl+b'], summary: 'one character back'},
  {action: 'right', keys: ['right', 'ctrl+f'], summary: 'one character on'},
  {action: 'word-left', keys: ['alt+left', 'ctrl+left', 'alt+b'], summary: 'one word back'},
  {action: 'word-right', keys: ['alt+right', 'ctrl+right', 'alt+f'], summary: 'one word on'},
  {action: 'line-start', keys: ['home', 'ctrl+a'], summary: 'start of the line'},
  {action: 'line-end', keys: ['end', 'ctrl+e'], summary: 'end of the line'},
  {action: 'delete-backward', keys: ['backspace', 'ctrl+h'], summary: 'delete the character before'},
  {action: 'delete-forward', keys: ['delete'], summary: 'delete the character after'},
  {action: 'delete-word-backward', keys: ['ctrl+w', 'alt+backspace'], summary: 'delete the word before'},
  {action: 'delete-word-forward', keys: ['alt+d'], summary: 'delete the word after'},
  {action: 'delete-to-line-start', keys: ['ctrl+u'], summary: 'delete to the start of the line'},
  {action: 'delete-to-line-end', keys: ['ctrl+k'], summary: 'delete to the end of the line'},
  {action: 'complete', keys: ['tab'], summary: 'complete the command'},
  {action: 'redraw', keys: ['ctrl+l'], summary: 'redraw the screen'},
  {action: 'help', keys: ['f1'], summary: 'help (`?` on an empty line too)'},
];

const labels: Record<string, string> = {escape: 'Esc', up: '↑', down: '↓', left: '←', right: '→'};

/** A key of the table as people write it: `Shift+Enter`, `Esc`, `↑`. */
export function keyLabel(key: string): string {
  return key
    .split('+')
    .map(part => labels[part] ?? part.charAt(0).toUpperCase() + part.slice(1))
    .join('+');
}
