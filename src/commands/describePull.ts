import {formatBytes, formatRemaining} from '../core/figures.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {PullFigures} from '../core/pull.ts';

/**
 * What is to be said of a pull beside its share: `1.2 GB of 1.9 GB`, `24.1 MB/s`, `29 s left`, `layer 2`; what the
 * server says where no bytes are on their way.
 */
export function pullFacts(figures: PullFigures): string[] {
  const {status, completed, total, rate, remainingMs, aside} = figures;
  if (total === 0) return status === '' ? [] : [neutraliseLine(status)];
  if (completed >= total && status !== '') return [formatBytes(total), neutraliseLine(status)];
  const come = `${formatBytes(completed)} of ${formatBytes(total)}`;
  // What is waited for comes at no rate, and nobody knows for how long.
  if (aside !== undefined) return [come, neutraliseLine(aside)];
  const remaining = remainingMs === undefined ? undefined : formatRemaining(remainingMs);
  return [
    come,
    ...(rate === undefined ? [] : [`${(rate / 1e6).toFixed(1)} MB/s`]),
    ...(remaining === undefined ? [] : [`${remaining} left`]),
    ...partOf(figures),
  ];
}

/** `part 1 of 3` of a split model; Ollama's layers are known one by one. */
function partOf({parts, part}: PullFigures): string[] {
  if (part) return part.of > 1 ? [`part ${part.number} of ${part.of}`] : [];
  return parts === 0 ? [] : [`layer ${parts}`];
}

/** How much of a pull has come, in per cent; undefined while nothing is known of its size. */
export function pullPercent(figures: PullFigures | undefined): number | undefined {
  if (!figures || figures.total === 0) return undefined;
  return Math.floor((100 * figures.completed) / figures.total);
}
