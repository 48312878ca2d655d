import {Text, useAnimation} from 'ink';
import {formatDuration} from '../core/figures.ts';
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

/** What the model is busy with before its answer begins; once text comes, the text itself shows that. */
export function Activity({live, styles}: {live: LiveReply; styles: Styles}) {
  const {frame} = useAnimation({interval: 120});
  const share = live.ratio === undefined ? '' : ` ${Math.round(live.ratio * 100)} %`;
  const elapsed = formatDuration(Math.floor((Date.now() - live.started) / 1000) * 1000);
  return (
    <Text wrap="truncate">
      {styles.accent(frames[frame % frames.length] ?? '')}{' '}
      {styles.dim(
        `${doing[live.phase]} ${neutraliseLine(live.model)}${share} · ${elapsed.replace('0 ms', '0 s').replace('.0', '')} · Esc stops`,
      )}
    </Text>
  );
}
