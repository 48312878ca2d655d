import type {Command} from 'commander';
import {LlmError} from '../../core/errors.ts';
import type {CommandRun} from '../commandRun.ts';
import type {KeysOptions} from './keysAction.ts';
import {keysActions} from './keysActions.ts';

export function defineKeys(command: Command): Command {
  const lines = keysActions.map(({name, usage = '', summary}) => [`${name} ${usage}`.trim(), summary]);
  const width = Math.max(...lines.map(([left = '']) => left.length));
  const help = lines.map(([left = '', summary]) => `  ${left.padEnd(width)}  ${summary}`).join('\n');
  return (
    command
      .argument(
        '[action]',
        `${keysActions.map(({name}) => name).join(', ')}; ${keysActions[0]?.name} unless said`,
      )
      .argument('[name]', "the backend's id, such as openai")
      .option('--json', 'print JSON')
      .option('--file', 'set: keep it in a file of your own instead of the system keychain')
      // Refused below instead: commander would repeat what was typed, and that may be a key.
      .allowUnknownOption()
      .allowExcessArguments()
      .addHelpText(
        'after',
        `\nActions:\n${help}\nA key in the environment comes first, then what keyCommand prints, then the stored one.`,
      )
  );
}

/** `llm keys ACTION`. Throws `LlmError` (`usage`) for an action or an option that makes no sense. */
export async function keys({command, services, io}: CommandRun): Promise<number> {
  const [name = keysActions[0]?.name, ...words] = command.args;
  const options = command.opts<KeysOptions>();
  const action = keysActions.find(each => each.name === name);
  if (!action) {
    throw new LlmError({
      kind: 'usage',
      message: 'keys does not know that action',
      hint: `These are: ${keysActions.map(each => each.name).join(', ')}`,
    });
  }
  const foreign = Object.keys(options).find(option => !action.options.some(taken => taken === option));
  if (foreign !== undefined || words.some(word => word.startsWith('-'))) {
    throw new LlmError({
      kind: 'usage',
      message: `keys ${action.name} takes no ${foreign === undefined ? 'such option' : `--${foreign}`}`,
      hint: 'See: llm help keys',
    });
  }
  for (const warning of services.warnings) io.stderr.write(`llm: ${warning}\n`);
  return action.run({words, options, services, io});
}
