import type {Model} from '../core/backend.ts';
import {formatBytes, formatDuration} from '../core/figures.ts';

/** From here on a model is not let go in any time that matters, in ms. Ollama writes a date in centuries for "never". */
const longTime = 365 * 86_400_000;

/**
 * What is known of a model, each as a title and a text for people. The texts are as the server gave them, and not
 * harmless. `now` in ms since 1970.
 */
export function modelFacts(model: Model, now: number): readonly (readonly [title: string, text: string])[] {
  const {size, parameters, quantization, context, contextMax, capabilities, lacks, modified, digest} = model;
  const tokens = (count: number): string => `${count.toLocaleString('en-US')} tokens`;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['parameters', parameters],
    ['quantisation', quantization],
    ['size', size === undefined ? undefined : formatBytes(size)],
    ['context', context === undefined ? undefined : tokens(context)],
    ['largest context', contextMax === undefined ? undefined : tokens(contextMax)],
    ['can', capabilities?.join(', ')],
    ['cannot', lacks?.join(', ')],
    ['loaded', loadedText(model, now)],
    ['changed', modified === undefined ? undefined : new Date(modified).toISOString().slice(0, 10)],
    ['digest', digest],
  ];
  return facts.flatMap(([title, text]) => (text ? [[title, text] as const] : []));
}

function loadedText(model: Model, now: number): string | undefined {
  if (!model.loaded) return model.loaded === undefined ? undefined : 'no';
  return ['yes', ...runningFacts(model, now)].join(' · ');
}

/** What is known of a model while it is loaded: its memory, where that is, and how long it stays. */
export function runningFacts(model: Model, now: number): string[] {
  const {memory, expires} = model;
  return [
    memory === undefined ? undefined : formatBytes(memory),
    gpuShare(model),
    expires === undefined ? undefined : stayText(expires, now),
  ].filter(part => part !== undefined);
}

/** How much of a loaded model is on graphics cards: `100 % GPU`, `42 % GPU`, `CPU`; undefined when nobody says. */
export function gpuShare({memory, gpuMemory}: Pick<Model, 'memory' | 'gpuMemory'>): string | undefined {
  if (memory === undefined || gpuMemory === undefined) return undefined;
  const percent = Math.min(100, Math.round((100 * gpuMemory) / memory));
  return percent === 0 ? 'CPU' : `${percent} % GPU`;
}

/** How long a loaded model stays, with times in ms since 1970. */
export function stayText(expires: number, now: number): string {
  const left = expires - now;
  if (left > longTime) return 'stays loaded';
  return left <= 0 ? 'goes now' : `${formatDuration(left)} left`;
}
