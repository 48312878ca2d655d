import type {ComparisonPane} from '../../core/compare/createComparison.ts';
import type {MessageNode} from '../../core/conversation.ts';
import {formatDuration} from '../../core/figures.ts';
import type {LivePhase, LiveReply} from '../../core/liveReply.ts';
import type {StopReason} from '../../core/message.ts';
import {formatCost} from '../../core/pricing.ts';
import {estimateTokens} from '../../core/tokens.ts';

const phases: Readonly<Record<LivePhase, string>> = {
  connecting: 'waits for the model',
  waiting: 'waits to ask again',
  loading: 'loads the model',
  reading: 'reads the prompt',
  reasoning: 'thinks',
  answering: 'answers',
};

/** The rate of so short a time, in ms, says nothing. */
const leastMs = 500;

/** What is known of the answer in a pane, in parts: its state, time to the first token, speed, tokens and cost. */
export type PaneFigures = (pane: ComparisonPane, now: number) => string[];

/** Starts to follow the figures of one pane: of an answer that streams only what comes is counted. */
export function createPaneFigures(): PaneFigures {
  let counted = {id: '', text: 0, reasoning: 0, tokens: 0};

  const countOf = ({id, text, reasoning}: LiveReply): number => {
    if (counted.id !== id) counted = {id, text: 0, reasoning: 0, tokens: 0};
    const more = text.slice(counted.text) + reasoning.slice(counted.reasoning);
    const tokens = counted.tokens + estimateTokens(more);
    counted = {id, text: text.length, reasoning: reasoning.length, tokens};
    return tokens;
  };
  const live = (reply: LiveReply, now: number): string[] => {
    const {phase, ratio, firstTokenMs, started} = reply;
    const share = ratio === undefined ? '' : ` ${Math.round(ratio * 100)} %`;
    if (firstTokenMs === undefined) return [`${phases[phase]}${share}`, formatDuration(now - started)];
    const tokens = countOf(reply);
    const ms = now - started - firstTokenMs;
    return [
      phases[phase],
      `${formatDuration(firstTokenMs)} first`,
      ...(ms > leastMs ? [`~${Math.round((tokens / ms) * 1000)} tok/s`] : []),
      `~${tokens} tok`,
    ];
  };

  return (pane, now) => {
    const reply = pane.session.snapshot().live;
    if (reply) return live(reply, now);
    const state = pane.state();
    const answer = pane.answer();
    if (!answer) return [state === 'waiting' ? 'waits for its turn' : state === 'stopped' ? 'stopped' : ''];
    return finishedFigures(answer);
  };
}

/** The figures of a finished answer, as short as a narrow pane wants them; how it ended comes first, if badly. */
function finishedFigures({timing, usage, stop, cost = 0}: MessageNode): string[] {
  const approx = usage?.estimated ? '~' : '';
  const ending = stop === 'stop' ? '✓' : stop === undefined ? '' : (endings[stop] ?? stop);
  const {firstTokenMs, tokensPerSecond} = timing ?? {};
  return [
    ending,
    firstTokenMs === undefined ? '' : `${formatDuration(firstTokenMs)} first`,
    tokensPerSecond === undefined ? '' : `${approx}${Math.round(tokensPerSecond)} tok/s`,
    usage?.output === undefined ? '' : `${approx}${usage.output} tok`,
    cost > 0 ? `${approx}${formatCost(cost)}` : '',
  ].filter(part => part !== '');
}

const endings: Partial<Record<StopReason, string>> = {
  length: 'cut: token limit',
  'content-filter': 'cut by a filter',
  aborted: 'stopped',
  interrupted: 'interrupted',
  error: 'failed',
};
