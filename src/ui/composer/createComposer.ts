import type {CommandContext} from '../../commands/command.ts';
import type {KeyAction} from '../../commands/keyTable.ts';
import {parseLine} from '../../commands/parseLine.ts';
import {restOnCharacter} from './buffer.ts';
import {noChips, type PasteFold, usualPasteFold} from './chips.ts';
import type {ComposerState, EditingMode} from './composerState.ts';
import {createCompletions} from './createCompletions.ts';
import * as drafts from './draft.ts';
import {ghostAfter, ghostWord} from './ghost.ts';
import type {Span} from './graphemes.ts';
import {createLayouter, moveVertically} from './layout.ts';
import {type Menu, moveSelection, pageSelection, subjectOf, withSelection} from './menu.ts';

/** What a key means beyond editing: the chat decides what to do about it. */
export type Intent =
  | {type: 'none'}
  /** `typed` is the line without what was folded: what a person pasted unread is not to be acted upon. */
  | {type: 'submit'; line: string; typed: string}
  /** What the note said is not wanted any more. */
  | {type: 'leave-edit'}
  /** What was typed stands for a key; `rest` was typed after it. */
  | {type: 'key'; action: KeyAction; rest: string}
  | {type: 'pass'; action: KeyAction};

/** The prompt line: its text, the completions under it, and the way through earlier prompts. Knows no screen. */
export type Composer = {
  press(action: KeyAction): Intent;
  type(text: string): Intent;
  /** Puts a text in at the cursor; a long one as a chip. Never sends. */
  paste(text: string): void;
  /** The whole text, with what folded pastes stand for. */
  text(): string;
  /** Puts a text in place of all; a long one is shown by its first line, the rest is a chip. Can be undone. */
  setText(text: string): void;
  /** The same for a text that is to be edited: nothing of it is folded. A note stays until it is sent. */
  edit(text: string, note?: string): void;
  setNote(note: string): void;
  /** What is being typed, for a way of editing that works on it as a whole. */
  draft(): drafts.Draft;
  /** Puts what such a way of editing made of the draft in its place. */
  revise(draft: drafts.Draft, mode: EditingMode, selection?: Span | null): void;
  snapshot(): ComposerState;
  subscribe(listener: () => void): () => void;
};

/** The earlier prompts. */
export type PromptRecall = {
  /** An earlier prompt, 0 being the last one; undefined past the first. */
  at(index: number): string | undefined;
  /** The newest one that begins so, the whole of it. */
  suggest(prefix: string): string | undefined;
};

export type ComposerSettings = {
  context: CommandContext;
  history: PromptRecall;
  /** Columns that the text may take. */
  width(): number;
  /** From how much on a paste is folded. */
  pasteFold?: PasteFold;
};

/** Rows that a page key moves by in the list. */
const page = 8;

/** Keys that take the suggestion when the cursor is at the end. */
const accepting: readonly KeyAction[] = ['right', 'line-end', 'text-end', 'complete'];

const none: Intent = {type: 'none'};

