import {activePath} from '../core/conversation.ts';
import {type Command, say} from './command.ts';
import {refuseArgument} from './refuse.ts';
import {shorten} from './shorten.ts';

export const undo: Command = {
  name: 'undo',
  summary: 'go back before the last turn, which stays as a branch',
  exact: true,
  run(argument, {session}) {
    refuseArgument('undo', argument);
    const prompt = activePath(session.snapshot().conversation).findLast(node => node.role === 'user');
    if (!prompt) return say('There is no turn to go back before.', 'warning');
    session.goTo(prompt.parent);
    const text = `Back before “${shorten(prompt.text, 40)}”. It is kept: /sibling next returns to it`;
    return {type: 'moved', text, from: null};
  },
};
