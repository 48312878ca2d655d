import type {Choice, ChoiceRequest} from '../commands/command.ts';
import {neutraliseLine} from '../core/neutralise.ts';

/** A list to choose from by number, or by typing words that narrow it. */
export type ChoiceList = {
  readonly request: ChoiceRequest;
  /** The list as lines, each with a newline at its end. */
  text(): string;
  /** What a typed line means. */
  answer(line: string): {type: 'chosen'; choice: Choice} | {type: 'again'; text: string};
};

/** So many are listed at once; words find the others. */
const most = 20;

/** Starts with all choices of a request. */
export function createChoiceList(request: ChoiceRequest): ChoiceList {
  let shown = request.choices;

  const text = (): string => {
    const rows = shown.slice(0, most).map(({label, spoken = label, detail = '', current}, index) => {
      const parts = [spoken, detail, current ? '(current)' : ''].filter(part => part !== '');
      return `${index + 1}. ${neutraliseLine(parts.join(' '))}\n`;
    });
    const left = shown.length - rows.length;
    const rest = left > 0 ? `and ${left} more: type a part of a name to find one\n` : '';
    return `${neutraliseLine(request.spoken ?? request.title)}; type a number:\n${rows.join('')}${rest}`;
  };

  return {
    request,
    text,
    answer(line) {
      const typed = line.trim();
      if (/^\d+$/.test(typed)) {
        const choice = shown[Number(typed) - 1];
        if (choice) return {type: 'chosen', choice};
        return {type: 'again', text: `There is no number ${typed}; they go from 1 to ${shown.length}.\n`};
      }
      const words = typed.toLowerCase().split(/\s+/);
      const named = request.choices.find(({label}) => label.toLowerCase() === typed.toLowerCase());
      if (named) return {type: 'chosen', choice: named};
      const fitting = request.choices.filter(({label, detail = ''}) =>
        words.every(word => `${label} ${detail}`.toLowerCase().includes(word)),
      );
      if (fitting.length === 0) {
        return {
          type: 'again',
          text: `Nothing fits "${neutraliseLine(typed)}". An empty line leaves the list.\n`,
        };
      }
      shown = fitting;
      return {type: 'again', text: text()};
    },
  };
}
