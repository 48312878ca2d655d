import {neutraliseLine} from '../core/neutralise.ts';
import {type Command, say} from './command.ts';
import {shorten} from './shorten.ts';

/** The longest title, in characters. */
export const longestTitle = 200;

export const rename: Command = {
  name: 'rename',
  usage: '[TITLE]',
  summary: 'show or change the title of this conversation',
  async complete(_argument, {session}) {
    const {title} = session.snapshot().conversation;
    return title === '' ? [] : [neutraliseLine(title)];
  },
  run(argument, {session}) {
    const {title} = session.snapshot().conversation;
    if (argument === '') {
      return say(
        title === ''
          ? 'This conversation has no title yet. Give it one: /rename TITLE'
          : `Title: ${neutraliseLine(title)}. Change it: /rename TITLE`,
      );
    }
    const next = shorten(argument, longestTitle);
    session.configure({title: next});
    return say(`The title is “${next}” now.`, 'success');
  },
};
