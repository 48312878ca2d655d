import {markdownTable} from '../../commands/markdownTable.ts';
import {type Contestant, contestantLabel, isSameContestant} from '../../core/compare/contestant.ts';
import {formatDuration} from '../../core/figures.ts';
import {neutralise, neutraliseLine} from '../../core/neutralise.ts';
import {answerText} from './compareReport.ts';
import type {SetPrompt} from './promptSet.ts';
import type {SetResult} from './setResults.ts';

export type SetReport = {
  prompts: readonly SetPrompt[];
  contestants: readonly Contestant[];
  results: readonly SetResult[];
};

/** What came of a set of prompts as markdown: a table of all models, then each prompt with its answers. */
export function setMarkdown({prompts, contestants, results}: SetReport): string {
  const rows = contestants.map(contestant => {
    const own = results.filter(result => isSameContestant(result.contestant, contestant));
    const good = own.filter(({reply}) => !reply.error);
    const tokens = good.reduce((sum, {reply}) => sum + (reply.usage?.output ?? 0), 0);
    const [first, rate] = [
      median(good.flatMap(({reply}) => reply.timing?.firstTokenMs ?? [])),
      median(good.flatMap(({reply}) => reply.timing?.tokensPerSecond ?? [])),
    ];
    return [
      neutraliseLine(contestantLabel(contestant)),
      `${good.length} of ${prompts.length}`,
      first === undefined ? '–' : formatDuration(first),
      rate === undefined ? '–' : rate.toFixed(1),
      `${tokens}`,
    ];
  });
  const table = markdownTable(['model', 'answers', 'first token (median)', 'tok/s (median)', 'tokens'], rows);
  const sections = prompts.map(({id, text}) => {
    const quoted = neutralise(text)
      .split('\n')
      .map(line => `> ${line}`.trimEnd())
      .join('\n');
    const answers = contestants.flatMap(contestant => {
      const found = results.find(
        result => result.id === id && isSameContestant(result.contestant, contestant),
      );
      const body = found ? answerText(found.reply) : '*(not asked yet)*';
      return [`### ${neutraliseLine(contestantLabel(contestant))}`, body];
    });
    return [`## ${neutraliseLine(id)}`, quoted, ...answers].join('\n\n');
  });
  return `${[table, ...sections].join('\n\n')}\n`;
}

const columns = [
  'id',
  'prompt',
  'model',
  'options',
  'system',
  'text',
  'stop',
  'error',
  'first_token_ms',
  'total_ms',
  'tokens_per_second',
  'input_tokens',
  'output_tokens',
] as const;

/** The same as comma-separated values (RFC 4180), a line an answer. */
export function setCsv({results}: SetReport): string {
  const rows = results.map(({id, prompt, contestant, reply: {text, stop, error, timing, usage}}) => [
    id,
    prompt,
    contestant.model,
    contestant.options ? JSON.stringify(contestant.options) : '',
    contestant.system ?? '',
    text,
    stop ?? '',
    error?.message ?? '',
    timing?.firstTokenMs ?? '',
    timing?.totalMs ?? '',
    timing?.tokensPerSecond ?? '',
    usage?.input ?? '',
    usage?.output ?? '',
  ]);
  return [columns, ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  if (upper === undefined) return undefined;
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}
