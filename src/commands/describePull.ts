import {formatBytes, formatRemaining} from '../core/figures.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {PullFigures} from '../core/pull.ts';

/**
 * What is to be said of a pull beside its share: `1.2 GB of 1.9 GB`, `24.1 MB/s`, `29 s left`, `layer 2`; what the
 * server says where no bytes are on their way.
 */
export function pullFacts({status, completed, total, rate, remainingMs, parts}: PullFigures): string[] {
  if (total === 0) return status === '' ? [] : [neutraliseLine(status)];
  if (completed >= total && status !== '') return [formatBytes(total), neutraliseLine(status)];
  const remaining = remainingMs === undefined ? undefined : formatRemaining(remainingMs);
  return [
    `${formatBytes(completed)} of ${formatBytes(total)}`,
    ...(rate === undefined ? [] : [`${(rate / 1e6).toFixed(1)} MB/s`]),
    ...(remaining === undefined ? [] : [`${remaining} left`]),
    ...(parts === 0 ? [] : [`layer ${parts}`]),
  ];
}

/** How much of a pull has come, in per cent; undefined while nothing is known of its size. */
export function pullPercent(figures: PullFigures | undefined): number | undefined {
  if (!figures || figures.total === 0) return undefined;
  return Math.floor((100 * figures.completed) / figures.total);
}
