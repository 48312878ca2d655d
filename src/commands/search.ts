import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import {type Command, say} from './command.ts';
import {describeCorrections} from './describeFound.ts';
import {formatAge} from './formatAge.ts';
import {openStored} from './openStored.ts';
import {refusal} from './refuse.ts';
import {shorten} from './shorten.ts';

/** How many hits are offered. */
const most = 100;

export const search: Command = {
  name: 'search',
  usage: 'WORDS',
  summary: 'search all conversations for WORDS, and open one where it is',
  async run(argument, context) {
    if (argument === '')
      throw refusal('/search wants words to look for', 'For example: /search regular expressions');
    const {found, corrected} = await context.stored.search(argument, most);
    if (found.length === 0) return say(`Nothing was found for “${neutraliseLine(argument)}”.`);
    const now = Date.now();
    return {
      type: 'choose',
      title: `Found ${describeCorrections(corrected) || `for “${shorten(argument, 40)}”`}`,
      choices: found.map(({conversationId, messageId, title, snippet, ranges, created, archived}) => ({
        // A line already: what neutralising would take out is not in it, so that the ranges stay right.
        label: neutralise(snippet),
        ranges,
        detail: `${shorten(title, 40) || 'untitled'} · ${formatAge(created, now)}${archived ? ' · archived' : ''}`,
        run: () => openStored(context, conversationId, messageId),
      })),
    };
  },
};
