import {Box, Text, useCursor} from 'ink';
import {useSyncExternalStore} from 'react';
import type {Viewer} from './viewer.ts';

/** Draws the viewer: what is to be seen, one text a row. */
export function ViewerScreen({viewer}: {viewer: Viewer}) {
  const {rows, cursor} = useSyncExternalStore(viewer.subscribe, viewer.frame);
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
