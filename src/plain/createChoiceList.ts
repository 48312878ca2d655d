import type {Choice, ChoiceAction, ChoiceRequest} from '../commands/command.ts';
import {neutraliseLine} from '../core/neutralise.ts';

/** A list to choose from by number, or by typing words that narrow it. */
export type ChoiceList = {
  readonly request: ChoiceRequest;
  /** The list as lines, each with a newline at its end. */
  text(): string;
  /** What a typed line means. */
  answer(line: string): {type: 'chosen'; choice: Choice} | {type: 'again'; text: string};
  /** Whether a line is a number, or asks for something else that can be done with a choice: `delete 2`. */
  isMeant(line: string): boolean;
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
    return `${neutraliseLine(request.spoken ?? request.title)}; type a number${others}:\n${rows.join('')}${rest}`;
  };

  const actions = request.actions ?? [];
  const hinted = actions.filter(({isHinted = true}) => isHinted);
  const others = hinted.map(action => `, ${action.word} NUMBER${'line' in action ? ' TEXT' : ''}`).join('');
  /** What a line such as `rename 2 A better title` asks for. */
  const asked = (line: string): {action: ChoiceAction; number: number; text: string} | undefined => {
    const [, word, number, text = ''] = /^(\S+)\s+(\d+)(?:\s+(\S.*))?$/.exec(line.trim()) ?? [];
    const action = actions.find(each => each.word === word);
    // A text is wanted exactly where the action takes one.
    return action && 'line' in action === (text !== '') ? {action, number: Number(number), text} : undefined;
  };
  const missing = (number: number | string): {type: 'again'; text: string} => ({
    type: 'again',
    text: `There is no number ${number}; they go from 1 to ${shown.length}.\n`,
  });

  return {
    request,
    text,
    isMeant: line => /^\s*\d+\s*$/.test(line) || asked(line) !== undefined,
    answer(line) {
      const typed = line.trim();
      const other = asked(line);
      if (other) {
        const {action, number, text: title} = other;
        const choice = shown[number - 1];
        if (!choice) return missing(number);
        const done = 'run' in action ? {run: () => action.run(choice)} : {line: action.line(choice, title)};
        return {type: 'chosen', choice: {label: action.word, ...done}};
      }
      if (/^\d+$/.test(typed)) {
        const choice = shown[Number(typed) - 1];
        if (choice) return {type: 'chosen', choice};
        return missing(typed);
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
