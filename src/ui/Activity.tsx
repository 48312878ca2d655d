import {Text, useAnimation} from 'ink';
import stringWidth from 'string-width';
import type {LiveReply} from '../core/liveReply.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Styles} from './styles.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

const doing: Record<LiveReply['phase'], string> = {
  connecting: 'waiting for',
  loading: 'loading',
  reading: 'prompt is read by',
  reasoning: 'thinking:',
  answering: 'answering:',
};

/** About how many columns the line takes. */
export function activityWidth(live: LiveReply): number {
  return stringWidth(activityText(live)) + 2;
}

/** What the model is busy with before its answer begins; once text comes, the text itself shows that. */
export function Activity({live, styles}: {live: LiveReply; styles: Styles}) {
  const {frame} = useAnimation({interval: 120});
  return (
    <Text wrap="truncate">
      {styles.accent(frames[frame % frames.length] ?? '')} {styles.dim(activityText(live))}
    </Text>
  );
}

function activityText(live: LiveReply): string {
  const share = live.ratio === undefined ? '' : ` ${Math.round(live.ratio * 100)} %`;
  const seconds = Math.floor((Date.now() - live.started) / 1000);
  return `${doing[live.phase]} ${neutraliseLine(live.model)}${share} · ${seconds} s · Esc stops`;
}
