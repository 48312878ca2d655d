import {Text} from 'ink';
import stringWidth from 'string-width';
import type {Conversation} from '../core/conversation.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Styles} from './styles.ts';

export type StatusFacts = {
  conversation: Conversation;
  /** Context window in tokens. */
  window: number | undefined;
  /** Columns that the line may take. */
  columns: number;
  isStreaming: boolean;
  isChoosing: boolean;
  hint: string;
};

/** The status line's two parts: which model answers next and how full its context is; and what to press. */
export function statusText(status: StatusFacts): {facts: string; keys: string} {
  const {conversation, window, columns, isStreaming, isChoosing, hint} = status;
  const model = neutraliseLine(conversation.model) || 'looking for a model';
  const [first, second] = isChoosing
    ? ['Enter chooses', 'Esc closes']
    : isStreaming
      ? ['Esc stops', 'Enter queues']
      : ['/help', 'Ctrl+D quits'];
  const keys = hint || `${first} · ${second}`;
  // What can be pressed is worth most; what there is no room for goes whole.
  const candidates = [
    {facts: `${model} · ${describeContext(conversation, window)}`, keys},
    {facts: `${model} · `, keys},
    {facts: `${model} · `, keys: hint || first},
  ];
  return candidates.find(each => stringWidth(each.facts + each.keys) <= columns) ?? {facts: '', keys};
}

/** The last line of the screen. */
export function StatusLine({status, styles}: {status: StatusFacts; styles: Styles}) {
  const {facts, keys} = statusText(status);
  return (
    <Text wrap="truncate">
      {styles.status(facts)}
      {status.hint ? styles.warning(keys) : styles.status(keys)}
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
