import type {Command} from './command.ts';
import {keyLabel, keyTable} from './keyTable.ts';

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
export function describeKeys(): string {
  const rows = keyTable.map(({keys, summary}) => `| ${keys.map(keyLabel).join(', ')} | ${summary} |`);
  return ['| key | what it does |', '| --- | --- |', ...rows].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
