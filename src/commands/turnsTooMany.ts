import {contextUse, tokenRatio} from '../core/contextUse.ts';
import {type Conversation, keptTurns, shortenTo} from '../core/conversation.ts';
import type {Attachment} from '../core/message.ts';

export type DroppingOptions = {
  /** What can be sent at most, in tokens; undefined: anything. */
  limit?: number;
  draft?: string;
  attachments?: readonly Attachment[];
};

/**
 * How many of the oldest turns must be left out for the rest, the next prompt and room for the answer to fit: 0 when all
 * fits, undefined when not even the prompt alone does.
 */
export function turnsTooMany(conversation: Conversation, options: DroppingOptions): number | undefined {
  const {limit, draft, attachments} = options;
  if (limit === undefined) return 0;
  const calibration = tokenRatio(conversation);
  const summary = conversation.shortened?.summary ?? '';
  const turns = keptTurns(conversation).length;
  const fits = (keep: number): boolean => {
    const shortened = keep === turns ? conversation.shortened : shortenTo(conversation, keep, summary);
    const use = contextUse(
      {...conversation, ...(shortened && {shortened})},
      {window: limit, calibration, ...(draft !== undefined && {draft}), ...(attachments && {attachments})},
    );
    return use.needed <= limit;
  };
  if (fits(turns)) return 0;
  // The fewer turns stay the less is sent, so the border is found by halving.
  let least = 0;
  let most = turns;
  if (!fits(0)) return undefined;
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (fits(middle)) least = middle;
    else most = middle;
  }
  return turns - least;
}
