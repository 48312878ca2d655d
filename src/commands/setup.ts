import type {Command} from './command.ts';
import type {KeyBindings} from './keyBindings.ts';
import type {HowToTake} from './nextStep.ts';
import {refuseArgument} from './refuse.ts';

export const setup: Command = {
  name: 'setup',
  summary: 'take the next step to a model for real work',
  details: () =>
    'It starts Ollama, fetches the embedded engine, or pulls a model, whichever this machine calls for. Nothing is done that was not offered before: where no offer stands, it makes one, and taken again it is done.',
  immediate: true,
  exact: true,
  async run(argument, {firstSteps, keys}) {
    refuseArgument('setup', argument);
    return firstSteps.take(howToTake(keys));
  },
};

/** How the step that is offered is taken: by a key where there are keys, else by the command. */
export function howToTake({table, labelOf}: Pick<KeyBindings, 'table' | 'labelOf'>): HowToTake {
  return table.length > 0 ? `${labelOf('send')} on an empty line` : '`/setup`';
}
