import {toLlmError} from '../../core/errors.ts';
import {formatBytes, formatDuration} from '../../core/figures.ts';
import {neutraliseLine} from '../../core/neutralise.ts';
import {createPullMeter, type PullFigures} from '../../core/pull.ts';
import {onStopSignal} from '../onStopSignal.ts';
import {createSpinner} from '../spinner.ts';
import type {ModelsAction} from './modelsAction.ts';
import {cannotManage, modelToManage} from './modelToManage.ts';
import {oneName} from './namedModel.ts';

export const modelsPull: ModelsAction = {
  name: 'pull',
  usage: 'MODEL',
  summary: 'have its server get a model; again after a break, and it goes on where it was',
  options: [],
  async run({words, services, io}) {
    const {name, backend, model} = await modelToManage(oneName('pull', words), services);
    if (!backend.pull) throw cannotManage(backend, 'pull');
    const shown = neutraliseLine(name);
    const controller = new AbortController();
    const signals = onStopSignal(() => controller.abort());
    const spinner = createSpinner(io.stderr, true, {elapsed: false});
    const meter = createPullMeter();
    let tenths = 0;
    spinner.say(`pulling ${shown}`);
    try {
      for await (const progress of backend.pull(model, controller.signal)) {
        const figures = meter(progress);
        spinner.say(`pulling ${shown} · ${describePull(figures)}`);
        const reached = figures.total > 0 ? Math.floor((figures.completed / figures.total) * 10) : 0;
        if (!io.stderr.isTTY && reached > tenths)
          io.stderr.write(`llm: ${shown}: ${describePull(figures)}\n`);
        tenths = Math.max(tenths, reached);
      }
    } catch (thrown) {
      const status = signals.status();
      if (toLlmError(thrown).kind !== 'cancelled' || status === undefined) throw thrown;
      spinner.stop();
      io.stderr.write(`llm: stopped; what has come is kept: llm models pull ${shown}\n`);
      return status;
    } finally {
      spinner.stop();
      signals.release();
    }
    io.stdout.write(`${shown} is there\n`);
    return 0;
  },
};

/** `1.2 GB of 1.9 GB · 63 % · 24 MB/s · 29.0 s left`, or what the server says as long as no byte has come. */
function describePull({status, completed, total, rate, remainingMs}: PullFigures): string {
  if (total === 0) return neutraliseLine(status);
  const isOver = completed >= total;
  return [
    `${formatBytes(completed)} of ${formatBytes(total)}`,
    `${Math.floor((completed / total) * 100)} %`,
    !isOver && rate !== undefined && `${(rate / 1e6).toFixed(1)} MB/s`,
    !isOver && remainingMs !== undefined && `${formatDuration(remainingMs)} left`,
    isOver && neutraliseLine(status),
  ]
    .filter(Boolean)
    .join(' · ');
}
