import type {Command} from 'commander';
import {LlmError} from '../../core/errors.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import type {CommandRun} from '../commandRun.ts';
import type {HistoryOptions} from './historyAction.ts';
import {historyActions} from './historyActions.ts';

export function defineHistory(command: Command): Command {
  const lines = historyActions.map(({name, usage = '', summary}) => [`${name} ${usage}`.trim(), summary]);
  const width = Math.max(...lines.map(([left = '']) => left.length));
  const help = lines.map(([left = '', summary]) => `  ${left.padEnd(width)}  ${summary}`).join('\n');
  return command
    .argument(
      '[action]',
      `${historyActions.map(({name}) => name).join(', ')}; ${historyActions[0]?.name} unless said`,
    )
    .argument('[words...]', 'what the action is about')
    .option('--json', 'print JSON')
    .option('--limit <count>', 'how many to list (50)')
    .option('--archived', 'list those that were put away')
    .option('-y, --yes', 'delete without asking')
    .option('--prompts', 'delete the prompts in the prompt history too')
    .option('--all', 'export every conversation')
    .option(
      '--format <format>',
      'export as md, json, jsonl or html (what the name of the output says, else md)',
    )
    .option('-O, --output <path>', 'export to a file, or to a folder/ with a file for each conversation')
    .option('--force', 'overwrite files that exist')
    .option('--dry-run', 'say what an import would bring, and change nothing')
    .addHelpText(
      'after',
      `\nActions:\n${help}\nAn ID may be shortened as long as it is the only one that begins so.`,
    );
}

/** `llm history ACTION`. Throws `LlmError` (`usage`) for an action or an option that makes no sense. */
export async function history({command, services, io}: CommandRun): Promise<number> {
  const [name = historyActions[0]?.name, ...words] = command.args;
  const options = command.opts<HistoryOptions>();
  const action = historyActions.find(each => each.name === name);
  if (!action) {
    throw new LlmError({
      kind: 'usage',
      message: `history knows no action "${neutraliseLine(name ?? '')}"`,
      hint: `These are: ${historyActions.map(each => each.name).join(', ')}`,
    });
  }
  const foreign = Object.keys(options).find(option => !action.options.some(taken => taken === option));
  if (foreign !== undefined)
    throw new LlmError({
      kind: 'usage',
      message: `history ${action.name} takes no --${foreign.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`,
      hint: 'llm help history',
    });
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
