import {cutAnswer} from '../core/continuation.ts';
import {activePath} from '../core/conversation.ts';
import {type Command, say} from './command.ts';
import {refuseArgument} from './refuse.ts';

export const continueReply: Command = {
  name: 'continue',
  summary: 'go on with the last answer where it was cut',
  run(argument, {session}) {
    refuseArgument('continue', argument);
    const {conversation} = session.snapshot();
    if (cutAnswer(conversation)) return {type: 'continue'};
    const last = activePath(conversation).at(-1);
    if (!last) return say('Nothing has been said yet.', 'warning');
    if (last.role === 'assistant' && last.text !== '')
      return say('The last answer was not cut. /retry answers the prompt again.', 'warning');
    return say('There is no text to go on with. /retry answers the prompt again.', 'warning');
  },
};
