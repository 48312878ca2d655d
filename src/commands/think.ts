import {LlmError} from '../core/errors.ts';
import {type ThinkLevel, thinkLevels} from '../core/options.ts';
import {type Command, say} from './command.ts';

export const think: Command = {
  name: 'think',
  usage: `[${thinkLevels.join('|')}]`,
  summary: 'show or set how hard the model thinks',
  async complete() {
    return thinkLevels;
  },
  run(argument, {session}) {
    if (argument === '')
      return say(`Thinking: ${session.snapshot().conversation.think ?? "the model's default"}`);
    if (!isLevel(argument)) {
      throw new LlmError({
        kind: 'usage',
        message: '/think wants a level',
        hint: `One of: ${thinkLevels.join(', ')}`,
      });
    }
    session.configure({think: argument});
    return say(`Thinking is ${argument} from now on.`, 'success');
  },
};

function isLevel(text: string): text is ThinkLevel {
  return thinkLevels.some(level => level === text);
}
