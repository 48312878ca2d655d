import {Text, useAnimation} from 'ink';
import stringWidth from 'string-width';
import type {SetupWork} from '../commands/createFirstSteps.ts';
import {formatBytes, formatDuration} from '../core/figures.ts';
import type {LiveReply} from '../core/liveReply.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {shownModel} from '../core/shownModel.ts';
import {waitSeconds} from '../core/waitSeconds.ts';
import type {Styles} from './styles.ts';
import {cutToWidth} from './transcript/cutToWidth.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const still = '…';

/** What the model is busy with: an answer, or a request beside the conversation. */
export type Busy = Pick<LiveReply, 'model' | 'started' | 'ratio' | 'wait'> & {
  phase: LiveReply['phase'] | 'aside' | SetupWork['kind'];
  /** What there is to say instead of the seconds. */
  rest?: string;
};

const doing: Record<Busy['phase'], string> = {
  connecting: 'waiting for',
  waiting: 'waiting for',
  loading: 'loading',
  reading: 'prompt is read by',
  reasoning: 'thinking:',
  answering: 'answering:',
  aside: 'summing up:',
  starting: 'starting',
  pulling: 'pulling',
  fetching: 'fetching',
};

/** What is set up, as what the model is busy with. */
export function busyWith({kind, name, started, figures}: SetupWork): Busy {
  const {completed = 0, total = 0, rate, remainingMs} = figures ?? {};
  const rest = [
    total > 0 && `${formatBytes(completed)} of ${formatBytes(total)}`,
    rate !== undefined && `${(rate / 1e6).toFixed(1)} MB/s`,
    remainingMs !== undefined && `${formatDuration(remainingMs)} left`,
  ].filter(part => part !== false);
  return {
    phase: kind,
    model: name,
    started,
    ...(total > 0 && {ratio: Math.min(1, completed / total)}),
    ...(rest.length > 0 && {rest: rest.join(' · ')}),
  };
}

const between = ' · ';
/** Columns of the mark and the blank after it. */
const markWidth = 2;
/** Fewer columns than this are not worth a thought. */
const leastThought = 16;

/** How much room there is in columns, and where the thinking is at. */
export type ActivityView = {columns?: number; thought?: string};

/** How many columns the line takes. */
export function activityWidth(live: Busy, view: ActivityView = {}): number {
  const {text, thought} = activityParts(live, view);
  return markWidth + stringWidth(text) + (thought === '' ? 0 : between.length + stringWidth(thought));
}

export type ActivityProps = ActivityView & {
  live: Busy;
  styles: Styles;
  /** Whether anything may move by itself. */
  motion?: boolean;
};

/** What the model is busy with before its answer begins; once text comes, the text itself shows that. */
export function Activity({live, styles, motion = true, ...view}: ActivityProps) {
  const {frame} = useAnimation({interval: motion ? 120 : 1000});
  const mark = motion ? (frames[frame % frames.length] ?? '') : still;
  const {text, thought} = activityParts(live, view);
  return (
    <Text wrap="truncate">
      {styles.accent(mark)} {styles.dim(text)}
      {thought === '' ? '' : styles.dim(between) + styles.thinking(thought)}
    </Text>
  );
}

/** The words; where room is short the name of the model is shortened, and the key that stops stays. */
function activityParts(
  live: Busy,
  {columns = Number.POSITIVE_INFINITY, thought = ''}: ActivityView,
): {text: string; thought: string} {
  if (live.wait) return {text: cutToWidth(pauseText(live.wait), columns - markWidth), thought: ''};
  const share = live.ratio === undefined ? '' : ` ${Math.round(live.ratio * 100)} %`;
  const seconds = Math.floor((Date.now() - live.started) / 1000);
  const end = `${share} · ${live.rest ?? `${seconds} s`} · Esc stops`;
  const room = columns - markWidth - stringWidth(end);
  const name = shownModel(live.model);
  const full = `${doing[live.phase]} ${name}`;
  const short = `${doing[live.phase]} ${name.slice(name.lastIndexOf('/') + 1)}`;
  const text = cutToWidth(thought === '' && stringWidth(full) <= room ? full : short, room) + end;
  const left = columns - markWidth - stringWidth(text) - between.length;
  return {text, thought: left < leastThought ? '' : cutToWidth(thought, Math.min(left, 60))};
}

/** Why nothing happens, and when it goes on. The key that stops comes first, so that a narrow screen keeps it. */
function pauseText({reason, ms}: NonNullable<LiveReply['wait']>): string {
  return `again in ${waitSeconds(ms)} s · Esc stops · ${neutraliseLine(reason)}`;
}
