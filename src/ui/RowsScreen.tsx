import {Box, Text, useCursor} from 'ink';
import {useSyncExternalStore} from 'react';

/** A whole screen, row by row, each styled and no wider than the screen; where the cursor stands while something is typed. */
export type ScreenFrame = {rows: readonly string[]; cursor?: {x: number; y: number}};

/** What draws itself as rows: the same frame until something changes. */
export type RowsSource = {frame(): ScreenFrame; subscribe(listener: () => void): () => void};

/** Draws what is to be seen, one text a row. */
export function RowsScreen({source}: {source: RowsSource}) {
  const {rows, cursor} = useSyncExternalStore(source.subscribe, source.frame);
  const {setCursorPosition} = useCursor();
  setCursorPosition(cursor);
  return (
    <Box flexDirection="column">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place on the screen
        <Text key={index} wrap="truncate">
          {row === '' ? ' ' : row}
        </Text>
      ))}
    </Box>
  );
}
