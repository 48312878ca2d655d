import {clear} from './clear.ts';
import type {Command} from './command.ts';
import {exportChat} from './exportChat.ts';
import {help} from './help.ts';
import {history} from './history.ts';
import {model} from './model.ts';
import {newChat} from './newChat.ts';
import {quit} from './quit.ts';
import {reset} from './reset.ts';
import {retry} from './retry.ts';
import {set} from './set.ts';
import {system} from './system.ts';
import {think} from './think.ts';

/** Every slash command, in the order in which menus and help show them. A new one is a file and a line here. */
export const commands: readonly Command[] = [
  help,
  model,
  newChat,
  clear,
  reset,
  history,
  system,
  set,
  think,
  retry,
  exportChat,
  quit,
];
