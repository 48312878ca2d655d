import type {Model} from '../core/backend.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {shownModel} from '../core/shownModel.ts';
import type {ModelUse} from '../storage/readModelUse.ts';
import {refuseChatless} from './chatRefusal.ts';
import {type Choice, type Command, type CommandContext, type CommandResult, say} from './command.ts';
import {createAttention} from './createAttention.ts';
import {findModel} from './findModel.ts';
import {splitName} from './managedName.ts';
import {modelChoices} from './modelChoices.ts';
import {fullName} from './modelNames.ts';
import {modelsInTime} from './modelsInTime.ts';

export const model: Command = {
  name: 'model',
  usage: '[name]',
  summary: 'switch the model; the conversation goes on',
  immediate: true,
  async complete(_argument, context) {
    const aliases = Object.entries(context.shelf.aliases());
    const names = (await modelsInTime(context)).map(fullName);
    return [...aliases.map(([text, detail]) => ({text, detail})), ...names];
  },
  async run(argument, context) {
    if (argument === '') return offer(context);
    const name = await findModel(argument, context);
    await refuseChatless(name, context);
    context.session.use(name);
    return say(answersComeFrom(name), 'success');
  },
};

/** What is said when another model was chosen. */
export function answersComeFrom(name: string): string {
  return `The next answers come from ${shownModel(name)}.`;
}

/** The list: what is known at once, and in its place what the backends say as they do. */
async function offer(context: CommandContext, comesBack = false): Promise<CommandResult> {
  const {shelf} = context;
  const use = await shelf.use();
  const current = context.session.snapshot().conversation.model;
  const remembered = rememberedModels(context, use, current);
  // Nobody asks a cloud what it has, and a server may be silent: those of its models that were used are known.
  const models = (): readonly Model[] => {
    const known = shelf.known();
    const names = new Set(known.map(fullName));
    return [
      ...known,
      ...remembered.filter(each => !names.has(fullName(each)) && !shelf.isKnown(each.backend)),
    ];
  };
  const choices = (): Choice[] =>
    modelChoices(models(), {
      favourites: shelf.favourites(),
      aliases: shelf.aliases(),
      use,
      current,
      now: Date.now(),
    });
  const attention = createAttention(shelf);
  return {
    type: 'choose',
    title: 'Choose a model',
    choices: choices(),
    ...(!comesBack && {arriving: context.listModels().then(choices)}),
    live: {
      now: () => ({
        choices: choices(),
        note: neutraliseLine(
          shelf
            .silent()
            .map(({text}) => text)
            .join(' · '),
        ),
      }),
      follow: shelf.subscribe,
    },
    highlight: choice => attention.turnTo(choice?.subject ?? null),
    actions: [
      {
        key: 'list-favourite',
        word: 'favourite',
        immediate: true,
        async run({subject = ''}) {
          await shelf.setFavourite(subject, !shelf.favourites().includes(subject));
          return offer(context, true);
        },
      },
    ],
    ...(comesBack && {comesBack}),
  };
}

/** The models that can be named without asking anybody: the present one, the favourites, and those that answered. */
function rememberedModels(
  {shelf}: CommandContext,
  use: ReadonlyMap<string, ModelUse>,
  current: string,
): Model[] {
  const names = new Set([current, ...shelf.favourites(), ...use.keys()]);
  return [...names].flatMap(name => {
    const {backend, model: id} = splitName(name);
    return id !== '' && shelf.backend(backend)?.ready ? [{backend, id}] : [];
  });
}
