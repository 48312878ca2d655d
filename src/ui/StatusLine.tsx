import {Text} from 'ink';
import type {Conversation} from '../core/conversation.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Styles} from './styles.ts';

/** The last line: which model answers next, how full its context is, and what to press. */
export function StatusLine({
  conversation,
  window,
  isStreaming,
  hint,
  styles,
}: {
  conversation: Conversation;
  /** Context window in tokens. */
  window: number | undefined;
  isStreaming: boolean;
  hint: string;
  styles: Styles;
}) {
  const model = neutraliseLine(conversation.model) || 'looking for a model';
  const context = describeContext(conversation, window);
  const keys = isStreaming ? 'Esc stops · Enter queues' : '/help · Ctrl+D quits';
  return (
    <Text wrap="truncate">
      {styles.status(`${model} · ${context}`)}
      {hint ? styles.warning(hint) : styles.status(keys)}
    </Text>
  );
}

/** How much of the window the last exchange took, ending with a separator; empty while nothing is known. */
function describeContext({nodes, head}: Conversation, window: number | undefined): string {
  const usage = head === null ? undefined : nodes.get(head)?.usage;
  if (usage?.input === undefined) return window === undefined ? '' : `${short(window)} context · `;
  const used = usage.input + (usage.output ?? 0);
  return window === undefined ? `${short(used)} tokens · ` : `${short(used)} of ${short(window)} tokens · `;
}

function short(tokens: number): string {
  return tokens < 1000 ? String(tokens) : `${(tokens / 1000).toFixed(tokens < 10_000 ? 1 : 0)}k`;
}
