/** Rows that Ink knows as one character each. */
export type RowSlots = {
  /** The character that stands for a row; the same one for the same row. */
  slotOf(row: string): string;
  /** The terminal, where rows are written in place of their characters. */
  over(terminal: NodeJS.WriteStream): NodeJS.WriteStream;
};

/** Where the characters begin: the private use area at the end of Unicode, for which no text has a use. */
const firstSlot = 0x10f000;
/** More than a few screens of rows; the one that was not seen for longest makes room. */
const slotCount = 2_000;

/** The rest of the line is erased, and the cursor is where Ink takes it to be: behind one character. */
const afterRow = '\u001b[K\u001b[2G';

/**
 * Keeps wide rows away from Ink, which measures a row grapheme by grapheme, cuts it into cells and joins them again: for
 * a screen of 262 × 60 it takes tens of ms, and for one character a row next to nothing. Each row must stand alone on
 * its line, from the first column on, and be no wider than the terminal.
 */
export function createRowSlots(): RowSlots {
  /** The row seen last comes last. */
  const slots = new Map<string, string>();
  const rows = new Map<string, string>();

  const freeSlot = (): string => {
    if (slots.size < slotCount) return String.fromCodePoint(firstSlot + slots.size);
    const [[row = '', slot = ''] = []] = slots;
    slots.delete(row);
    return slot;
  };
  const fill = (text: string): string =>
    text.replace(/[\u{10f000}-\u{10f7ff}]/gu, slot => {
      const row = rows.get(slot);
      return row === undefined ? slot : row + afterRow;
    });

  return {
    slotOf(row) {
      const slot = slots.get(row) ?? freeSlot();
      slots.delete(row);
      slots.set(row, slot);
      rows.set(slot, row);
      return slot;
    },
    over: terminal =>
      new Proxy(terminal, {
        get(target, name) {
          if (name === 'write') return (text: string) => target.write(fill(text));
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
  };
}
