import {commands} from '../commands/commands.ts';
import {describeCommand} from '../commands/describe.ts';
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
  const exact = commands.filter(command => command.exact).map(({name}) => `/${name}`);
  return [
    '',
    `Slash commands (the beginning is enough, but for ${exact.join(', ')}):`,
    ...commandRows.flatMap(row),
    '',
    'Keys (llm config set keys.NAME changes one; input.editing vi edits as in vi):',
    ...keyTable.flatMap(keyRow),
    '',
  ].join('\n');
}

function keyRow({keys, summary}: (typeof keyTable)[number]): string[] {
  return row([keys.map(keyLabel).join(', '), summary]);
}

/** All about one slash command, or about the keys; undefined where there is no such command. */
export function slashHelp(name: string): string | undefined {
  if (name === 'keys')
    return ['Keys (llm config set keys.NAME changes one):', ...keyTable.flatMap(keyRow), ''].join('\n');
  const wanted = name.replace(/^\//, '');
  const command = commands.find(each => each.name === wanted || each.aliases?.includes(wanted));
  if (!command) return undefined;
  const text = describeCommand(command).replaceAll('`', '');
  return `In the chat:\n\n${text}\n`;
}

/** The names of which `slashHelp` knows something. */
export const slashNames: readonly string[] = [...commands.map(({name}) => name), 'keys'];

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
