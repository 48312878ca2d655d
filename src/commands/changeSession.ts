import {beginConversation} from './beginConversation.ts';
import {type CommandContext, type CommandResult, say} from './command.ts';
import {refusal} from './refuse.ts';
import {longestTitle} from './rename.ts';
import {shorten} from './shorten.ts';

type Change = (id: string, rest: string, context: CommandContext) => Promise<CommandResult>;

const changes: ReadonlyMap<string, Change> = new Map<string, Change>([
  ['rename', rename],
  ['archive', (id, _rest, context) => archive(id, true, context)],
  ['unarchive', (id, _rest, context) => archive(id, false, context)],
  ['delete', remove],
]);

/**
 * Renames, archives or deletes one stored conversation, or takes the last deletion back, as the words say; undefined
 * when they say nothing of it. Throws `LlmError` (`usage`, `storage`).
 */
export async function changeSession(
  words: string,
  context: CommandContext,
): Promise<CommandResult | undefined> {
  if (words === 'undo') return takeBack(context);
  const [, word = '', id = '', rest = ''] = /^(\S+)\s*(\S*)\s*([\s\S]*)$/.exec(words) ?? [];
  const change = changes.get(word);
  if (!change) return undefined;
  if (id === '' || (word !== 'rename' && rest !== '')) {
    throw refusal(
      `/sessions ${word} wants the id of one conversation`,
      'Choose it from the list, with its keys: /sessions. For the words themselves: /search',
    );
  }
  return change(id, rest, context);
}

async function rename(id: string, rest: string, {stored, session}: CommandContext): Promise<CommandResult> {
  const title = shorten(rest, longestTitle);
  if (title === '') throw refusal('/sessions rename wants a title too', `Type: /sessions rename ${id} TITLE`);
  const before = await stored.rename(id, title);
  // What is on the screen knows its title itself, and writes it.
  if (session.snapshot().conversation.id === before.id) session.configure({title});
  return say(`${quoted(before.title)} is ${quoted(title)} now.`, 'success');
}

async function archive(id: string, away: boolean, {stored}: CommandContext): Promise<CommandResult> {
  const {title} = await stored.archive(id, away);
  return say(
    away
      ? `${quoted(title)} is archived: /sessions archived lists it, and searching finds it.`
      : `${quoted(title)} is in the list again.`,
    'success',
  );
}

async function remove(id: string, _rest: string, context: CommandContext): Promise<CommandResult> {
  const {id: deleted, title} = await context.stored.delete(id);
  const text = `Deleted ${quoted(title)}; /sessions undo brings it back until you quit`;
  if (context.session.snapshot().conversation.id !== deleted) {
    return say(`${text}. Its prompts stay in the prompt history: llm history forget WORDS`, 'success');
  }
  return {
    type: 'opened',
    clearScreen: false,
    text: await beginConversation(context, context.newConversation(), `${text}. New conversation`),
  };
}

async function takeBack({stored}: CommandContext): Promise<CommandResult> {
  const back = await stored.restore();
  if (!back) return say('Nothing was deleted that could be brought back.');
  return say(`${quoted(back.title)} is back: /resume ${back.id}`, 'success');
}

function quoted(title: string): string {
  return `“${shorten(title, 60) || 'untitled'}”`;
}
