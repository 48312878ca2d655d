import {Box, Text, useCursor} from 'ink';
import {useSyncExternalStore} from 'react';
import {ComposerView} from '../ComposerView.tsx';
import {MenuView} from '../MenuView.tsx';
import type {Picker} from '../picker/createPicker.ts';
import {PickerView} from '../picker/PickerView.tsx';
import type {Styles} from '../styles.ts';
import type {CompareScreen} from './createCompareScreen.ts';
import type {RowSlots} from './createRowSlots.ts';

export type CompareViewProps = {
  screen: CompareScreen;
  picker: Picker;
  slots: Pick<RowSlots, 'slotOf'>;
  size(): {columns: number; rows: number};
  styles(): Styles;
};

/** Draws the panes, one text a row, and below them what is typed into or chosen from. */
export function CompareView({screen, picker, slots, size, styles}: CompareViewProps) {
  const frame = useSyncExternalStore(screen.subscribe, screen.frame);
  const {setCursorPosition} = useCursor();
  setCursorPosition(frame.cursor);
  const paints = styles();
  return (
    <Box flexDirection="column">
      {frame.rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place on the screen
        <Text key={index} wrap="truncate">
          {row === '' ? ' ' : slots.slotOf(row)}
        </Text>
      ))}
      {frame.picker && <PickerView state={frame.picker} picker={picker} size={size()} styles={paints} />}
      {frame.composer && (
        <>
          <ComposerView shown={frame.composer.shown} placeholder="Ask all of them" styles={paints} />
          {frame.composer.menu && frame.composer.menuRows > 0 && (
            <MenuView menu={frame.composer.menu} height={frame.composer.menuRows} styles={paints} />
          )}
        </>
      )}
      <Text wrap="truncate">{frame.footer}</Text>
    </Box>
  );
}