/** Starts an empty composer. */
export function createComposer({
  context,
  history,
  width,
  pasteFold = usualPasteFold,
}: ComposerSettings): Composer {
  const listeners = new Set<() => void>();
  const layOut = createLayouter();
  let draft = drafts.emptyDraft;
  let state: ComposerState = {
    buffer: draft.buffer,
    chips: noChips,
    menu: null,
    ghost: '',
    note: '',
    mode: null,
    selection: null,
  };
  /** Position in the earlier prompts, and what was being typed before going there. */
  let recall: {index: number; draft: drafts.Draft} | null = null;
  /** What was being typed before a text with a note came. */
  let beforeEdit: drafts.Draft | null = null;
  /** The column that moves by rows keep, also through shorter rows. */
  let goal: number | undefined;
  /** What the list was about when it was closed by hand; it stays closed for as long. */
  let dismissed: string | null = null;

  const setState = (change: Partial<ComposerState>): Intent => {
    state = {...state, ...change};
    for (const listener of listeners) listener();
    return none;
  };

  /** Shows the draft, with what can be completed in it, else with what is suggested. */
  const show = (note = state.note): Intent => {
    const isResting = state.mode !== null && state.mode !== 'insert';
    if (isResting) draft = {...draft, buffer: restOnCharacter(draft.buffer)};
    const {buffer, chips} = draft;
    if (dismissed !== null && dismissed !== subjectOf(buffer)) dismissed = null;
    const isClosed = isResting || recall !== null || dismissed !== null;
    const found = isClosed ? null : completions.menuFor(buffer);
    const menu = buffer.text === state.buffer.text ? withSelection(found, state.menu) : found;
    const mayAdd = menu === null && !isClosed;
    const ghost = mayAdd ? ghostAfter(buffer, history.suggest) : '';
    const selection = buffer.text === state.buffer.text ? state.selection : null;
    return setState({buffer, chips, menu, ghost, note, selection});
  };

  const completions = createCompletions(context, show);

  /** An edit of an earlier prompt makes it the draft; undoing brings back what was the draft before. */
  const change = (next: drafts.Draft): Intent => {
    if (next.buffer.text !== draft.buffer.text) recall = null;
    draft = next;
    return show();
  };

  /** Shows the draft without offering anything, until it changes. */
  const dismiss = (note?: string): Intent => {
    dismissed = subjectOf(draft.buffer);
    return show(note);
  };

  /** Puts a completion in; in the middle of a text, with what stands behind it in mind. */
  const take = (menu: Menu, line: string): Intent => {
    const {start, end} = menu.range;
    const next = draft.buffer.text[end] ?? '';
    const isBlank = line.endsWith(' ') && next === ' ';
    const text = line.endsWith(' ') && /[,.;:!?)\]}]/.test(next) ? line.slice(0, -1) : line;
    return change(drafts.replaced(draft, {start, end: isBlank ? end + 1 : end}, text));
  };

  const submit = (): Intent => {
    const {menu, note} = state;
    const item = menu?.items[menu.selected];
    if (menu && item && !item.submits) {
      take(menu, item.line);
      return dismiss();
    }
    const line = item ? item.line : drafts.wholeText(draft);
    const typed = item ? item.line : drafts.typedText(draft);
    draft = drafts.emptied(draft);
    recall = dismissed = null;
    // A command leaves the edit as it is.
    const isPrompt = line.trim() !== '' && parseLine(line, context.commands).type === 'prompt';
    if (isPrompt) beforeEdit = null;
    show(isPrompt ? '' : note);
    return {type: 'submit', line, typed};
  };

  const complete = (): Intent => {
    const {menu} = state;
    const item = menu?.items[Math.max(0, menu.selected)];
    if (menu && item) return take(menu, item.line.endsWith(' ') ? item.line : `${item.line} `);
    dismissed = null;
    return show();
  };

  const goInHistory = (by: 1 | -1): Intent => {
    const from = recall?.draft ?? draft;
    let index = (recall?.index ?? -1) + by;
    // The same text again would look as if the key did nothing.
    while (index >= 0 && history.at(index) === drafts.wholeText(draft)) index += by;
    const text = index < 0 ? undefined : history.at(index);
    if (index < 0 && recall) {
      recall = null;
      draft = from;
    } else if (text !== undefined) {
      recall = {index, draft: from};
      draft = drafts.filled(from, text, pasteFold);
    } else {
      return none;
    }
    return dismiss();
  };

  const moveRow = (direction: 1 | -1, column: number | undefined): Intent => {
    const laidOut = layOut(draft.buffer, width(), {chips: draft.chips});
    const moved = moveVertically(draft.buffer, laidOut, direction, column, draft.chips);
    if (!moved) return goInHistory(direction === -1 ? 1 : -1);
    goal = column ?? laidOut.cursor.column;
    return change(drafts.moved(draft, moved));
  };

  /** Back to what was typed before the text with the note came; undoing brings that text back. */
  const leaveEdit = (): Intent => {
    const before = beforeEdit;
    beforeEdit = null;
    if (before) change(drafts.filled(draft, drafts.wholeText(before), pasteFold));
    dismiss('');
    return {type: 'leave-edit'};
  };

  const pressInMenu = (action: KeyAction, menu: Menu): Intent | undefined => {
    switch (action) {
      case 'up':
      case 'earlier':
        return setState({menu: moveSelection(menu, -1)});
      case 'down':
      case 'later':
        return setState({menu: moveSelection(menu, 1)});
      case 'page-up':
        return setState({menu: pageSelection(menu, -page)});
      case 'page-down':
        return setState({menu: pageSelection(menu, page)});
      case 'stop':
        return dismiss();
      default:
        return undefined;
    }
  };

  const press = (action: KeyAction): Intent => {
    const column = goal;
    goal = undefined;
    const pass: Intent = {type: 'pass', action};
    const isEmpty = draft.buffer.text === '';
    const inMenu = state.menu && pressInMenu(action, state.menu);
    if (inMenu) return inMenu;
    if (state.ghost !== '' && (accepting.includes(action) || action === 'word-right')) {
      const rest = action === 'word-right' ? ghostWord(state.ghost) : state.ghost;
      const end = draft.buffer.text.length;
      return change(drafts.replaced(draft, {start: end, end}, rest));
    }
    if (isEmpty && (action === 'word-left' || action === 'word-right' || action === 'quit')) return pass;
    const edited = drafts.pressed(draft, action);
    if (edited) return change(edited);
    switch (action) {
      case 'send':
        return submit();
      case 'complete':
        return complete();
      case 'up':
        return moveRow(-1, column);
      case 'down':
        return moveRow(1, column);
      case 'earlier':
        return goInHistory(1);
      case 'later':
        return goInHistory(-1);
      case 'stop':
        return state.note === '' ? pass : leaveEdit();
      case 'cancel':
        if (state.note !== '') return leaveEdit();
        return isEmpty ? pass : change(drafts.filled(draft, '', null));
      case 'view': {
        const opened = drafts.opened(draft);
        return opened ? change(opened) : pass;
      }
      default:
        return pass;
    }
  };

  return {
    press,
    type(text) {
      goal = undefined;
      if (text === '?' && draft.buffer.text === '') return {type: 'pass', action: 'help'};
      return change(drafts.typed(draft, text));
    },
    paste(text) {
      goal = undefined;
      change(drafts.pasted(draft, text, pasteFold));
    },
    text: () => drafts.wholeText(draft),
    setText(text) {
      change(drafts.filled(draft, text, pasteFold));
      dismiss();
    },
    edit(text, note) {
      if (note !== undefined && note !== '') beforeEdit ??= draft;
      if (text !== drafts.wholeText(draft)) change(drafts.filled(draft, text, null));
      dismiss(note);
    },
    setNote(note) {
      if (note === '') beforeEdit = null;
      setState({note});
    },
    draft: () => draft,
    revise(next, mode, selection = null) {
      goal = undefined;
      state = {...state, mode, selection};
      change(next);
    },
    snapshot: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
