import type {GenerationOptions} from '../options.ts';

/** Who takes part in a comparison: a model, and what it is asked with beside what all are asked with. */
export type Contestant = {
  /** Full name of the model. */
  readonly model: string;
  readonly options?: GenerationOptions;
  /** Another system prompt than that of the conversation. */
  readonly system?: string;
};

/** So much of a system prompt stands in a label, in characters. */
const shownSystem = 24;

/** What tells a contestant from others, in one line: `ollama/qwen2.5:3b · temperature 0`. Untrusted, as names are. */
export function contestantLabel({model, options = {}, system}: Contestant): string {
  const set = Object.entries(options).map(([key, value]) => `${key} ${[value].flat().join(' ')}`);
  const characters = [...(system ?? '').replace(/\s+/g, ' ').trim()];
  const cut =
    characters.length > shownSystem
      ? `${characters.slice(0, shownSystem - 1).join('')}…`
      : characters.join('');
  const told = system === undefined ? [] : [cut === '' ? 'no system prompt' : `system “${cut}”`];
  return [model, ...set, ...told].join(' · ');
}

/** Tells whether two are asked the same thing in the same way. */
export function isSameContestant(one: Contestant, other: Contestant): boolean {
  const [a, b] = [one, other].map(({model, options = {}, system}) =>
    JSON.stringify([model, Object.entries(options).sort(([x], [y]) => (x < y ? -1 : 1)), system ?? null]),
  );
  return a === b;
}
