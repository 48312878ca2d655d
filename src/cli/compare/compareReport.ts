import {markdownTable} from '../../commands/markdownTable.ts';
import {type Contestant, contestantLabel} from '../../core/compare/contestant.ts';
import type {MessageNode} from '../../core/conversation.ts';
import {formatDuration} from '../../core/figures.ts';
import {neutralise, neutraliseLine} from '../../core/neutralise.ts';
import {formatCost} from '../../core/pricing.ts';
import {findUnclosedFence} from '../../markdown/unclosedFence.ts';

/** An answer as a report shows it. */
export type ReportedAnswer = {
  contestant: Contestant;
  reply: Pick<MessageNode, 'text' | 'reasoning' | 'usage' | 'timing' | 'cost' | 'stop' | 'error'>;
};

/** The answers to one prompt as markdown: a section each, then a table of figures. */
export function reportMarkdown({
  prompt,
  answers,
}: {
  prompt: string;
  answers: readonly ReportedAnswer[];
}): string {
  const sections = answers.map(
    ({contestant, reply}, index) =>
      `## ${index + 1}. ${neutraliseLine(contestantLabel(contestant))}\n\n${answerText(reply)}\n`,
  );
  const quoted = neutralise(prompt)
    .split('\n')
    .map(line => `> ${line}`.trimEnd())
    .join('\n');
  return [`${quoted}\n`, ...sections, `${figuresTable(answers)}\n`].join('\n');
}

/** The same as one object. */
export function reportJson({
  id,
  prompt,
  answers,
}: {
  id: string;
  prompt: string;
  answers: readonly ReportedAnswer[];
}): object {
  return {id, prompt, answers: answers.map(jsonOf)};
}

/** An answer as an object with the names that `llm run --json` has. */
export function jsonOf({contestant, reply}: ReportedAnswer): object {
  const {model, options, system} = contestant;
  const {text, reasoning, usage, timing, cost, stop, error} = reply;
  return {
    model,
    ...(options && {options}),
    ...(system !== undefined && {system}),
    text,
    ...(reasoning && {reasoning}),
    usage: usage && {...usage, sent: undefined},
    timing: timing && {
      first_token_ms: timing.firstTokenMs,
      total_ms: timing.totalMs,
      tokens_per_second: timing.tokensPerSecond,
    },
    ...(cost !== undefined && {cost}),
    stop,
    ...(error && {error: {kind: error.kind, message: error.message, hint: error.hint ?? ''}}),
  };
}

/** A table of what is known of each answer beside its text. */
export function figuresTable(answers: readonly ReportedAnswer[]): string {
  const rows = answers.map(({contestant, reply: {timing, usage, cost, stop}}) => [
    neutraliseLine(contestantLabel(contestant)),
    timing?.firstTokenMs === undefined ? '–' : formatDuration(timing.firstTokenMs),
    timing?.tokensPerSecond === undefined ? '–' : timing.tokensPerSecond.toFixed(1),
    usage?.output === undefined ? '–' : `${usage.estimated ? '~' : ''}${usage.output}`,
    timing === undefined ? '–' : formatDuration(timing.totalMs),
    cost === undefined ? 'no price' : formatCost(cost),
    stop ?? '–',
  ]);
  return markdownTable(['model', 'first token', 'tok/s', 'tokens', 'time', 'cost', 'ended'], rows);
}

/** The text of an answer, whose last fence is closed, so that it ends where it ends. */
export function answerText({text, error}: Pick<MessageNode, 'text' | 'error'>): string {
  const shown = neutralise(text).trimEnd();
  const open = findUnclosedFence(shown);
  const [marker = ''] = /`{3,}|~{3,}/.exec(open?.opening ?? '') ?? [];
  const closed = open ? `${shown}\n${marker}` : shown;
  const failure = error ? `*Failed: ${neutraliseLine(error.message)}*` : '';
  return [closed, failure].filter(part => part !== '').join('\n\n') || '*(nothing came)*';
}
