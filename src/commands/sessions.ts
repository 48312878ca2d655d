import {neutraliseLine} from '../core/neutralise.ts';
import {type Command, type CommandContext, type StoredConversation, say} from './command.ts';
import {formatAge} from './formatAge.ts';
import {shorten} from './shorten.ts';
import {withoutMarkdown} from './withoutMarkdown.ts';

/** How many conversations are offered. */
const listed = 200;
/** How many are looked through for words. */
const searched = 2000;

export const sessions: Command = {
  name: 'sessions',
  usage: '[WORDS]',
  summary: 'list your conversations, and go on with one',
  async run(argument, context) {
    const found = await (argument === '' ? context.stored.list(listed) : matching(argument, context));
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
        ...(snippet && {preview: neutraliseLine(withoutMarkdown(snippet))}),
        current: id === current,
        line: `/resume ${id}`,
      })),
    };
  },
};

/** Those with all the words in the title, or together in one message; newest first. */
async function matching(words: string, {stored}: CommandContext): Promise<readonly StoredConversation[]> {
  const [all, hits] = await Promise.all([stored.list(searched), stored.search(words, searched)]);
  const found = new Set(hits.map(hit => hit.conversationId));
  const parts = words.toLowerCase().split(/\s+/);
  const fits = ({id, title}: StoredConversation): boolean =>
    found.has(id) || parts.every(part => title.toLowerCase().includes(part));
  return all.filter(fits).slice(0, listed);
}
