import {describeLack, isLacking} from '../core/abilities.ts';
import {LlmError} from '../core/errors.ts';
import {type ThinkLevel, thinkLevels} from '../core/options.ts';
import {shownModel} from '../core/shownModel.ts';
import {within} from '../core/within.ts';
import {type Command, type CommandContext, say} from './command.ts';

/** How long the model may be looked up, in ms. */
const patienceMs = 1_000;

export const think: Command = {
  name: 'think',
  usage: `[${thinkLevels.join('|')}]`,
  summary: 'show or set how hard the model thinks',
  async complete() {
    return thinkLevels;
  },
  async run(argument, context) {
    const {session} = context;
    if (argument === '')
      return say(`Thinking: ${session.snapshot().conversation.think ?? "the model's default"}`);
    if (!isLevel(argument)) {
      throw new LlmError({
        kind: 'usage',
        message: '/think wants a level',
        hint: `One of: ${thinkLevels.join(', ')}`,
      });
    }
    session.configure({think: argument});
    const doubt = await doubtOf(argument, context);
    if (doubt !== undefined) return say(`Thinking is ${argument} from now on, but ${doubt}.`, 'warning');
    return say(`Thinking is ${argument} from now on.`, 'success');
  },
};

/** Why a level will not be of use with the model; undefined when it will, or nobody knows. */
async function doubtOf(
  level: ThinkLevel,
  {session, modelFacts}: CommandContext,
): Promise<string | undefined> {
  const {model} = session.snapshot().conversation;
  if (model === '') return undefined;
  const facts = await within(
    modelFacts(model).catch(() => undefined),
    patienceMs,
  );
  if (level !== 'off' && facts && isLacking('thinking', facts)) return describeLack('thinking', model);
  const levels = facts?.model.thinkLevels;
  if (!levels || levels.includes(level)) return undefined;
  return `${shownModel(model)} knows ${levels.join(', ')}`;
}

function isLevel(text: string): text is ThinkLevel {
  return thinkLevels.some(level => level === text);
}
