import {commands} from '../commands/commands.ts';
import {keyLabel, keyTable} from '../commands/keyTable.ts';

/** The slash commands and keys of the chat as plain text, from the same tables as `/help`. */
export function chatHelp(): string {
  const commandRows = commands.map(({name, aliases = [], usage, summary}) => {
    const names = [name, ...aliases.filter(alias => alias !== '?')].map(each => `/${each}`).join(', ');
    return [usage ? `${names} ${usage}` : names, summary] as const;
  });
  const keyRows = keyTable.map(({keys, summary}) => [keys.map(keyLabel).join(', '), summary] as const);
  return `\nSlash commands:\n${table(commandRows)}\nKeys:\n${table(keyRows)}`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
