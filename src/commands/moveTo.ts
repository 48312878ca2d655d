import {newestLeaf} from '../core/conversationTree.ts';
import type {Session} from '../core/session.ts';
import type {CommandResult} from './command.ts';

/** Goes to a message and on to the end of its newest branch; the turns from it on are shown. */
export function moveTo(session: Session, id: string, text: string): CommandResult {
  session.goTo(newestLeaf(session.snapshot().conversation, id));
  return {type: 'moved', text, from: id};
}
