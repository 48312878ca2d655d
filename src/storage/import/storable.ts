import type {Conversation, MessageNode} from '../../core/conversation.ts';
import type {Attachment} from '../../core/message.ts';
import {derivedId} from './derivedId.ts';

/** What can be typed to find a conversation: ids are looked for in lower case, in this range. */
const usableId = /^[0-9a-z][0-9a-z_.-]{0,99}$/;

/**
 * A conversation out of a file in the form in which the database gives it back: texts as UTF-8 can hold them, times
 * that have been, an id that can be typed, a head that is there. A message of an answer that was still being written is
 * interrupted.
 *
 * @param now ms since 1970: what is said to be later would stay the newest of all
 */
export function storable(conversation: Conversation, now: number): Conversation {
  const {id, title, model, created, updated, system, head} = conversation;
  const nodes = new Map([...conversation.nodes.values()].map(node => [node.id, storableNode(node, now)]));
  const last = [...nodes.keys()].at(-1) ?? null;
  return {
    ...conversation,
    id: usableId.test(id) ? id : derivedId('conversation', id),
    title: plain(title),
    model: plain(model),
    created: moment(created, now),
    updated: moment(updated, now),
    ...(system !== undefined && {system: plain(system)}),
    nodes,
    head: head !== null && nodes.has(head) ? head : last,
  };
}

function storableNode(node: MessageNode, now: number): MessageNode {
  const {text, reasoning, attachments, created, stop, error} = node;
  return {
    ...node,
    text: plain(text),
    created: moment(created, now),
    ...(reasoning !== undefined && {reasoning: plain(reasoning)}),
    ...(attachments && {attachments: attachments.map(storableAttachment)}),
    ...(stop === 'streaming' && {stop: 'interrupted'}),
    ...(error && {
      error: {
        ...error,
        message: plain(error.message),
        ...(error.hint !== undefined && {hint: plain(error.hint)}),
      },
    }),
  };
}

function storableAttachment(attachment: Attachment): Attachment {
  const name = plain(attachment.name);
  return attachment.kind === 'text'
    ? {...attachment, name, text: attachment.text.toWellFormed()}
    : {...attachment, name};
}

/** As the database keeps it: see `openDatabase` about U+0000. */
function plain(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u2400');
}

/** What is no moment, or one before 1970, is not known: 0. */
function moment(ms: number, now: number): number {
  return Number.isFinite(ms) ? Math.round(Math.min(Math.max(ms, 0), now)) : 0;
}
