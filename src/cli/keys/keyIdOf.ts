import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {keyIds} from './keySources.ts';
import type {KeysRun} from './keysAction.ts';

/**
 * The backend that an action is about. Throws `LlmError` (`usage`) for one that is not known, or for more words than
 * its name. None of them is repeated: somebody may have typed a key.
 */
export function keyIdOf(action: string, {words, services}: Pick<KeysRun, 'words' | 'services'>): string {
  const [id, ...others] = words;
  const known = [...new Set([...keyIds(services), ...services.keys.ids()])];
  if (id === undefined || id.startsWith('-') || !known.includes(id)) {
    const wrong = id === undefined ? 'wants the name of a backend' : 'does not know a backend of that name';
    throw new LlmError({
      kind: 'usage',
      message: `keys ${action} ${wrong}`,
      hint: `These are known: ${neutraliseLine(known.join(', '))}. Another one needs an address first: llm config set backends.NAME.baseUrl URL`,
    });
  }
  if (others.length === 0) return id;
  throw new LlmError({
    kind: 'usage',
    message:
      action === 'set'
        ? 'keys set takes no key on the command line, where the shell keeps it and other users can see it'
        : `keys ${action} takes one name`,
    hint: action === 'set' ? `It asks for the key: llm keys set ${id}` : 'llm help keys',
  });
}
