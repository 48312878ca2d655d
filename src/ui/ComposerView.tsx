import {Box, Text} from 'ink';
import type {Layout} from './composer/layout.ts';
import type {Styles} from './styles.ts';

export const promptSign = '❯ ';
export const promptWidth = 2;

/** The rows of the composer that are shown when it is taller than it may be: those around the cursor. */
export function visibleRows(layout: Layout, height: number): {first: number; rows: Layout['rows']} {
  const first = Math.max(
    0,
    Math.min(layout.cursor.row - Math.floor(height / 2), layout.rows.length - height),
  );
  return {first, rows: layout.rows.slice(first, first + height)};
}

/** The prompt line with what is typed. The cursor itself is the terminal's own. */
export function ComposerView({
  rows,
  placeholder,
  styles,
}: {
  rows: Layout['rows'];
  placeholder: string;
  styles: Styles;
}) {
  const isEmpty = rows.length === 1 && rows[0]?.text === '';
  return (
    <Box flexDirection="column">
      {rows.map((row, index) => (
        <Text key={row.start} wrap="truncate">
          {index === 0 ? styles.prompt(promptSign) : '  '}
          {isEmpty ? styles.suggestion(placeholder) : row.text.replaceAll('\t', '  ')}
        </Text>
      ))}
    </Box>
  );
}
