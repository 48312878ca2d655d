import {pullFacts, pullPercent} from '../../commands/describePull.ts';
import type {Backend} from '../../core/backend.ts';
import {LlmError, toLlmError} from '../../core/errors.ts';
import {createPullMeter, type PullFigures} from '../../core/pull.ts';
import type {Environment} from '../environment.ts';
import type {Io} from '../io.ts';
import {onStopSignal} from '../onStopSignal.ts';
import {createSpinner} from '../spinner.ts';
import {pullMemory} from './pullMemory.ts';

/** The end of a pull: the model's name there, where it is another one than was asked for; or the status of a signal. */
export type PullEnd = {model?: string; stopped?: number};

/**
 * Pulls a model and tells on stderr how far it has come; a signal stops it. One that is cut is remembered. Throws `LlmError`.
 *
 * @param shown the model's name for a person
 */
export async function pullShown(
  backend: Backend & Required<Pick<Backend, 'pull'>>,
  model: string,
  shown: string,
  {stderr}: Pick<Io, 'stderr'>,
  environment: Pick<Environment, 'paths'>,
): Promise<PullEnd> {
  const controller = new AbortController();
  const signals = onStopSignal(() => controller.abort());
  const spinner = createSpinner(stderr, true, {elapsed: false});
  const meter = createPullMeter();
  const memory = pullMemory(`${backend.id}/${model}`, environment);
  const end: PullEnd = {};
  let figures: PullFigures | undefined;
  let tenths = 0;
  spinner.say(`pulling ${shown}`);
  try {
    for await (const progress of backend.pull(model, controller.signal)) {
      if (progress.model !== undefined) end.model = progress.model;
      const total = figures?.total ?? 0;
      figures = meter(progress);
      // A program that is killed has no time to say how far it came.
      if (figures.total !== total) memory.keep(figures, end.model);
      // The name comes last: it is what a narrow terminal can do without.
      spinner.say(`${describePull(figures)} · ${shown}`);
      const reached = Math.floor((pullPercent(figures) ?? 0) / 10);
      if (!stderr.isTTY && reached > tenths) stderr.write(`llm: ${shown}: ${describePull(figures)}\n`);
      tenths = Math.max(tenths, reached);
    }
    memory.forget(end.model);
    return end;
  } catch (thrown) {
    // What has come whole and is no model cannot be gone on with.
    const isUnusable = toLlmError(thrown).kind === 'engine';
    if (figures && figures.completed > 0 && !isUnusable) memory.keep(figures, end.model);
    else memory.forget(end.model);
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

/** `63 % · 1.2 GB of 1.9 GB · 24.1 MB/s · 29.0 s left`, or what the server says as long as no byte has come. */
function describePull(figures: PullFigures): string {
  const percent = pullPercent(figures);
  return [...(percent === undefined ? ['pulling'] : [`${percent} %`]), ...pullFacts(figures)].join(' · ');
}
