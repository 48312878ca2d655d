import {activePath, type Conversation, type MessageNode, toMessages} from './conversation.ts';
import type {Message} from './message.ts';

/** How many characters of the cut text the model is shown to take up again. */
const cueLength = 60;

/** The answer at the end of the active path, when it was cut and has a text to go on with. */
export function cutAnswer(conversation: Conversation): MessageNode | undefined {
  const last = activePath(conversation).at(-1);
  if (last?.role !== 'assistant' || last.text === '') return undefined;
  switch (last.stop) {
    case 'length':
    case 'aborted':
    case 'interrupted':
    case 'error':
      return last;
    default:
      return undefined;
  }
}

/**
 * What a model is sent to go on with a cut answer. Hardly any chat protocol lets a model go on inside a message of its
 * own, so it is asked to, in a prompt that is no part of the conversation. It is to take up its last words again: a new
 * message never begins with a blank or in the middle of a word, and the repetition shows where the two texts meet.
 */
export function continuationMessages(conversation: Conversation, cut: MessageNode): Message[] {
  const cue = cueOf(cut.text);
  const words =
    cue === '' ? '' : ` Begin with the words where you stopped, so that both parts can be joined:\n${cue}`;
  return [
    ...toMessages(conversation, cut.id),
    {
      role: 'user',
      text: `Your last message was cut off. Continue it exactly where it stopped, without an introduction and without repeating what comes before.${words}`,
    },
  ];
}

/** The end of the last line that has a text, from the beginning of a word. */
function cueOf(text: string): string {
  const line = text.trimEnd().split('\n').at(-1)?.trim() ?? '';
  if (line.length <= cueLength) return line;
  const end = line.slice(-cueLength);
  const blank = end.search(/\s\S/);
  return blank === -1 ? [...end].slice(1).join('') : end.slice(blank + 1);
}
