import {Text} from 'ink';
import stringWidth from 'string-width';
import type {Conversation} from '../core/conversation.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Styles} from './styles.ts';

/** The last line: which model answers next, how full its context is, and what to press. */
export function StatusLine({
  conversation,
  window,
  columns,
  isStreaming,
  isChoosing,
  hint,
  styles,
}: {
  conversation: Conversation;
  /** Context window in tokens. */
  window: number | undefined;
  /** Columns that the line may take. */
  columns: number;
  isStreaming: boolean;
  isChoosing: boolean;
  hint: string;
  styles: Styles;
}) {
  const model = neutraliseLine(conversation.model) || 'looking for a model';
  const [first, second] = isChoosing
    ? ['Enter chooses', 'Esc closes']
    : isStreaming
      ? ['Esc stops', 'Enter queues']
      : ['/help', 'Ctrl+D quits'];
  const keys = `${first} · ${second}`;
  const context = describeContext(conversation, window);
  // What can be pressed is worth most; what there is no room for goes whole.
  const [facts, last] = (
    [
      [`${model} · ${context}`, hint || keys],
      [`${model} · `, hint || keys],
      [`${model} · `, hint || first],
    ] as const
  ).find(([left, right]) => stringWidth(left + right) <= columns) ?? ['', hint || keys];
  return (
    <Text wrap="truncate">
      {styles.status(facts)}
      {hint ? styles.warning(last) : styles.status(last)}
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
