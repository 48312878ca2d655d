import {Box} from 'ink';
import {useLayoutEffect} from 'react';
import type {Styles} from '../styles.ts';
import type {Picker, PickerState} from './createPicker.ts';
import {drawPicker} from './drawPicker.ts';
import {ListView} from './ListView.tsx';
import {layOutPicker, type TerminalSize} from './pickerLayout.ts';

export type PickerViewProps = {
  state: PickerState;
  /** Is told how many rows are drawn. */
  picker: Pick<Picker, 'fit'>;
  size: TerminalSize;
  styles: Styles;
};

/** An open list: the filter line, where the terminal's own cursor stands (`pickerCursor`), the rows, the preview. */
export function PickerView({state, picker, size, styles}: PickerViewProps) {
  const {mostRows} = layOutPicker(state, size);
  useLayoutEffect(() => picker.fit(mostRows));
  return (
    <Box flexDirection="column">
      <ListView lines={drawPicker(state, size, styles)} />
    </Box>
  );
}
