import {neutraliseLine} from '../core/neutralise.ts';
import {type Command, say} from './command.ts';
import {formatAge} from './formatAge.ts';
import {shorten} from './shorten.ts';

/** How many conversations are offered. */
const listed = 200;
/** How many of those that a search finds. */
const matching = 100;
export const sessions: Command = {
  name: 'sessions',
  usage: '[WORDS]',
  summary: 'list your conversations, and go on with one',
  async run(argument, context) {
    const found = await (argument === ''
      ? context.stored.list(listed)
      : context.stored.list(matching, argument));
    if (found.length === 0) {
      return say(
        argument === ''
          ? 'No conversation has been stored yet.'
          : `No stored conversation has “${neutraliseLine(argument)}” in it. See them all: /sessions`,
      );
    }
    const current = context.session.snapshot().conversation.id;
    const now = Date.now();
    return {
      type: 'choose',
      title: 'Go on with a conversation',
      choices: found.map(({id, title, model, updated, messages, snippet}) => ({
        label: shorten(title, 100) || 'untitled',
        detail: [formatAge(updated, now), neutraliseLine(model), `${messages} messages`].join(' · '),
        ...(snippet && {preview: neutraliseLine(snippet)}),
        current: id === current,
        line: `/resume ${id}`,
      })),
    };
  },
};
