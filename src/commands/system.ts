import {neutralise} from '../core/neutralise.ts';
import {type Command, say} from './command.ts';

export const system: Command = {
  name: 'system',
  usage: '[text | off]',
  summary: 'show or set the system prompt',
  run(argument, {session}) {
    if (argument === '') {
      const current = session.snapshot().conversation.system;
      return say(
        current
          ? `System prompt: ${neutralise(current)}`
          : 'There is no system prompt. Set one: /system TEXT',
      );
    }
    if (argument === 'off') {
      session.configure({system: ''});
      return say('The system prompt is gone.', 'success');
    }
    session.configure({system: argument});
    return say('The system prompt is set.', 'success');
  },
};
