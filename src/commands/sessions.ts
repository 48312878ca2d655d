import {neutraliseLine} from '../core/neutralise.ts';
import {shownModel} from '../core/shownModel.ts';
import {changeSession} from './changeSession.ts';
import {
  type ChoiceAction,
  type Command,
  type CommandContext,
  type CommandResult,
  type Notice,
  type StoredConversation,
  say,
} from './command.ts';
import {formatAge} from './formatAge.ts';
import {shorten} from './shorten.ts';
import {withoutMarkdown} from './withoutMarkdown.ts';

/** How many conversations are offered. */
const listed = 200;
/** How many of those that a search finds. */
const matching = 100;
export const sessions: Command = {
  name: 'sessions',
  usage: '[WORDS | archived | ACTION ID | undo]',
  summary: 'list your conversations: go on, rename, archive, delete',
  // Nothing is deleted by a prefix.
  exactBefore: ['delete'],
  async complete(argument, {stored}) {
    const [word = '', ...rest] = argument.split(' ');
    if (rest.length === 0) return ['archived', 'rename', 'archive', 'unarchive', 'delete', 'undo'];
    if (!['rename', 'archive', 'unarchive', 'delete'].includes(word)) return [];
    return (await stored.list(20, {archived: word === 'unarchive'})).map(({id}) => `${word} ${id}`);
  },
  async run(argument, context) {
    const changed = await changeSession(argument, context);
    if (changed) return changed;
    return argument === 'archived' ? offer('archived', context) : offer({words: argument}, context);
  },
};

/** Which conversations are listed. */
type Which = 'archived' | {words: string};

/** The list, said after `notice`. */
async function offer(which: Which, context: CommandContext, notice?: Notice): Promise<CommandResult> {
  const found = await find(which, context);
  if (found.length === 0) return notice ? {type: 'notice', notice} : say(nothingFound(which));
  const current = context.session.snapshot().conversation.id;
  const now = Date.now();
  return {
    type: 'choose',
    title: which === 'archived' ? 'Go on with one of the archive' : 'Go on with a conversation',
    choices: found.map(({id, title, model, updated, messages, snippet}) => ({
      label: shorten(title, 100) || 'untitled',
      // Which model answered elsewhere is not always known.
      detail: [formatAge(updated, now), shownModel(model), `${messages} messages`]
        .filter(part => part !== '')
        .join(' · '),
      ...(snippet && {preview: neutraliseLine(withoutMarkdown(snippet))}),
      current: id === current,
      line: `/resume ${id}`,
      subject: id,
    })),
    actions: actionsOn(which, context),
    ...(notice && {notice, comesBack: true}),
  };
}

async function find(which: Which, context: CommandContext): Promise<readonly StoredConversation[]> {
  if (which === 'archived') return context.stored.list(listed, {archived: true});
  return which.words === ''
    ? context.stored.list(listed)
    : context.stored.list(matching, {search: which.words});
}

function nothingFound(which: Which): string {
  if (which === 'archived') return 'No conversation is archived. Put one away: /sessions archive ID';
  if (which.words === '') return 'No conversation has been stored yet.';
  return `No stored conversation has “${neutraliseLine(which.words)}” in it. See them all: /sessions`;
}

/** What the keys do; the list comes back without what they took from it. */
function actionsOn(which: Which, context: CommandContext): readonly ChoiceAction[] {
  const change = async (line: string): Promise<CommandResult> => {
    const result = (await changeSession(line, context)) ?? {type: 'none'};
    // Another conversation has begun, where it was the one on the screen.
    return result.type === 'notice' ? offer(which, context, result.notice) : result;
  };
  const away = which === 'archived' ? 'unarchive' : 'archive';
  return [
    {key: 'list-delete', word: 'delete', run: choice => change(`delete ${choice.subject}`)},
    {
      key: 'list-rename',
      word: 'rename',
      line: (choice, text = choice.label) => `/sessions rename ${choice.subject} ${text}`,
    },
    {key: 'list-archive', word: away, run: choice => change(`${away} ${choice.subject}`)},
    {key: 'undo', word: 'undo', isHinted: false, needsChoice: false, run: () => change('undo')},
  ];
}
