import type {Backend} from '../../core/backend.ts';
import {LlmError, toLlmError} from '../../core/errors.ts';
import {formatBytes, formatRemaining} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {createPullMeter, type PullFigures} from '../../core/pull.ts';
import type {Io} from '../io.ts';
import {onStopSignal} from '../onStopSignal.ts';
import {createSpinner} from '../spinner.ts';

/** The end of a pull: the model's name there, where it is another one than was asked for; or the status of a signal. */
export type PullEnd = {model?: string; stopped?: number};

/**
 * Pulls a model and tells on stderr how far it has come; a signal stops it. Throws `LlmError`.
 *
 * @param shown the model's name for a person
 */
export async function pullShown(
  backend: Backend & Required<Pick<Backend, 'pull'>>,
  model: string,
  shown: string,
  {stderr}: Pick<Io, 'stderr'>,
): Promise<PullEnd> {
  const controller = new AbortController();
  const signals = onStopSignal(() => controller.abort());
  const spinner = createSpinner(stderr, true, {elapsed: false});
  const meter = createPullMeter();
  const end: PullEnd = {};
  let tenths = 0;
  spinner.say(`pulling ${shown}`);
  try {
    for await (const progress of backend.pull(model, controller.signal)) {
      if (progress.model !== undefined) end.model = progress.model;
      const figures = meter(progress);
      // What is said of no part goes on beside the figures, such as looking through what is there.
      const isAside = progress.digest === undefined && figures.total > 0 && progress.status !== '';
      const aside = isAside ? ` · ${neutraliseLine(progress.status)}` : '';
      spinner.say(`pulling ${shown} · ${describePull(figures)}${aside}`);
      const reached = figures.total > 0 ? Math.floor((figures.completed / figures.total) * 10) : 0;
      if (!stderr.isTTY && reached > tenths) stderr.write(`llm: ${shown}: ${describePull(figures)}\n`);
      tenths = Math.max(tenths, reached);
    }
    return end;
  } catch (thrown) {
    const stopped = signals.status();
    if (toLlmError(thrown).kind !== 'cancelled' || stopped === undefined) throw thrown;
    return {...end, stopped};
  } finally {
    spinner.stop();
    signals.release();
  }
}

/** The error for a pull that a person has stopped, where something else was to follow. */
export function pullStopped(again: string): LlmError {
  return new LlmError({
    kind: 'cancelled',
    message: `stopped; what has come is kept: llm models pull ${again}`,
  });
}

/** `1.2 GB of 1.9 GB · 63 % · 24 MB/s · 29 s left`, or what the server says as long as no byte has come. */
function describePull({status, completed, total, rate, remainingMs}: PullFigures): string {
  if (total === 0) return neutraliseLine(status);
  const isOver = completed >= total;
  const remaining = remainingMs === undefined ? undefined : formatRemaining(remainingMs);
  return [
    `${formatBytes(completed)} of ${formatBytes(total)}`,
    `${Math.floor((completed / total) * 100)} %`,
    !isOver && rate !== undefined && `${(rate / 1e6).toFixed(1)} MB/s`,
    !isOver && remaining !== undefined && `${remaining} left`,
    isOver && neutraliseLine(status),
  ]
    .filter(Boolean)
    .join(' · ');
}
