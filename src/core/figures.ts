import type {MessageNode} from './conversation.ts';
import {billedTokens, formatCost} from './pricing.ts';
import {shownModel} from './shownModel.ts';

/** The figures of an answer in one line. */
export function describeFigures(node: MessageNode): string {
  return figureParts(node).join(' · ');
}

/** What is known of an answer beyond its own figures. */
export type FigureExtras = {
  /** What can be done when it was cut, in words. */
  goOn?: string;
};

/** The figures of an answer: model, time to the first token, speed, tokens, cost; and how it ended, if badly. */
export function figureParts(node: MessageNode, {goOn}: FigureExtras = {}): string[] {
  const {model, timing, usage, stop, cost = 0} = node;
  const approx = usage?.estimated ? '~' : '';
  const parts = [
    model && shownModel(model),
    isNumber(timing?.firstTokenMs) && `${formatDuration(timing.firstTokenMs)} to first token`,
    isNumber(timing?.tokensPerSecond) && `${approx}${formatRate(timing.tokensPerSecond)} tok/s`,
    isNumber(usage?.output) && usage.output > 0 && `${approx}${usage.output} tokens`,
    isNumber(cost) && cost > 0 && `${billedTokens(usage)?.estimated ? '~' : ''}${formatCost(cost)}`,
    stop === 'length' && 'cut: token limit reached',
    stop === 'aborted' && 'stopped',
    stop === 'interrupted' && 'interrupted',
    stop === 'content-filter' && 'cut by a content filter',
    stop === 'error' && 'failed',
    isCut(node) && goOn,
  ];
  return parts.filter((part): part is string => typeof part === 'string' && part !== '');
}

/** Whether the answer has a text that stops before its end, so that it can be gone on with. */
function isCut({text, stop}: MessageNode): boolean {
  return (
    text !== '' && (stop === 'length' || stop === 'aborted' || stop === 'interrupted' || stop === 'error')
  );
}

/** A duration for people: `85 ms`, `3.2 s`, `2 min 5 s`, `2 h 3 min`; `?` when it is no number, and never less than nothing. */
export function formatDuration(ms: number): string {
  if (!isNumber(ms)) return '?';
  if (ms < 999.5) return `${Math.round(Math.max(0, ms))} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long something may still take, in whole seconds: `17 s`, `2 min 5 s`; undefined for less than one. */
export function formatRemaining(ms: number): string | undefined {
  const seconds = Math.round(ms / 1000);
  if (!(seconds >= 1)) return undefined;
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
}

/** Tokens a second for people: `9.5`, `61`, `1,000`. */
export function formatRate(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en-US');
}

/** A clock that was set back, or a server that counts wrongly, must not put `NaN` before a person. */
function isNumber(value: number | undefined): value is number {
  return Number.isFinite(value);
}

/** A size on disk for people: `2 MB`, `4.7 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e9) return `${Math.max(1, Math.round(bytes / 1e6))} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
