import type {Command} from 'commander';
import {actionNames, chooseAction, describeActions} from '../chooseAction.ts';
import type {CommandRun} from '../commandRun.ts';
import type {HistoryAction, HistoryOptions} from './historyAction.ts';
import {historyActions} from './historyActions.ts';

export function defineHistory(command: Command): Command {
  return command
    .argument('[action]', actionNames(historyActions))
    .argument('[words...]', 'what the action is about')
    .option('--json', 'print JSON')
    .option('--limit <count>', 'how many to list (50)')
    .option('--archived', 'list those that were put away')
    .option('-y, --yes', 'delete without asking')
    .option('--prompts', 'delete the prompts in the prompt history too')
    .option('--all', 'export every conversation, archived ones too')
    .option(
      '--format <format>',
      'export as md, json, jsonl or html (what the name of the output says, else md)',
    )
    .option('-O, --output <path>', 'export to a file, or to a folder/ with a file for each conversation')
    .option('--force', 'overwrite files that exist')
    .option('--dry-run', 'say what an import would bring, and change nothing')
    .addHelpText(
      'after',
      `\n${describeActions(historyActions)}\nAn ID may be shortened as long as it is the only one that begins so.`,
    );
}

/** `llm history ACTION`. Throws `LlmError` (`usage`) for an action or an option that makes no sense. */
export async function history({command, services, io}: CommandRun): Promise<number> {
  const {action, words, options} = chooseAction<HistoryOptions, HistoryAction>(
    'history',
    historyActions,
    command,
  );
  if ('runClosed' in action) return action.runClosed({words, options, services, io});
  const store = await services.store();
  const said = new Set<string>();
  const warn = (warnings: readonly string[]): void => {
    for (const warning of warnings) {
      if (!said.has(warning)) io.stderr.write(`llm: ${warning}\n`);
      said.add(warning);
    }
  };
  warn([...services.warnings, ...store.warnings]);
  try {
    return await action.run({words, options, store, services, io});
  } finally {
    // Damage may show only when something is read.
    warn(store.warnings);
  }
}
