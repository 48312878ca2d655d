import type {Command, Completion} from '../../commands/command.ts';
import type {Buffer} from './buffer.ts';
import {fileTokenAt} from './fileToken.ts';
import type {Span} from './graphemes.ts';

/** One row of the completions. Choosing it puts `line` in place of what is completed, and sends if it `submits`. */
export type MenuItem = {label: string; detail: string; line: string; submits: boolean};

/** The completions of what is typed, in a list below the composer. */
export type Menu = {
  readonly items: readonly MenuItem[];
  /** Index of the selected item; -1 while none is, so that Enter means what is typed. */
  readonly selected: number;
  /** The part of the text that is completed. */
  readonly range: Span;
};

/**
 * The commands that fit what is typed: the one of that name first, then by prefix, then by a part of the name.
 * A command that wants to be typed in full is filled in first, so that a prefix and Enter never leave the chat.
 */
export function commandItems(typed: string, commands: readonly Command[]): MenuItem[] {
  const name = typed.slice(1).toLowerCase();
  const names = (command: Command): string[] => [command.name, ...(command.aliases ?? [])];
  const byPrefix = commands.filter(command => names(command).some(other => other.startsWith(name)));
  const byPart = commands.filter(command => !byPrefix.includes(command) && command.name.includes(name));
  const isNamed = (command: Command): boolean => names(command).includes(name);
  return [...byPrefix.filter(isNamed), ...byPrefix.filter(command => !isNamed(command)), ...byPart].map(
    command => ({
      label: command.usage ? `/${command.name} ${command.usage}` : `/${command.name}`,
      detail: command.summary,
      line: `/${command.name}`,
      submits: !command.exact || isNamed(command),
    }),
  );
}

/**
 * The completions of a command's argument that fit what is typed of it: those that begin so, then those that contain
 * it, then those that contain its words. `named` is how the command was typed, which may be by an alias. Nothing when
 * only what is typed itself is left.
 */
export function argumentItems(named: string, typed: string, completions: readonly Completion[]): MenuItem[] {
  const part = typed.toLowerCase();
  const words = part.split(/\s+/);
  const rank = ({text, label, detail}: Exclude<Completion, string>): number => {
    const lower = text.toLowerCase();
    if (lower.startsWith(part)) return 0;
    if (lower.includes(part)) return 1;
    const all = `${lower} ${label ?? ''} ${detail}`.toLowerCase();
    return words.every(word => all.includes(word)) ? 2 : 3;
  };
  return completions
    .map(completion => (typeof completion === 'string' ? {text: completion, detail: ''} : completion))
    .filter(({text}) => text !== typed)
    .map(completion => ({completion, rank: rank(completion)}))
    .filter(({rank}) => rank < 3)
    .sort((one, other) => one.rank - other.rank)
    .map(({completion: {text, label = text, detail}}) => ({
      label,
      detail,
      line: `/${named} ${text}`,
      submits: true,
    }));
}

export function moveSelection(menu: Menu, by: number): Menu {
  const count = menu.items.length;
  if (count === 0) return menu;
  const from = menu.selected === -1 && by < 0 ? 0 : menu.selected;
  return {...menu, selected: (from + by + count) % count};
}

/** Moves by several rows, and no further than the ends. */
export function pageSelection(menu: Menu, by: number): Menu {
  return {...menu, selected: Math.max(0, Math.min(menu.items.length - 1, menu.selected + by))};
}

/** The part of a list that is shown: at most `rows` items around the selected one. */
export function visibleItems(menu: Menu, rows: number): {items: readonly MenuItem[]; first: number} {
  const first = Math.min(Math.max(0, menu.selected - rows + 1), Math.max(0, menu.items.length - rows));
  return {items: menu.items.slice(first, first + rows), first};
}

/** What a list is about: the name of a file that is being typed, else the whole line. */
export function subjectOf(buffer: Buffer): string {
  const token = fileTokenAt(buffer);
  return token ? `@${token.start}` : buffer.text;
}

/** The list as it is now, with the same item selected as before, if it is still there. */
export function withSelection(menu: Menu | null, before: Menu | null): Menu | null {
  const line = before?.items[before.selected]?.line;
  if (!menu || !before || line === undefined || before.range.start !== menu.range.start) return menu;
  const selected = menu.items.findIndex(item => item.line === line);
  return selected === -1 ? menu : {...menu, selected};
}
