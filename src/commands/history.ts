import {activePath} from '../core/conversation.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {type Command, say} from './command.ts';

export const history: Command = {
  name: 'history',
  summary: 'show this conversation, shortened',
  run(_argument, {session}) {
    const path = activePath(session.snapshot().conversation);
    if (path.length === 0) return say('Nothing has been said yet.');
    const lines = path.map(node => {
      const text = neutraliseLine(node.text.slice(0, 400));
      const short = text.length > 100 ? `${[...text].slice(0, 99).join('')}…` : text;
      return `${node.role === 'user' ? '>' : ' '} ${short || `(${node.stop ?? 'no answer'})`}`;
    });
    return say(lines.join('\n'));
  },
};
