import type {CompareAction} from '../../commands/compareKeys.ts';
import {scrolledTo} from '../scrolledTo.ts';
import type {Styles} from '../styles.ts';
import type {Ballot} from './createBallot.ts';
import {diffRows} from './diffRows.ts';
import {helpRows} from './helpRows.ts';

type Size = {columns: number; rows: number};

/** What covers the panes for a while: the keys, or what differs between two answers. */
export type Overlay = {
  openHelp(): void;
  /** What differs between the pane with the focus and another one, by its place. */
  openDiff(other: number): void;
  isOpen(): boolean;
  /** Scrolls, goes to another pane, or closes it. */
  press(action: CompareAction | undefined, size: Size): void;
  /** Its rows, and with which of them it begins; null while it is closed. */
  shown(size: Size): {rows: readonly string[]; first: number} | null;
};

export type OverlaySettings = {
  ballot: Pick<Ballot, 'panes' | 'nameOf'>;
  /** The place of the pane that has the focus. */
  focus(): number;
  styles(): Styles;
  /** There is a chat to go back to. */
  hasChat: boolean;
};

type Open = {kind: 'help'; first: number} | {kind: 'diff'; other: number; first: number};

/** Starts closed. */
export function createOverlay({ballot, focus, styles, hasChat}: OverlaySettings): Overlay {
  let open: Open | null = null;
  /** Drawing what differs takes its time; the same is not drawn twice. */
  let drawn: {key: string; rows: readonly string[]} | undefined;

  const diff = (other: number, width: number): readonly string[] => {
    const panes = [focus(), other].map(index => ballot.panes()[index]);
    const [one = '', two = ''] = panes.map(pane => pane?.answer()?.text);
    const names = panes.map(pane => (pane ? ballot.nameOf(pane) : ''));
    const key = JSON.stringify([names, one, two, width]);
    if (drawn?.key !== key) {
      const title = styles().heading(`[-${names[0]}-] {+${names[1]}+}`);
      drawn = {key, rows: [title, '', ...diffRows(one, two, width, styles())]};
    }
    return drawn.rows;
  };
  const rowsOf = (shown: Open, {columns}: Size): readonly string[] =>
    shown.kind === 'help' ? helpRows(styles(), columns - 1, hasChat) : diff(shown.other, columns - 1);

  return {
    openHelp() {
      open = {kind: 'help', first: 0};
    },
    openDiff(other) {
      open = {kind: 'diff', other, first: 0};
    },
    isOpen: () => open !== null,
    press(action, size) {
      if (!open) return;
      const first = scrolledTo(action, {
        first: open.first,
        length: rowsOf(open, size).length,
        height: Math.max(1, size.rows - 1),
      });
      if (first !== undefined) open = {...open, first};
      else if (open.kind === 'diff' && (action === 'next' || action === 'previous')) {
        const others = [...ballot.panes().keys()].filter(index => index !== focus());
        const at = others.indexOf(open.other) + (action === 'next' ? 1 : others.length - 1);
        open = {kind: 'diff', other: others[at % others.length] ?? open.other, first: 0};
      } else open = null;
    },
    shown: size => open && {rows: rowsOf(open, size), first: open.first},
  };
}
