import {actionsByKey} from './actionsByKey.ts';

/** What a key does among the panes. */
export type CompareAction =
  | 'next'
  | 'previous'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'start'
  | 'end'
  | 'zoom'
  | 'sync'
  | 'diff'
  | 'compose'
  | 'retry'
  | 'model'
  | 'remove'
  | 'best'
  | 'tie'
  | 'bad'
  | 'blind'
  | 'promote'
  | 'copy'
  | 'thinking'
  | 'help'
  | 'leave';

type CompareBinding = {
  readonly keys: readonly string[];
  readonly actions: readonly CompareAction[];
  readonly label: string;
  readonly summary: string;
  /** What it does where there is no chat to go back to, if that is something else. */
  readonly alone?: string;
};

/** The keys of the panes; where one line of help explains two actions, their keys come in turn. */
export const compareKeys: readonly CompareBinding[] = [
  {
    actions: ['next', 'previous'],
    keys: ['tab', 'shift+tab', 'right', 'left', 'l', 'h'],
    label: 'Tab  ← →',
    summary: 'the next pane, the one before',
  },
  {actions: ['up', 'down'], keys: ['up', 'down', 'k', 'j'], label: '↑ ↓  k j', summary: 'one row'},
  {actions: ['page-up', 'page-down'], keys: ['pageup', 'pagedown'], label: 'PgUp PgDn', summary: 'one page'},
  {actions: ['start', 'end'], keys: ['home', 'end', 'g', 'G'], label: 'Home End  g G', summary: 'start, end'},
  {actions: ['zoom'], keys: ['z'], label: 'z', summary: 'only this pane, or all'},
  {actions: ['sync'], keys: ['s'], label: 's', summary: 'scroll all panes together, or each by itself'},
  {actions: ['diff'], keys: ['d'], label: 'd', summary: 'what differs from the next pane, word by word'},
  {actions: ['compose'], keys: ['i', 'enter'], label: 'i  Enter', summary: 'ask all of them something more'},
  {actions: ['retry'], keys: ['r'], label: 'r', summary: 'have this pane answer again'},
  {
    actions: ['model'],
    keys: ['m'],
    label: 'm',
    summary: 'another model in this pane; Tab in the list adds a pane',
  },
  {actions: ['remove'], keys: ['x'], label: 'x', summary: 'close this pane; what it said is kept'},
  {actions: ['best'], keys: ['1', '2', '3', '4', '5', '6'], label: '1 … 6', summary: 'this one is the best'},
  {actions: ['tie', 'bad'], keys: ['=', '0'], label: '=  0', summary: 'all are as good, none is any good'},
  {
    actions: ['blind'],
    keys: ['b'],
    label: 'b',
    summary: 'hide the names and shuffle the panes until you have judged',
  },
  {
    actions: ['promote'],
    keys: ['p'],
    label: 'p',
    summary: 'go on in the chat with this pane and its model',
    alone: 'leave, and keep this one to go on with: llm chat -c',
  },
  {actions: ['copy'], keys: ['c', 'y'], label: 'c', summary: 'copy the answer of this pane'},
  {actions: ['thinking'], keys: ['t'], label: 't', summary: 'thinking shown or folded'},
  {actions: ['help'], keys: ['?', 'f1'], label: '?  F1', summary: 'these keys'},
  {actions: ['leave'], keys: ['escape', 'q'], label: 'Esc  q', summary: 'stop what streams; then leave'},
];

const actions = actionsByKey(compareKeys);

/** What a key (its name, or the character that it types) does among the panes; undefined when nothing. */
export function compareAction(key: string): CompareAction | undefined {
  return actions.get(key);
}
