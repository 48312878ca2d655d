import {neutraliseLine} from '../core/neutralise.ts';
import {type Command, type CommandResult, type Looks, say} from './command.ts';

export const theme: Command = {
  name: 'theme',
  usage: '[name]',
  summary: 'change how it looks',
  immediate: true,
  async complete(_argument, {looks}) {
    return looks.themes();
  },
  run(argument, {looks}) {
    return argument === '' ? choose(looks) : use(argument, looks);
  },
};

/** A list in which every theme is seen as it is selected. */
function choose(looks: Looks): CommandResult {
  const before = looks.current();
  const broken = looks.faults().length;
  const files = broken === 1 ? 'a file of yours' : `${broken} files of yours`;
  return {
    type: 'choose',
    title: broken === 0 ? 'Choose a theme' : `Choose a theme (not ${files}: llm themes list says why)`,
    choices: looks.themes().map(name => ({
      label: name,
      detail: looks.describe(name),
      drawn: looks.sample,
      line: `/theme ${name}`,
      current: name === before,
    })),
    highlight(choice) {
      try {
        looks.use(choice?.label ?? before);
      } catch {
        // A file that was broken meanwhile is named when it is chosen.
      }
    },
  };
}

async function use(name: string, looks: Looks): Promise<CommandResult> {
  looks.use(name);
  await looks.keep(name);
  const shown = looks.current();
  const instead = shown === name ? '' : ` On this background it shows as ${neutraliseLine(shown)}.`;
  return say(`The theme is ${neutraliseLine(name)} from now on.${instead}`, 'success');
}
