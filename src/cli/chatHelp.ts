import {commands} from '../commands/commands.ts';
import {keyLabel, keyTable} from '../commands/keyTable.ts';

/** Columns of the whole help, and of the names at its left. */
const width = 80;
const nameWidth = 23;

/** The slash commands and keys of the chat as plain text, from the same tables as `/help`. */
export function chatHelp(): string {
  const commandRows = commands.map(({name, aliases = [], usage, summary}) => {
    const names = [name, ...aliases.filter(alias => alias !== '?')].map(each => `/${each}`).join(', ');
    return [usage ? `${names} ${usage}` : names, summary] as const;
  });
  const keyRows = keyTable.map(({keys, summary}) => [keys.map(keyLabel).join(', '), summary] as const);
  const exact = commands.filter(command => command.exact).map(({name}) => `/${name}`);
  return [
    '',
    `Slash commands (the beginning is enough, but for ${exact.join(', ')}):`,
    ...commandRows.flatMap(row),
    '',
    'Keys (llm config set keys.NAME changes one; input.editing vi edits as in vi):',
    ...keyRows.flatMap(row),
    '',
  ].join('\n');
}

/** A name and what it means, side by side; a name that is too long has a line of its own. */
function row([name, meaning]: readonly [string, string]): string[] {
  const room = width - nameWidth - 4;
  const lines = meaning.match(new RegExp(`.{1,${room}}(?: |$)`, 'g')) ?? [meaning];
  const [left, ...above] = name.length > nameWidth ? ['', name] : [name];
  return [
    ...above.map(each => `  ${each}`),
    ...lines.map((line, index) => `  ${(index === 0 ? left : '').padEnd(nameWidth)}  ${line.trimEnd()}`),
  ];
}
