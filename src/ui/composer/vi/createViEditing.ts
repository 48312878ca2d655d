import type {KeyAction} from '../../../commands/keyTable.ts';
import type {EditingMode} from '../composerState.ts';
import type {Composer, Intent} from '../createComposer.ts';
import {graphemeSpans} from '../graphemes.ts';
import {pressVi} from './pressVi.ts';
import {beginInsertion, interruptInsertion, leaveInsertion, prepareInsertion} from './viInsertion.ts';
import {beginVi, type ViMode} from './viState.ts';
import {viSelection} from './viVisual.ts';

/** Keys of insert mode after which what was typed goes on. */
const continuing: ReadonlySet<KeyAction> = new Set<KeyAction>([
  'newline',
  'delete-backward',
  'delete-forward',
  'delete-word-backward',
  'delete-word-forward',
  'delete-to-line-start',
  'delete-to-line-end',
]);

/** What the keys that move the cursor are in visual mode, where they take the selection with them. */
const motions: Partial<Record<KeyAction, string>> = {
  left: 'h',
  right: 'l',
  up: 'k',
  down: 'j',
  'word-left': 'b',
  'word-right': 'w',
  'line-start': '0',
  'line-end': '$',
};

/**
 * A composer that is edited as in vi, beginning in insert mode. All keys that edit there keep doing so; in normal and
 * visual mode what is typed are commands, and Esc leads back to normal mode before it does what it does otherwise.
 *
 * @param isBusy whether there is something that Esc would stop
 */
export function createViEditing(composer: Composer, isBusy: () => boolean): Composer {
  let vi = beginVi(composer.draft());
  const isVisual = (): boolean => vi.mode === 'visual' || vi.mode === 'visual-lines';
  const isEmpty = (): boolean => composer.snapshot().buffer.text === '';

  const show = (draft = composer.draft()): Intent => {
    composer.revise(draft, shownMode(vi.mode), isVisual() ? viSelection(vi, draft) : null);
    return {type: 'none'};
  };

  /** A fresh line is typed into. */
  const beginLine = (): void => {
    vi = interruptInsertion(vi, composer.draft());
    show();
  };

  const toNormal = (): void => {
    if (vi.mode === 'insert') {
      const left = leaveInsertion(vi, composer.draft());
      vi = left.vi;
      show(left.draft);
    } else {
      vi = {...vi, mode: 'normal', keys: [], column: null};
      show();
    }
  };

  /** Insert mode, behind the character on which the cursor stands. */
  const append = (): void => {
    const command = {type: 'act', name: 'a', count: null} as const;
    const draft = prepareInsertion(composer.draft(), command);
    vi = beginInsertion(vi, draft, draft, command);
    show(draft);
  };

  const pressInInsert = (action: KeyAction): Intent => {
    if (action === 'stop' && !composer.snapshot().menu && !(isEmpty() && isBusy())) {
      toNormal();
      return {type: 'none'};
    }
    const {text} = composer.draft().buffer;
    const intent = composer.press(action);
    const {buffer} = composer.draft();
    if (!continuing.has(action) && !(action === 'quit' && buffer.text !== text))
      vi = interruptInsertion(vi, composer.draft());
    return intent;
  };

  const press = (action: KeyAction): Intent => {
    if (vi.mode === 'insert') return pressInInsert(action);
    const isPending = vi.keys.length > 0;
    vi = {...vi, keys: []};
    if (action === 'stop' && isPending && !isVisual()) return {type: 'none'};
    if (action === 'stop' && isVisual()) {
      toNormal();
      return {type: 'none'};
    }
    const motion = isVisual() ? motions[action] : undefined;
    if (motion !== undefined) return type(motion);
    if (action === 'delete-backward') return isPending ? {type: 'none'} : type('h');
    if (action === 'newline') append();
    else if (isVisual()) toNormal();
    const intent = composer.press(action);
    if (intent.type === 'submit' || (action === 'cancel' && intent.type === 'none' && isEmpty())) beginLine();
    return intent;
  };

  const type = (text: string): Intent => {
    let at = 0;
    for (const {start, end, text: key} of graphemeSpans(text)) {
      at = start;
      if (vi.mode === 'insert') break;
      if (isEmpty() && vi.keys.length === 0 && (key === '/' || key === '?')) {
        if (key === '?') return composer.type(key);
        beginLine();
        break;
      }
      const done = pressVi(vi, composer.draft(), key);
      vi = done.vi;
      at = end;
      if (done.rows) {
        const {action, times} = done.rows;
        return {type: 'key', action, rest: `${times > 1 ? `${times - 1}${key}` : ''}${text.slice(end)}`};
      }
      show(done.draft);
    }
    return at < text.length && vi.mode === 'insert' ? composer.type(text.slice(at)) : {type: 'none'};
  };

  // A text from elsewhere has taken the place of what was selected.
  composer.subscribe(() => {
    if (isVisual() && composer.snapshot().selection === null) toNormal();
  });
  show();
  return {
    ...composer,
    press,
    type,
    paste(text) {
      if (vi.mode === 'insert') return composer.paste(text);
      append();
      composer.paste(text);
      toNormal();
    },
  };
}

function shownMode(mode: ViMode): EditingMode {
  return mode === 'visual-lines' ? 'visual' : mode;
}
