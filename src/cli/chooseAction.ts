import type {Command} from 'commander';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';

/** One thing that a subcommand does, named by the word after it. */
export type Action<Options> = {
  name: string;
  /** What follows the name, as shown in help. */
  usage?: string;
  summary: string;
  /** The options that it takes, of those that the subcommand has. */
  options: readonly (keyof Options)[];
};

/** The lines of a subcommand's help that tell of its actions. */
export function describeActions(actions: readonly Action<never>[]): string {
  const lines = actions.map(({name, usage = '', summary}) => [`${name} ${usage}`.trim(), summary]);
  const width = Math.max(...lines.map(([left = '']) => left.length));
  return `Actions:\n${lines.map(([left = '', summary]) => `  ${left.padEnd(width)}  ${summary}`).join('\n')}`;
}

/** What the argument that names the action says in help: the first one counts without it. */
export function actionNames(actions: readonly Action<never>[]): string {
  return `${actions.map(({name}) => name).join(', ')}; ${actions[0]?.name} unless said`;
}

/** The action that was named, with what follows it. Throws `LlmError` (`usage`) for one, or an option, that makes no sense. */
export function chooseAction<Options extends object, A extends Action<Options>>(
  subcommand: string,
  actions: readonly A[],
  command: Command,
): {action: A; words: readonly string[]; options: Options} {
  const [name = actions[0]?.name, ...words] = command.args;
  const options = command.opts<Options>();
  const action = actions.find(each => each.name === name);
  if (!action) {
    throw new LlmError({
      kind: 'usage',
      message: `${subcommand} knows no action "${neutraliseLine(name ?? '')}"`,
      hint: `These are: ${actions.map(each => each.name).join(', ')}`,
    });
  }
  const foreign = Object.keys(options).find(option => !action.options.some(taken => taken === option));
  if (foreign !== undefined)
    throw new LlmError({
      kind: 'usage',
      message: `${subcommand} ${action.name} takes no --${foreign.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`,
      hint: `See: llm help ${subcommand}`,
    });
  return {action, words, options};
}
