import type {Command} from './command.ts';
import {refuseArgument} from './refuse.ts';

export const quit: Command = {
  name: 'quit',
  aliases: ['exit', 'bye'],
  summary: 'leave; the conversation is kept',
  exact: true,
  run(argument) {
    refuseArgument('quit', argument);
    return {type: 'quit'};
  },
};
