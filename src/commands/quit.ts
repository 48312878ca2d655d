import type {Command} from './command.ts';

export const quit: Command = {
  name: 'quit',
  aliases: ['exit', 'bye'],
  summary: 'leave; the conversation is kept',
  exact: true,
  run: () => ({type: 'quit'}),
};
