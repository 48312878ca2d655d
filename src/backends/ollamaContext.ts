import type {Message} from '../core/message.ts';
import type {GenerationOptions} from '../core/options.ts';
import {estimateMessage} from '../core/tokens.ts';

/** The smallest context that Ollama allocates unless it is told otherwise, in tokens. */
const defaultContext = 4_096;
/** Room for an answer whose length nobody limited, in tokens. */
const answerReserve = 1_024;

/** The context that a request needs, in tokens: an estimate of what is sent, a tenth more, and room for the answer. */
export function neededContext(messages: readonly Message[], options: GenerationOptions): number {
  const sent = messages.reduce((sum, message) => sum + estimateMessage(message), 0);
  return Math.ceil(sent * 1.1) + (options.max_tokens ?? answerReserve);
}

/** The size to ask for: a power of two, so that a chat that grows seldom makes the server load its model anew. */
export function roundedContext(needed: number, max: number | undefined): number {
  const rounded = Math.max(2 * defaultContext, 2 ** Math.ceil(Math.log2(needed)));
  return max === undefined ? rounded : Math.min(rounded, max);
}

/**
 * The `num_ctx` to send, or undefined to leave the server's own. A value that was once sent is sent again: without it
 * Ollama would load the model anew with its default.
 */
export function contextToSend(facts: {
  needed: number;
  /** What the server has allocated for the model now, if it is loaded and says so. */
  allocated?: number;
  /** What was sent for this model before. */
  remembered?: number;
  max?: number;
}): number | undefined {
  const {needed, allocated = defaultContext, remembered, max} = facts;
  if (needed <= (remembered ?? allocated)) return remembered;
  return Math.max(remembered ?? 0, roundedContext(needed, max));
}

/** True when the prompt cannot fit without a larger `num_ctx`, so that the model's maximum is worth asking for. */
export function needsMoreContext(needed: number, allocated?: number, remembered?: number): boolean {
  return needed > (remembered ?? allocated ?? defaultContext);
}
