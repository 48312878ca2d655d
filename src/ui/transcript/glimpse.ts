import {neutraliseLine} from '../../core/neutralise.ts';

/** Shortest time between two changes of what is shown, in ms. */
const calmMs = 500;
/** A sentence that has just begun says nothing yet; the one before it is shown so long. */
const tellingLength = 24;

/** The sentence or line that a growing text is at, changing at most twice a second. `now` in ms. */
export type Glimpse = (text: string, now: number) => string;

export function createGlimpse(): Glimpse {
  let shown = '';
  let changedAt = Number.NEGATIVE_INFINITY;
  return (text, now) => {
    if (now - changedAt < calmMs && text !== '') return shown;
    const next = text === '' ? '' : lastSentence(text.slice(-1000));
    if (next !== shown) changedAt = now;
    shown = next;
    return shown;
  };
}

function lastSentence(text: string): string {
  const sentences = text
    .split(/\n+|(?<=[.!?。！？])\s+/)
    .map(neutraliseLine)
    .filter(sentence => sentence !== '');
  const last = sentences.at(-1) ?? '';
  return last.length < tellingLength ? (sentences.at(-2) ?? last) : last;
}
