import {LlmError} from '../core/errors.ts';
import {nearestNames} from '../core/nearestNames.ts';
import type {Command} from './command.ts';

/** What to say of a line that begins with a slash and names no command, or several. */
export function unknownCommand(
  name: string,
  candidates: readonly string[],
  commands: readonly Command[],
): LlmError {
  const names = commands.map(command => command.name);
  const list = (candidates.length > 0 ? candidates : nearestNames(name, names))
    .map(candidate => `/${candidate}`)
    .join(', ');
  return new LlmError({
    kind: 'usage',
    message: name === '' ? 'A command wants a name' : `There is no command /${name}`,
    hint: list
      ? `Did you mean ${list}?`
      : 'See /help. To send a text that begins with a slash, begin it with two.',
  });
}
