import {nearestNames} from '../core/nearestNames.ts';
import type {Command, CommandContext, CommandResult} from './command.ts';
import {describeCommand, describeCommands, describeKeys} from './describe.ts';
import {describeViKeys} from './describeViKeys.ts';
import {parseLine} from './parseLine.ts';
import {refusal} from './refuse.ts';

export const help: Command = {
  name: 'help',
  aliases: ['?'],
  usage: '[command | keys]',
  summary: 'show the commands and keys, or all about one command',
  immediate: true,
  async complete(_argument, context) {
    return [...context.commands.map(command => command.name), 'keys'];
  },
  run(argument, context) {
    const {commands, keys} = context;
    const wanted = argument.replace(/^\//, '').toLowerCase();
    if (wanted === 'keys') return markdown(keysOf(keys));
    if (wanted !== '') {
      const command = find(wanted, context);
      return markdown([describeCommand(command), command.details?.(context) ?? ''].join('\n\n').trimEnd());
    }
    return markdown(
      [
        `### Commands\n\n${describeCommands(commands)}`,
        keysOf(keys),
        'A unique prefix of a command is enough: `/mo` is `/model`. All about one of them: `/help model`.',
      ].join('\n\n'),
    );
  },
};

/** Without a screen lines are typed, and there is no table. */
function keysOf({table, editing}: CommandContext['keys']): string {
  if (table.length === 0) return `### Lines\n\n${lines.join('\n')}`;
  const keys = `### Keys\n\n${describeKeys(table)}`;
  return editing === 'vi' ? `${keys}\n\n### Vi editing\n\n${describeViKeys()}` : keys;
}

const lines = [
  'Enter sends the line. A line that ends with \\ goes on in the next one.',
  '""" begins a text of several lines, and ends it.',
  'In a list, type a number, or a part of a name; an empty line leaves it.',
  'Ctrl+C stops an answer; twice, it quits. Ctrl+D quits.',
];

function find(wanted: string, {commands}: CommandContext): Command {
  const parsed = parseLine(`/${wanted}`, commands);
  if (parsed.type === 'command') return parsed.command;
  const candidates = parsed.type === 'unknown' ? parsed.candidates : [];
  const [only] = candidates;
  const exact = candidates.length === 1 ? commands.find(({name}) => name === only) : undefined;
  if (exact) return exact;
  const names = commands.map(({name}) => name);
  const near = (candidates.length > 0 ? candidates : nearestNames(wanted, names)).map(
    name => `/help ${name}`,
  );
  throw refusal(
    `there is no command /${wanted}`,
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'See them all: /help',
  );
}

function markdown(text: string): CommandResult {
  return {type: 'notice', notice: {type: 'markdown', text}};
}
