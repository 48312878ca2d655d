import type {Command} from './command.ts';
import {refuseArgument} from './refuse.ts';

export const incognito: Command = {
  name: 'incognito',
  summary: 'begin a conversation that is not stored, or end it',
  async run(argument, {session, newConversation}) {
    refuseArgument('incognito', argument);
    const wasStored = session.snapshot().isStored;
    await session.open(newConversation(), {stored: !wasStored});
    return {type: 'opened', clearScreen: false, text: headline(wasStored, session.snapshot().isStored)};
  },
};

function headline(wasStored: boolean, isStored: boolean): string {
  if (wasStored)
    return 'Incognito: nothing of this conversation is stored, nor its prompts remembered. /incognito ends it';
  return isStored
    ? 'New conversation, stored again'
    : 'New conversation. Nothing is stored in this chat: it was begun without history';
}
