import {activePath, type Conversation, type MessageNode} from './conversation.ts';

/** A part of the active path that is shown again, and how many messages there are before and after it. */
export type ShownTurns = {
  readonly nodes: readonly MessageNode[];
  readonly earlier: number;
  readonly later: number;
};

/** Turns after one that was looked for are shown as long as all of it still fits a screen, in characters. */
const screenful = 1500;
/** The lines around a message take as much room as so many characters. */
const around = 300;

/**
 * The last `most` turns, each from its prompt on. With `from`, the turn in which that message is, and those after it, as
 * far as the message is then still seen. All of the last ones when it is not on the active path.
 */
export function shownTurns(conversation: Conversation, most: number, from?: string): ShownTurns {
  const path = activePath(conversation);
  const starts = path.flatMap(({role}, index) => (role === 'user' ? [index] : []));
  const at = from === undefined ? -1 : path.findIndex(({id}) => id === from);
  const first = at === -1 ? starts.at(-most) : starts.findLast(start => start <= at);
  const begin = first ?? 0;
  let end = path.length;
  if (at !== -1) {
    const ends = [...starts.filter(start => start > at), path.length];
    const fits = (stop: number): boolean => lengthOf(path.slice(begin, stop)) <= screenful;
    end = ends.slice(1, most).findLast(fits) ?? ends[0] ?? path.length;
  }
  return {nodes: path.slice(begin, end), earlier: begin, later: path.length - end};
}

function lengthOf(nodes: readonly MessageNode[]): number {
  return nodes.reduce((sum, {text}) => sum + text.length + around, 0);
}
