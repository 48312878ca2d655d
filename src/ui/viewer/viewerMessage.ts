import type {MessageNode} from '../../core/conversation.ts';
import {describeFigures, formatDuration} from '../../core/figures.ts';
import type {LiveReply} from '../../core/liveReply.ts';
import {neutralise, neutraliseLine} from '../../core/neutralise.ts';

/** A prompt or an answer as the viewer shows it: every text in it is safe for a terminal. */
export type ViewerMessage = {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly reasoning: string;
  /** What the line of its thinking says; empty when there was none. */
  readonly thought: string;
  readonly attachments: readonly string[];
  /** The line below an answer; empty while it streams. */
  readonly figures: string;
  /** Why it failed: what happened, what to do, and what is shown only on demand. */
  readonly error?: {readonly message: string; readonly hint: string; readonly detail: string};
  readonly isLive: boolean;
};

/** Reads a stored prompt or answer. `detail` is the raw material of its failure, as far as that is known. */
export function readNode(node: MessageNode, detail: string | undefined): ViewerMessage {
  const {id, role, error} = node;
  const reasoning = neutralise(node.reasoning ?? '').trim();
  const ms = node.timing?.reasoningMs;
  return {
    id,
    role,
    text: neutralise(node.text),
    reasoning,
    thought: reasoning === '' ? '' : ms === undefined ? 'thought' : `thought for ${formatDuration(ms)}`,
    attachments: (node.attachments ?? []).map(({name}) => neutraliseLine(name)),
    figures: role === 'assistant' ? neutraliseLine(describeFigures(node)) : '',
    ...(error && {
      error: {
        message: neutraliseLine(error.message),
        hint: neutraliseLine(error.hint ?? ''),
        detail: [`kind: ${error.kind}`, ...(detail ? [neutralise(detail).trim()] : [])].join('\n'),
      },
    }),
    isLive: false,
  };
}

/** Reads the answer that streams. */
export function readLive(live: LiveReply): ViewerMessage {
  const reasoning = neutralise(live.reasoning);
  const {reasoningMs} = live;
  return {
    id: live.id,
    role: 'assistant',
    text: neutralise(live.text),
    reasoning,
    thought:
      reasoning.trim() === ''
        ? ''
        : reasoningMs === undefined
          ? 'thinking …'
          : `thought for ${formatDuration(reasoningMs)}`,
    attachments: [],
    figures: '',
    isLive: true,
  };
}
