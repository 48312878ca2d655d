import type {KeyAction} from '../../commands/keyTable.ts';
import * as edit from '../composer/buffer.ts';

/** What keys do in the filter line of a list. */
export const filterEdits: Partial<Record<KeyAction, (buffer: edit.Buffer) => edit.Buffer>> = {
  left: edit.moveLeft,
  right: edit.moveRight,
  'word-left': edit.moveWordLeft,
  'word-right': edit.moveWordRight,
  'line-start': edit.moveLineStart,
  'line-end': edit.moveLineEnd,
  'delete-backward': edit.deleteBackward,
  'delete-forward': edit.deleteForward,
  'delete-word-backward': edit.deleteWordBackward,
  'delete-word-forward': edit.deleteWordForward,
  'delete-to-line-start': edit.deleteToLineStart,
  'delete-to-line-end': edit.deleteToLineEnd,
};
