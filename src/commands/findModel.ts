import {exitStatus, LlmError} from '../core/errors.ts';
import type {CommandContext} from './command.ts';
import {fullName} from './modelNames.ts';

/**
 * The full name behind what was typed: a name, or words that only one of them has all in it, which is what the list of
 * completions shows. Throws `LlmError` when there is none, or more than one.
 */
export async function findModel(
  typed: string,
  {resolveModel, listModels}: Pick<CommandContext, 'resolveModel' | 'listModels'>,
): Promise<string> {
  try {
    return await resolveModel(typed);
  } catch (thrown) {
    if (!(thrown instanceof LlmError) || exitStatus(thrown.kind) !== 2) throw thrown;
    const words = typed.toLowerCase().split(/\s+/);
    const names = (await listModels().catch(() => [])).map(fullName);
    const [only, ...others] = names.filter(name => words.every(word => name.toLowerCase().includes(word)));
    if (only === undefined || others.length > 0) throw thrown;
    return resolveModel(only);
  }
}
