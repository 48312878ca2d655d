import type {ReplyEvent} from '../core/reply.ts';

/** What to say of an answer that is complete, but in which a piece could not be read. */
export function unreadableWarning(label: string): ReplyEvent {
  return {type: 'warning', message: `${label} sent something unreadable in between; it was left out.`};
}
