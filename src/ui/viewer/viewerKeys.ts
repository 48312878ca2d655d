import {actionsByKey} from '../../commands/actionsByKey.ts';

/** What a key does in the viewer. */
export type ViewerAction =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'half-up'
  | 'half-down'
  | 'start'
  | 'end'
  | 'previous-turn'
  | 'next-turn'
  | 'previous-block'
  | 'next-block'
  | 'fold'
  | 'thinking'
  | 'markdown'
  | 'wrap'
  | 'left'
  | 'right'
  | 'search'
  | 'next-match'
  | 'previous-match'
  | 'copy'
  | 'copy-answer'
  | 'error'
  | 'help'
  /** Ends the search; without one, closes. */
  | 'leave'
  | 'close';

type ViewerBinding = {
  readonly keys: readonly string[];
  readonly actions: readonly ViewerAction[];
  readonly label: string;
  readonly summary: string;
};

/** The keys of the viewer; where one line of help explains two actions, their keys come in turn. */
export const viewerKeys: readonly ViewerBinding[] = [
  {
    actions: ['up', 'down'],
    keys: ['up', 'down', 'k', 'j', 'ctrl+p', 'ctrl+n'],
    label: '↑ ↓  k j',
    summary: 'one row',
  },
  {
    actions: ['page-up', 'page-down'],
    keys: ['pageup', 'pagedown', 'b', ' ', 'ctrl+b', 'ctrl+f'],
    label: 'PgUp PgDn  b Space',
    summary: 'one page',
  },
  {
    actions: ['half-up', 'half-down'],
    keys: ['ctrl+u', 'ctrl+d', 'u', 'd'],
    label: 'Ctrl+U Ctrl+D',
    summary: 'half a page',
  },
  {actions: ['start', 'end'], keys: ['home', 'end', 'g', 'G'], label: 'Home End  g G', summary: 'start, end'},
  {
    actions: ['previous-turn', 'next-turn'],
    keys: ['{', '}', '[', ']'],
    label: '{ }  [ ]',
    summary: 'the prompt before, after',
  },
  {
    actions: ['next-block', 'previous-block'],
    keys: ['tab', 'shift+tab'],
    label: 'Tab Shift+Tab',
    summary: 'select a block',
  },
  {actions: ['fold'], keys: ['enter', 'z'], label: 'Enter  z', summary: 'open or close what is folded'},
  {actions: ['copy'], keys: ['c', 'y'], label: 'c', summary: 'copy the selected block'},
  {actions: ['copy-answer'], keys: ['C', 'Y'], label: 'C', summary: 'copy the whole answer'},
  {actions: ['search'], keys: ['/'], label: '/', summary: 'search'},
  {
    actions: ['next-match', 'previous-match'],
    keys: ['n', 'N'],
    label: 'n N',
    summary: 'the next match, the one before',
  },
  {actions: ['thinking'], keys: ['t'], label: 't', summary: 'all thinking shown or folded'},
  {actions: ['markdown'], keys: ['m'], label: 'm', summary: 'rendered or raw markdown'},
  {actions: ['wrap'], keys: ['w'], label: 'w', summary: 'long lines of code wrapped or cut'},
  {
    actions: ['left', 'right'],
    keys: ['left', 'right', 'h', 'l'],
    label: '← →',
    summary: 'move along lines that are cut',
  },
  {actions: ['error'], keys: ['e'], label: 'e', summary: 'details of an error'},
  {actions: ['help'], keys: ['?', 'f1'], label: '?  F1', summary: 'these keys'},
  {actions: ['leave', 'close'], keys: ['escape', 'q'], label: 'q  Esc', summary: 'back to the chat'},
];

const actions = actionsByKey(viewerKeys);

/** What a key (its name, or the character that it types) does in the viewer; undefined when nothing. */
export function viewerAction(key: string): ViewerAction | undefined {
  return actions.get(key);
}
