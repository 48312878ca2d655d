import {attach} from './attach.ts';
import {clear} from './clear.ts';
import type {Command} from './command.ts';
import {compact} from './compact.ts';
import {compare} from './compare.ts';
import {continueReply} from './continueReply.ts';
import {copy} from './copy.ts';
import {cost} from './cost.ts';
import {doctor} from './doctor.ts';
import {edit} from './edit.ts';
import {exportChat} from './exportChat.ts';
import {fork} from './fork.ts';
import {help} from './help.ts';
import {history} from './history.ts';
import {incognito} from './incognito.ts';
import {model} from './model.ts';
import {models} from './models.ts';
import {newChat} from './newChat.ts';
import {quit} from './quit.ts';
import {rename} from './rename.ts';
import {reset} from './reset.ts';
import {resume} from './resume.ts';
import {retry} from './retry.ts';
import {search} from './search.ts';
import {sessions} from './sessions.ts';
import {set} from './set.ts';
import {settings} from './settings.ts';
import {setup} from './setup.ts';
import {sibling} from './sibling.ts';
import {system} from './system.ts';
import {theme} from './theme.ts';
import {think} from './think.ts';
import {tokens} from './tokens.ts';
import {tree} from './tree.ts';
import {undo} from './undo.ts';
import {view} from './view.ts';

/** Every slash command, in the order in which menus and help show them. A new one is a file and a line here. */
export const commands: readonly Command[] = [
  help,
  model,
  models,
  compare,
  newChat,
  clear,
  reset,
  incognito,
  history,
  view,
  tree,
  sibling,
  undo,
  edit,
  retry,
  continueReply,
  fork,
  sessions,
  search,
  resume,
  rename,
  attach,
  copy,
  exportChat,
  system,
  set,
  think,
  compact,
  tokens,
  cost,
  theme,
  settings,
  setup,
  doctor,
  quit,
];
