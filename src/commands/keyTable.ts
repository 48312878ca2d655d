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
  | 'page-up'
  | 'page-down'
  | 'earlier'
  | 'later'
  | 'search-prompts'
  | 'editor'
  | 'complete'
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'line-start'
  | 'line-end'
  | 'text-start'
  | 'text-end'
  | 'delete-backward'
  | 'delete-forward'
  | 'delete-word-backward'
  | 'delete-word-forward'
  | 'delete-to-line-start'
  | 'delete-to-line-end'
  | 'yank'
  | 'yank-earlier'
  | 'undo'
  | 'redo'
  | 'view'
  | 'thinking'
  | 'markdown'
  | 'redraw'
  | 'list-rename'
  | 'list-archive'
  | 'list-delete'
  | 'list-favourite'
  | 'help';

/** An action, the keys that call it, and what help says about it. */
export type KeyBinding = {
  readonly action: KeyAction;
  readonly keys: readonly string[];
  readonly summary: string;
};

/** The one table of keys as they are unless the person's settings say otherwise (see `createKeyBindings`). */
export const keyTable: readonly KeyBinding[] = [
  {action: 'send', keys: ['enter'], summary: 'send; while an answer streams: queue; in a list: choose'},
  {action: 'newline', keys: ['shift+enter', 'alt+enter', 'ctrl+j'], summary: 'new line'},
  {
    action: 'stop',
    keys: ['escape'],
    summary:
      'close the list; stop the answer and keep what has come; twice on an empty line: edit an earlier prompt',
  },
  {
    action: 'cancel',
    keys: ['ctrl+c'],
    summary: 'stop the answer; clear the line; twice on an empty line: quit',
  },
  {action: 'quit', keys: ['ctrl+d'], summary: 'quit, on an empty line'},
  {action: 'suspend', keys: ['ctrl+z'], summary: 'suspend to the shell'},
  {action: 'up', keys: ['up'], summary: 'line up; on the first row the earlier prompt'},
  {action: 'down', keys: ['down'], summary: 'line down; on the last row the later prompt'},
  {action: 'page-up', keys: ['pageup'], summary: 'page up in a list'},
  {action: 'page-down', keys: ['pagedown'], summary: 'page down in a list'},
  {action: 'earlier', keys: ['ctrl+p'], summary: 'earlier prompt'},
  {action: 'later', keys: ['ctrl+n'], summary: 'later prompt'},
  {action: 'search-prompts', keys: ['ctrl+r'], summary: 'search all prompts ever typed'},
  {action: 'editor', keys: ['ctrl+g'], summary: 'write the prompt in $EDITOR'},
  {action: 'complete', keys: ['tab'], summary: 'complete a command, a file or the suggestion'},
  {action: 'left', keys: ['left', 'ctrl+b'], summary: 'one character back'},
  {action: 'right', keys: ['right', 'ctrl+f'], summary: 'one character on; at the end take the suggestion'},
  {
    action: 'word-left',
    keys: ['alt+left', 'ctrl+left', 'alt+b'],
    summary: 'one word back; on an empty line: the other answer before',
  },
  {
    action: 'word-right',
    keys: ['alt+right', 'ctrl+right', 'alt+f'],
    summary: 'one word on; on an empty line: the other answer after',
  },
  {action: 'line-start', keys: ['home', 'ctrl+a'], summary: 'start of the line'},
  {action: 'line-end', keys: ['end', 'ctrl+e'], summary: 'end of the line; at the end take the suggestion'},
  {action: 'text-start', keys: ['ctrl+home', 'alt+<'], summary: 'start of the text'},
  {action: 'text-end', keys: ['ctrl+end', 'alt+>'], summary: 'end of the text'},
  {action: 'delete-backward', keys: ['backspace', 'ctrl+h'], summary: 'delete the character before'},
  {action: 'delete-forward', keys: ['delete'], summary: 'delete the character after'},
  {action: 'delete-word-backward', keys: ['ctrl+w', 'alt+backspace'], summary: 'delete the word before'},
  {action: 'delete-word-forward', keys: ['alt+d'], summary: 'delete the word after'},
  {action: 'delete-to-line-start', keys: ['ctrl+u'], summary: 'delete to the start of the line'},
  {action: 'delete-to-line-end', keys: ['ctrl+k'], summary: 'delete to the end of the line'},
  {action: 'yank', keys: ['ctrl+y'], summary: 'put back what was deleted last'},
  {action: 'yank-earlier', keys: ['alt+y'], summary: 'after that: what was deleted before'},
  {action: 'undo', keys: ['ctrl+_', 'ctrl+/'], summary: 'undo'},
  {action: 'redo', keys: ['alt+_', 'alt+/', 'ctrl+shift+z'], summary: 'redo'},
  {action: 'view', keys: ['ctrl+o'], summary: 'open the paste at the cursor; else the transcript viewer'},
  {action: 'thinking', keys: ['ctrl+t'], summary: 'show or fold the thinking, from this answer on'},
  {action: 'markdown', keys: ['alt+m'], summary: 'raw or rendered markdown, from this answer on'},
  {action: 'redraw', keys: ['ctrl+l'], summary: 'redraw the screen'},
  {action: 'list-rename', keys: ['alt+r'], summary: 'in the list of conversations: rename'},
  {action: 'list-archive', keys: ['alt+a'], summary: 'in the list of conversations: archive, or put back'},
  {
    action: 'list-delete',
    keys: ['ctrl+x'],
    summary: 'in the list of conversations: delete (the undo key brings it back)',
  },
  {action: 'list-favourite', keys: ['alt+s'], summary: 'in the list of models: mark as a favourite, or not'},
  {action: 'help', keys: ['f1'], summary: 'help (`?` on an empty line too)'},
];

const labels: Record<string, string> = {
  escape: 'Esc',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
};

/** A key of the table as people write it: `Shift+Enter`, `Esc`, `↑`. */
export function keyLabel(key: string): string {
  return key
    .split('+')
    .map(part => labels[part] ?? part.charAt(0).toUpperCase() + part.slice(1))
    .join('+');
}
