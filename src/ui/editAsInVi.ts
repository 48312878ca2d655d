import type {Composer} from './composer/createComposer.ts';
import {createViEditing} from './composer/vi/createViEditing.ts';
import type {KeyReader} from './keys/createKeyReader.ts';
import {withCursorShape} from './keys/withCursorShape.ts';
import type {Picker} from './picker/createPicker.ts';

/**
 * The composer with vi editing, and the key reader with the cursor that goes with it: a bar where one types, also into
 * a list, else a block.
 *
 * @param isBusy whether there is something that Esc would stop
 */
export function editAsInVi({
  composer,
  keys,
  picker,
  isBusy,
  stdout,
}: {
  composer: Composer;
  keys: KeyReader;
  picker: Pick<Picker, 'isOpen' | 'subscribe'>;
  isBusy(): boolean;
  stdout: NodeJS.WriteStream;
}): {composer: Composer; keys: KeyReader} {
  const editing = createViEditing(composer, isBusy);
  const shaped = withCursorShape(
    keys,
    text => stdout.write(text),
    () => (picker.isOpen() || editing.snapshot().mode === 'insert' ? 'bar' : 'block'),
  );
  editing.subscribe(shaped.update);
  picker.subscribe(shaped.update);
  return {composer: editing, keys: shaped};
}
