import type {ComparisonPane} from '../../core/compare/createComparison.ts';
import {figureParts, formatDuration} from '../../core/figures.ts';
import type {LivePhase, LiveReply} from '../../core/liveReply.ts';
import {estimateTokens} from '../../core/tokens.ts';

const phases: Readonly<Record<LivePhase, string>> = {
  connecting: 'waits for the model',
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
      `${formatDuration(firstTokenMs)} to first token`,
      ...(ms > leastMs ? [`~${Math.round((tokens / ms) * 1000)} tok/s`] : []),
      `~${tokens} tokens`,
    ];
  };

  return (pane, now) => {
    const reply = pane.session.snapshot().live;
    if (reply) return live(reply, now);
    const state = pane.state();
    const answer = pane.answer();
    if (!answer) return [state === 'waiting' ? 'waits for its turn' : state === 'stopped' ? 'stopped' : ''];
    // The model stands above its figures.
    const {model: _model, ...unnamed} = answer;
    return figureParts(unnamed);
  };
}
