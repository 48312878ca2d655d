import {isSameContestant} from '../core/compare/contestant.ts';
import {activePath} from '../core/conversation.ts';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Command, CommandContext, CommandResult} from './command.ts';
import {describeCompare} from './describeCompare.ts';
import {findModel} from './findModel.ts';
import {fullName} from './modelNames.ts';
import {modelsInTime} from './modelsInTime.ts';
import {parseContestant, resolveContestant, splitWords} from './parseContestant.ts';
import {refusal} from './refuse.ts';

/** The most models that are compared at once. */
export const mostContestants = 6;

export const compare: Command = {
  name: 'compare',
  usage: '[MODEL…]',
  summary: 'answer the last prompt by several models side by side',
  details: ({keys}) => describeCompare(keys.table.length > 0),
  async complete(argument, context) {
    const typed = /^(?:.*\s)?/s.exec(argument)?.[0] ?? '';
    const names = (await modelsInTime(context)).map(fullName);
    return names.filter(name => !typed.split(/\s+/).includes(name)).map(name => `${typed}${name}`);
  },
  async run(argument, context) {
    const {conversation} = context.session.snapshot();
    const words = splitWords(argument);
    if (words.length === 0) return offerModels(conversation.model, context);
    // One alone is compared with the model that is talked to.
    const typed = (words.length < 2 ? [conversation.model, ...words] : words).map(word =>
      parseContestant(word, conversation.model),
    );
    if (typed.length > mostContestants)
      throw refusal(`/compare takes ${mostContestants} models at most, got ${typed.length}`, '');
    const ports = {
      // The model that is talked to needs no looking up.
      resolveModel: async (name: string) => (name === conversation.model ? name : findModel(name, context)),
      readText: (file: string) => readTextFile(context, file),
    };
    const contestants = await Promise.all(typed.map(each => resolveContestant(each, ports)));
    for (const [index, one] of contestants.entries()) {
      if (contestants.slice(0, index).some(other => isSameContestant(one, other)))
        throw refusal(
          `/compare wants models that differ, got ${one.model} twice`,
          "The same model in two ways: /compare 'NAME;temperature=0' 'NAME;temperature=1'. The models: /models",
        );
    }
    const prompt = activePath(conversation).findLast(({role}) => role === 'user');
    return {type: 'compare', contestants, at: prompt?.id ?? null};
  },
};

/** The models that can be compared with the one that is talked to. */
async function offerModels(current: string, context: CommandContext): Promise<CommandResult> {
  const names = (await modelsInTime(context)).map(fullName).filter(name => name !== current);
  if (names.length === 0)
    throw refusal(
      'there is no other model to compare with',
      "The same model in two ways: /compare 'NAME;temperature=0' 'NAME;temperature=1'",
    );
  return {
    type: 'choose',
    title: `Compare ${neutraliseLine(current)} with`,
    choices: names.map(name => ({label: name, line: `/compare ${/[\s"']/.test(name) ? `"${name}"` : name}`})),
  };
}

async function readTextFile({attachments}: CommandContext, file: string): Promise<string> {
  const read = await attachments.read(file);
  if (read.kind === 'text') return read.text.trim();
  throw new LlmError({
    kind: 'file',
    message: `${file} is no text`,
    hint: 'A system prompt is read from a text file.',
  });
}
