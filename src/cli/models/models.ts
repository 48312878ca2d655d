import type {Command} from 'commander';
import {actionNames, chooseAction, describeActions} from '../chooseAction.ts';
import type {CommandRun} from '../commandRun.ts';
import type {ModelsAction, ModelsOptions} from './modelsAction.ts';
import {modelsActions} from './modelsActions.ts';

export function defineModels(command: Command): Command {
  return command
    .argument('[action]', actionNames(modelsActions))
    .argument('[words...]', 'what the action is about')
    .option('--json', 'print JSON')
    .option('--context <tokens>', 'load: the context window to allocate')
    .option('--yes', 'rm: delete without asking')
    .addHelpText('after', `\n${describeActions(modelsActions)}\nA MODEL is named as with -m.`);
}

/** `llm models ACTION`. Throws `LlmError` (`usage`) for an action or an option that makes no sense. */
export async function models({command, services, io}: CommandRun): Promise<number> {
  const {action, words, options} = chooseAction<ModelsOptions, ModelsAction>(
    'models',
    modelsActions,
    command,
  );
  for (const warning of services.warnings) io.stderr.write(`llm: ${warning}\n`);
  return action.run({words, options, services, io});
}
