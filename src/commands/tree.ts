import {outline} from '../core/conversationTree.ts';
import {type Command, say} from './command.ts';
import {labelOf, ordinal, previewOf} from './describeNode.ts';
import {moveTo} from './moveTo.ts';
import {refuseArgument} from './refuse.ts';

/** Deeper branches are shown no further to the right. */
const deepest = 8;

export const tree: Command = {
  name: 'tree',
  summary: 'show all branches as an outline, and go to one',
  run(argument, {session}) {
    refuseArgument('tree', argument);
    const {conversation} = session.snapshot();
    const rows = outline(conversation);
    if (rows.length === 0) return say('Nothing has been said yet.', 'warning');
    return {
      type: 'choose',
      title: 'The conversation and its branches (• the one you are in)',
      spoken: 'The conversation and its branches',
      choices: rows.map(({node, depth, position, count, isOnPath}) => {
        const indent = '  '.repeat(Math.min(depth, deepest));
        const label = `${isOnPath ? '•' : '◦'} ${indent}${node.role === 'user' ? '>' : ' '} ${labelOf(node, 80)}`;
        const place = count > 1 ? `, ${position} of ${count}` : '';
        const branch = isOnPath ? '' : ', on another branch';
        return {
          label: [label, ordinal(position, count)].filter(part => part !== '').join(' '),
          spoken: `${node.role === 'user' ? 'prompt' : 'answer'}${place}${branch}: ${labelOf(node, 80)}`,
          preview: previewOf(node),
          current: node.id === conversation.head,
          run: () =>
            node.id === session.snapshot().conversation.head
              ? say('You are there already.')
              : moveTo(session, node.id, `from “${labelOf(node, 40)}” on`),
        };
      }),
    };
  },
};
