import {Text} from 'ink';
import type {Conversation} from '../core/conversation.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Styles} from './styles.ts';

/** The last line: which model answers next, and what to press. */
export function StatusLine({
  conversation,
  isStreaming,
  hint,
  styles,
}: {
  conversation: Conversation;
  isStreaming: boolean;
  hint: string;
  styles: Styles;
}) {
  const model = neutraliseLine(conversation.model) || 'looking for a model';
  const keys = isStreaming ? 'Esc stops · Enter queues' : '/help · Ctrl+D quits';
  return (
    <Text wrap="truncate">
      {styles.status(`${model} · `)}
      {hint ? styles.warning(hint) : styles.status(keys)}
    </Text>
  );
}
