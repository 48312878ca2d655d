import {exitStatus, LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {CommandContext} from './command.ts';
import {fullName} from './modelNames.ts';

/**
 * The full name behind what was typed: a name, or words that only one of them has all in it, which is what the list of
 * completions shows. Throws `LlmError` when there is none, or more than one; a server that has not answered is named.
 */
export async function findModel(
  typed: string,
  {resolveModel, listModels, shelf}: Pick<CommandContext, 'resolveModel' | 'listModels' | 'shelf'>,
): Promise<string> {
  try {
    return await resolveModel(typed);
  } catch (thrown) {
    if (!(thrown instanceof LlmError) || exitStatus(thrown.kind) !== 2) throw thrown;
    const words = typed.toLowerCase().split(/\s+/);
    const names = (await listModels().catch(() => [])).map(fullName);
    const fitting = names.filter(name => words.every(word => name.toLowerCase().includes(word)));
    // A server that is slow to list may not have been heard when the name was looked up.
    const called = fitting.filter(name => name.endsWith(`/${typed}`));
    const [only, ...others] = called.length === 1 ? called : fitting;
    if (only === undefined)
      throw withHint(
        thrown,
        shelf.silent().map(({text}) => `${text}.`),
        thrown.hint,
      );
    if (others.length > 0)
      throw withHint(thrown, [`These have it in their names: ${fitting.slice(0, most).join(', ')}.`]);
    return resolveModel(only);
  }
}

/** So many names are told. */
const most = 5;

function withHint({kind, message}: LlmError, lines: readonly string[], hint = ''): LlmError {
  return new LlmError({kind, message, hint: [...lines.map(neutraliseLine), hint].filter(Boolean).join(' ')});
}
