import type {Command} from './command.ts';
import {describeCommands, describeKeys} from './describe.ts';

export const help: Command = {
  name: 'help',
  aliases: ['?'],
  usage: '[command]',
  summary: 'show the commands and keys',
  immediate: true,
  async complete(_argument, context) {
    return context.commands.map(command => command.name);
  },
  run(argument, {commands, keys}) {
    const wanted = argument.replace(/^\//, '');
    const one = commands.filter(command => command.name === wanted || command.aliases?.includes(wanted));
    const text =
      one.length > 0
        ? describeCommands(one)
        : `### Commands\n\n${describeCommands(commands)}\n\n### Keys\n\n${describeKeys(keys.table)}\n\nA unique prefix of a command is enough: \`/mo\` is \`/model\`.`;
    return {type: 'notice', notice: {type: 'markdown', text}};
  },
};
