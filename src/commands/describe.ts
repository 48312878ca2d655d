import type {Command} from './command.ts';
import {type KeyBinding, keyLabel} from './keyTable.ts';

/** The commands as a markdown table, for `/help` and `llm help chat`. */
export function describeCommands(commands: readonly Command[]): string {
  const rows = commands.map(command => {
    const aliases = (command.aliases ?? []).filter(alias => alias !== '?').map(alias => `, \`/${alias}\``);
    const usage = command.usage ? ` ${command.usage}` : '';
    return `| \`/${command.name}${escapeCell(usage)}\`${aliases.join('')} | ${escapeCell(command.summary)} |`;
  });
  return ['| command | what it does |', '| --- | --- |', ...rows].join('\n');
}

/** The keys as a markdown table. */
export function describeKeys(table: readonly KeyBinding[]): string {
  const bound = table.filter(({keys}) => keys.length > 0);
  const rows = bound.map(({keys, summary}) => `| ${keys.map(keyLabel).join(', ')} | ${summary} |`);
  return ['| key | what it does |', '| --- | --- |', ...rows].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
