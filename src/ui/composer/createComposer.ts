import type {Choice, ChoiceRequest, Command, CommandContext} from '../../commands/command.ts';
import type {KeyAction} from '../../commands/keyTable.ts';
import {neutralise} from '../../core/neutralise.ts';
import * as edit from './buffer.ts';
import {moveVertically} from './layout.ts';
import {argumentItems, choiceItems, commandItems, type Menu, moveSelection} from './menu.ts';

export type ComposerState = {readonly buffer: edit.Buffer; readonly menu: Menu | null};

/** What a key means beyond editing: the chat decides what to do about it. */
export type Intent = {type: 'none'} | {type: 'submit'; line: string} | {type: 'pass'; action: KeyAction};

/** The prompt line: its text, the menu under it, and the way through earlier prompts. Knows no screen. */
export type Composer = {
  press(action: KeyAction): Intent;
  type(text: string): Intent;
  paste(text: string): void;
  setText(text: string): void;
  choose(request: ChoiceRequest): void;
  snapshot(): ComposerState;
  subscribe(listener: () => void): () => void;
};

export type ComposerSettings = {
  context: CommandContext;
  /** Earlier prompts, newest first. */
  history(): readonly string[];
  /** Columns that the text may take. */
  width(): number;
};

const edits: Partial<Record<KeyAction, (buffer: edit.Buffer) => edit.Buffer>> = {
  newline: buffer => edit.insert(buffer, '\n'),
  left: edit.moveLeft,
  right: edit.moveRight,
  'word-left': edit.moveWordLeft,
  'word-right': edit.moveWordRight,
  'line-start': edit.moveLineStart,
  'line-end': edit.moveLineEnd,
  'delete-backward': edit.deleteBackward,
  'delete-forward': edit.deleteForward,
  'delete-word-backward': edit.deleteWordBackward,
  'delete-word-forward': edit.deleteWordForward,
  'delete-to-line-start': edit.deleteToLineStart,
  'delete-to-line-end': edit.deleteToLineEnd,
};

const none: Intent = {type: 'none'};

/** Starts an empty composer. */
export function createComposer({context, history, width}: ComposerSettings): Composer {
  const listeners = new Set<() => void>();
  let state: ComposerState = {buffer: edit.emptyBuffer, menu: null};
  /** What is to be chosen from, and what was being typed before; the line filters the choices meanwhile. */
  let offered: {title: string; choices: readonly Choice[]; draft: string} | null = null;
  /** Position in the earlier prompts, and what was being typed before going there. */
  let recall: {index: number; draft: string; entries: readonly string[]} | null = null;

  const setState = (next: ComposerState): void => {
    state = next;
    for (const listener of listeners) listener();
  };

  const completeArgument = async (command: Command, typed: string): Promise<void> => {
    const completions = (await command.complete?.(typed, context).catch(() => [])) ?? [];
    if (state.buffer.text !== `/${command.name} ${typed}`) return;
    const items = argumentItems(command, typed, completions);
    // An alias or a unique beginning is resolved by the command; only what was moved to is taken from the list.
    setState({...state, menu: items.length > 0 ? {items, selected: -1} : null});
  };

  const menuFor = (text: string): Menu | null => {
    if (offered) return {title: offered.title, items: choiceItems(offered.choices, text), selected: 0};
    if (/^\/[a-z]*$/i.test(text)) {
      const items = commandItems(text, context.commands);
      return items.length > 0 ? {items, selected: 0} : null;
    }
    const [, name, typed = ''] = /^\/([a-z]+) ([^\n]*)$/i.exec(text) ?? [];
    const command = context.commands.find(candidate => candidate.name === name);
    if (command?.complete) void completeArgument(command, typed);
    return null;
  };

  const setBuffer = (buffer: edit.Buffer): void => {
    const menu = buffer.text === state.buffer.text ? state.menu : menuFor(buffer.text);
    setState({buffer, menu});
  };

  const closeMenu = (): void => {
    const buffer = offered ? edit.bufferOf(offered.draft) : state.buffer;
    offered = null;
    setState({buffer, menu: null});
  };

  const reset = (): void => {
    offered = null;
    recall = null;
    setState({buffer: edit.emptyBuffer, menu: null});
  };

  const submit = (): Intent => {
    const item = state.menu?.items[state.menu.selected];
    if (offered && !item) return none;
    if (item && !item.submits) {
      setState({buffer: edit.bufferOf(item.line), menu: null});
      return none;
    }
    const line = item ? item.line : state.buffer.text;
    if (offered) closeMenu();
    else reset();
    return {type: 'submit', line};
  };

  const complete = (): Intent => {
    const item = state.menu?.items[Math.max(0, state.menu.selected)];
    if (item && !offered) setBuffer(edit.bufferOf(`${neutralise(item.line)} `));
    return none;
  };

  const goInHistory = (by: 1 | -1): Intent => {
    const from = recall ?? {index: -1, draft: state.buffer.text, entries: history()};
    const index = from.index + by;
    const text = index < 0 ? from.draft : from.entries[index];
    if (index < -1 || text === undefined) return none;
    recall = index < 0 ? null : {...from, index};
    setState({buffer: edit.bufferOf(neutralise(text)), menu: null});
    return none;
  };

  const moveRow = (direction: 1 | -1): Intent => {
    if (state.menu) {
      setState({...state, menu: moveSelection(state.menu, direction)});
      return none;
    }
    const moved = moveVertically(state.buffer, width(), direction);
    if (!moved) return goInHistory(direction === -1 ? 1 : -1);
    setBuffer(moved);
    return none;
  };

  return {
    press(action) {
      const change = edits[action];
      if (change) {
        setBuffer(change(state.buffer));
        return none;
      }
      switch (action) {
        case 'send':
          return submit();
        case 'complete':
          return complete();
        case 'up':
          return moveRow(-1);
        case 'down':
          return moveRow(1);
        case 'earlier':
          return state.menu ? moveRow(-1) : goInHistory(1);
        case 'later':
          return state.menu ? moveRow(1) : goInHistory(-1);
        case 'stop':
          if (!state.menu) return {type: 'pass', action};
          closeMenu();
          return none;
        case 'cancel':
          if (state.buffer.text === '' && !state.menu) return {type: 'pass', action};
          if (offered) closeMenu();
          else reset();
          return none;
        case 'quit':
          if (state.buffer.text === '') return {type: 'pass', action};
          setBuffer(edit.deleteForward(state.buffer));
          return none;
        default:
          return {type: 'pass', action};
      }
    },
    type(text) {
      if (text === '?' && state.buffer.text === '' && !offered) return {type: 'pass', action: 'help'};
      setBuffer(edit.insert(state.buffer, neutralise(text)));
      return none;
    },
    paste(text) {
      setBuffer(edit.insert(state.buffer, neutralise(text)));
    },
    setText(text) {
      offered = null;
      recall = null;
      setState({buffer: edit.bufferOf(neutralise(text)), menu: null});
    },
    choose({title, choices}) {
      offered = {title, choices, draft: offered?.draft ?? state.buffer.text};
      setState({buffer: edit.emptyBuffer, menu: menuFor('')});
    },
    snapshot: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
