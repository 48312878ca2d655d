import type {Choice, Command} from '../../commands/command.ts';

/** One row of the inline menu. Choosing it submits `line`, or only fills it in when `submits` is false. */
export type MenuItem = {label: string; detail: string; line: string; submits: boolean};

/** The inline list below the composer: completions of what is typed, or choices that a command offered. */
export type Menu = {
  readonly title?: string;
  readonly items: readonly MenuItem[];
  /** Index of the selected item; -1 while none is, so that Enter means what is typed. */
  readonly selected: number;
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
 * The completions of a command's argument that contain what is typed of it, those that begin so first. Nothing when
 * only what is typed itself is left.
 */
export function argumentItems(command: Command, typed: string, completions: readonly string[]): MenuItem[] {
  const part = typed.toLowerCase();
  const matching = completions.filter(completion => completion.toLowerCase().includes(part));
  const others = matching.filter(completion => completion !== typed);
  if (others.length === 0) return [];
  const ranked = [
    ...others.filter(completion => completion.toLowerCase().startsWith(part)),
    ...others.filter(completion => !completion.toLowerCase().startsWith(part)),
  ];
  return ranked.map(completion => ({
    label: completion,
    detail: '',
    line: `/${command.name} ${completion}`,
    submits: true,
  }));
}

/** The choices of a command that contain every typed word. */
export function choiceItems(choices: readonly Choice[], filter: string): MenuItem[] {
  const parts = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return choices
    .filter(({label, detail = ''}) => parts.every(part => `${label} ${detail}`.toLowerCase().includes(part)))
    .map(({label, detail = '', current, ...choice}) => ({
      label,
      detail: current ? [detail, 'current'].filter(Boolean).join(' · ') : detail,
      line: 'line' in choice ? choice.line : '',
      submits: true,
    }));
}

export function moveSelection(menu: Menu, by: number): Menu {
  const count = menu.items.length;
  if (count === 0) return menu;
  const from = menu.selected === -1 && by < 0 ? 0 : menu.selected;
  return {...menu, selected: (from + by + count) % count};
}

/** The part of a list that is shown: at most `rows` items around the selected one. */
export function visibleItems(menu: Menu, rows: number): {items: readonly MenuItem[]; first: number} {
  const first = Math.min(Math.max(0, menu.selected - rows + 1), Math.max(0, menu.items.length - rows));
  return {items: menu.items.slice(first, first + rows), first};
}
