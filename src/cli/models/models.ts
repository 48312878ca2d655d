import {type Command, Option} from 'commander';
import {actionNames, chooseAction, describeActions} from '../chooseAction.ts';
import type {CommandRun} from '../commandRun.ts';
import type {ModelsAction, ModelsOptions} from './modelsAction.ts';
import {modelsActions} from './modelsActions.ts';

export function defineModels(command: Command): Command {
  return command
    .argument('[action]', actionNames(modelsActions))
    .argument('[words...]', 'what the action is about')
    .option('--json', 'print JSON')
    .option(
      '--context <tokens>',
      'load: the context window to allocate; search, show: the one to reckon with',
    )
    .option('--yes', 'rm, copy: delete or replace without asking')
    .option('--ollama', 'pull: an hf: name through Ollama')
    .option('--size <weights>', "search: 7b (about), '<=8b', 3b..8b")
    .option('--quant <name>', 'search: with a file in this quantisation, such as Q4_K_M')
    .option('--licence <id>', 'search: under this licence, such as apache-2.0')
    .addOption(new Option('--license <id>').hideHelp())
    .option('--sort <order>', 'search: downloads (the usual order), likes, updated or trending')
    .option('--limit <count>', 'search: so many at most (20)')
    .addHelpText(
      'after',
      `\n${describeActions(modelsActions)}\nA MODEL is named as with -m. hf:USER/REPO, hf:USER/REPO:QUANT and hf:USER/REPO/FILE.gguf are models of Hugging Face.`,
    );
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
