import type {Composer} from './composer/createComposer.ts';
import {createViEditing} from './composer/vi/createViEditing.ts';
import type {KeyReader} from './keys/createKeyReader.ts';
import {withCursorShape} from './keys/withCursorShape.ts';

/**
 * The composer with vi editing, and the key reader with the cursor that goes with it: a bar where one types, else a
 * block.
 *
 * @param isBusy whether there is something that Esc would stop
 */
export function editAsInVi({
  composer,
  keys,
  isBusy,
  stdout,
}: {
  composer: Composer;
  keys: KeyReader;
  isBusy(): boolean;
  stdout: NodeJS.WriteStream;
}): {composer: Composer; keys: KeyReader} {
  const editing = createViEditing(composer, isBusy);
  const shaped = withCursorShape(
    keys,
    text => stdout.write(text),
    () => (editing.snapshot().mode === 'insert' ? 'bar' : 'block'),
  );
  editing.subscribe(shaped.update);
  return {composer: editing, keys: shaped};
}
