import {activePath} from '../core/conversation.ts';
import {childrenOf} from '../core/conversationTree.ts';
import {type Command, say} from './command.ts';
import {labelOf, ordinal} from './describeNode.ts';
import {refuseArgument} from './refuse.ts';

export const history: Command = {
  name: 'history',
  summary: 'show this conversation shortened, prompts numbered',
  run(argument, {session}) {
    refuseArgument('history', argument);
    const {conversation} = session.snapshot();
    const path = activePath(conversation);
    if (path.length === 0) return say('Nothing has been said yet.');
    const children = childrenOf(conversation);
    const width = String(path.filter(node => node.role === 'user').length).length;
    let prompts = 0;
    const lines = path.map(node => {
      const siblings = children.get(node.parent) ?? [];
      const mark = ordinal(siblings.indexOf(node) + 1, siblings.length);
      const isPrompt = node.role === 'user';
      if (isPrompt) prompts += 1;
      const lead = isPrompt ? `${String(prompts).padStart(width)} >` : ' '.repeat(width + 2);
      return [lead, mark, labelOf(node, 100)].filter(part => part !== '').join(' ');
    });
    return say(lines.join('\n'));
  },
};
