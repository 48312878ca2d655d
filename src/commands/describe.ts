import type {Command} from './command.ts';
import {type KeyBinding, keyLabel} from './keyTable.ts';
import {markdownTable} from './markdownTable.ts';

/** The commands as a markdown table, for `/help`. */
export function describeCommands(commands: readonly Command[]): string {
  const rows = commands.map(command => [
    [headOf(command), ...aliasesOf(command)].join(', '),
    command.summary,
  ]);
  return markdownTable(['command', 'what it does'], rows);
}

/** All about one command, as markdown. */
export function describeCommand(command: Command): string {
  const aliases = aliasesOf(command);
  const notes = [
    aliases.length > 0 && `Also: ${aliases.join(', ')}.`,
    command.immediate && 'Acts at once, also while an answer streams.',
    command.exact && 'Has to be typed in full.',
  ];
  const text = notes.filter(note => typeof note === 'string').join(' ');
  return [headOf(command), `${sentence(command.summary)}`, text].filter(part => part !== '').join('\n\n');
}

/** The keys as a markdown table. */
export function describeKeys(table: readonly KeyBinding[]): string {
  const bound = table.filter(({keys}) => keys.length > 0);
  return markdownTable(
    ['key', 'what it does'],
    bound.map(({keys, summary}) => [keys.map(keyLabel).join(', '), summary]),
  );
}

function headOf({name, usage}: Command): string {
  return `\`/${usage ? `${name} ${usage}` : name}\``;
}

function aliasesOf({aliases = []}: Command): string[] {
  return aliases.filter(alias => alias !== '?').map(alias => `\`/${alias}\``);
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
