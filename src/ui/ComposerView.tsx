import {Box, Text} from 'ink';
import stringWidth from 'string-width';
import type {Layout, Row, RowPart} from './composer/layout.ts';
import type {Styles} from './styles.ts';

export const promptSign = '❯ ';
export const promptWidth = 2;

/** What of the composer is shown in the room it has. */
export type ShownComposer = {
  /** Index of the first row shown. */
  first: number;
  rows: readonly Row[];
  /** There are rows that are not shown. */
  hasAbove: boolean;
  hasBelow: boolean;
  /** The line below the text; empty when there is none, or no room for it. */
  note: string;
};

/** How many rows the composer wants. */
export function composerHeight(layout: Layout, note: string): number {
  return layout.rows.length + (note === '' ? 0 : 1);
}

/** The rows around the cursor, as many as there is room for; the note gives way to the text. */
export function visibleRows(layout: Layout, height: number, note = ''): ShownComposer {
  const isNoted = note !== '' && height > 1;
  const room = isNoted ? height - 1 : height;
  const latest = Math.max(0, layout.rows.length - room);
  const first = Math.max(0, Math.min(layout.cursor.row - Math.floor(room / 2), latest));
  const rows = layout.rows.slice(first, first + room);
  return {
    first,
    rows,
    hasAbove: first > 0,
    hasBelow: first + rows.length < layout.rows.length,
    note: isNoted ? note : '',
  };
}

/** The columns that each line of the composer takes, from its first to the note. */
export function composerWidths({rows, note}: ShownComposer, placeholder: string): readonly number[] {
  const drawn = rows.map(
    row =>
      promptWidth +
      stringWidth(
        partsOf(row, rows, placeholder)
          // Blanks at the end are drawn only where they are selected.
          .map(({text, isSelected}) => (isSelected ? text.replaceAll(' ', '_') : text))
          .join('')
          .trimEnd(),
      ),
  );
  return note === '' ? drawn : [...drawn, promptWidth + stringWidth(note)];
}

/** The prompt line with what is typed. The cursor itself is the terminal's own. */
export function ComposerView({
  shown,
  placeholder,
  styles,
}: {
  shown: ShownComposer;
  placeholder: string;
  styles: Styles;
}) {
  const {rows, note} = shown;
  return (
    <Box flexDirection="column">
      {rows.map((row, index) => (
        <Text key={row.start} wrap="truncate">
          {marginOf(index, shown, styles)}
          {partsOf(row, rows, placeholder)
            .map(part => paintOf(part, styles)(part.text))
            .join('')}
        </Text>
      ))}
      {note !== '' && (
        <Text wrap="truncate">
          {'  '}
          {styles.dim(note)}
        </Text>
      )}
    </Box>
  );
}

/** The sign of the prompt, or of rows that are not shown. */
function marginOf(index: number, {rows, first, hasAbove, hasBelow}: ShownComposer, styles: Styles): string {
  const isAbove = hasAbove && index === 0;
  const isBelow = hasBelow && index === rows.length - 1;
  if (isAbove || isBelow) return styles.dim(isAbove && isBelow ? '↕ ' : isAbove ? '↑ ' : '↓ ');
  return index === 0 && first === 0 ? styles.prompt(promptSign) : '  ';
}

function partsOf(row: Row, rows: readonly Row[], placeholder: string): readonly RowPart[] {
  const isEmpty = rows.length === 1 && row.parts.length === 0;
  return isEmpty ? [{kind: 'ghost', text: placeholder}] : row.parts;
}

function paintOf({kind, isSelected}: RowPart, styles: Styles): (text: string) => string {
  // The other way round, whatever the theme is and where there are no colours: a selection has to be seen.
  if (isSelected) return text => `\u001b[7m${text}\u001b[27m`;
  if (kind === 'text') return text => text;
  return kind === 'chip' ? styles.accent : styles.suggestion;
}
