import {actionsByKey} from './actionsByKey.ts';

/** What a key does among the models. */
export type ManagerAction =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'start'
  | 'end'
  | 'section'
  | 'use'
  | 'details'
  | 'filter'
  | 'pull'
  | 'stop'
  | 'resume'
  | 'remove'
  | 'copy'
  | 'load'
  | 'unload'
  | 'favourite'
  | 'alias'
  | 'refresh'
  | 'help'
  | 'leave';

type ManagerBinding = {
  readonly keys: readonly string[];
  readonly actions: readonly ManagerAction[];
  readonly label: string;
  readonly summary: string;
};

/** The keys of the manager; where one line of help explains two actions, their keys come in turn. */
export const managerKeys: readonly ManagerBinding[] = [
  {
    actions: ['up', 'down'],
    keys: ['up', 'down', 'k', 'j', 'ctrl+p', 'ctrl+n'],
    label: '↑ ↓  k j',
    summary: 'the model above, below',
  },
  {actions: ['page-up', 'page-down'], keys: ['pageup', 'pagedown'], label: 'PgUp PgDn', summary: 'one page'},
  {
    actions: ['start', 'end'],
    keys: ['home', 'end', 'g', 'G'],
    label: 'Home End  g G',
    summary: 'first, last',
  },
  {
    actions: ['section'],
    keys: ['tab', 'shift+tab', 'left', 'right'],
    label: 'Tab  ← →',
    summary: 'all that are installed, or those that run',
  },
  {actions: ['use'], keys: ['enter'], label: 'Enter', summary: 'go on in the chat with it'},
  {
    actions: ['details'],
    keys: ['s', 'i', ' '],
    label: 's',
    summary: 'details: context, parameters, template, licence, digest',
  },
  {actions: ['filter'], keys: ['/'], label: '/', summary: 'show only what has these words'},
  {
    actions: ['pull'],
    keys: ['p'],
    label: 'p',
    summary: 'pull one: qwen2.5:3b, hf.co/USER/REPO:QUANT, hf:USER/REPO:QUANT',
  },
  {actions: ['stop'], keys: ['x'], label: 'x', summary: 'stop a pull; once stopped: take it off the list'},
  {actions: ['resume'], keys: ['r'], label: 'r', summary: 'go on with a pull that was cut'},
  {actions: ['remove'], keys: ['d', 'delete'], label: 'd', summary: 'delete from the disk; asks first'},
  {actions: ['copy'], keys: ['c'], label: 'c', summary: 'give it a second name on its server'},
  {
    actions: ['load', 'unload'],
    keys: ['l', 'u'],
    label: 'l  u',
    summary: 'have its server load it, let it go',
  },
  {actions: ['favourite'], keys: ['f'], label: 'f', summary: 'mark it as a favourite, or not'},
  {actions: ['alias'], keys: ['a'], label: 'a', summary: 'give it a short name'},
  {actions: ['refresh'], keys: ['R', 'f5'], label: 'R', summary: 'ask all backends again'},
  {actions: ['help'], keys: ['?', 'f1'], label: '?  F1', summary: 'these keys'},
  {actions: ['leave'], keys: ['escape', 'q'], label: 'Esc  q', summary: 'back to the chat; pulls go on'},
];

const actions = actionsByKey(managerKeys);

/** What a key (its name, or the character that it types) does among the models; undefined when nothing. */
export function managerAction(key: string): ManagerAction | undefined {
  return actions.get(key);
}
