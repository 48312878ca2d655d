import {
  type Ability,
  describeLack,
  isLacking,
  lackError,
  type ModelFacts,
  neededAbilities,
} from '../core/abilities.ts';
import {type Conversation, toMessages} from '../core/conversation.ts';
import type {Attachment} from '../core/message.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {refusals} from '../core/refusals.ts';
import {within} from '../core/within.ts';
import {ableModels} from './ableModels.ts';
import type {Choice, CommandContext, CommandResult, Notice} from './command.ts';
import type {ContextGuard, ContextGuardOptions} from './contextGuard.ts';
import {conversationBefore} from './conversationBefore.ts';

/** Short: they stand beside what is typed. The model's name is below them. */
const titles: Readonly<Record<Ability, string>> = {
  vision: 'This model sees no images',
  thinking: 'This model does not think',
  schema: 'This model takes no schema',
};

export type AbilityGuardOptions = ContextGuardOptions & {
  /** The answers have to fit a schema. */
  hasSchema?: boolean;
  /** What looks at a prompt next, when nothing is missing any more. */
  next: ContextGuard;
};

/** How long a prompt is held back while its model is looked up, in ms. */
const patienceMs = 1_000;

/**
 * Asks before a prompt is sent that needs what its model is known to lack, or has refused in this conversation: to see,
 * to think, to fit a schema. What was answered holds for the conversation and its model, until it is refused once more.
 * A model of which nothing is known holds nothing up.
 */
export function createAbilityGuard(
  context: CommandContext,
  show: (notice: Notice) => void,
  {asks = true, leavesBy = 'Esc', hasSchema = false, next}: AbilityGuardOptions,
): ContextGuard {
  const {session} = context;
  const known = new Map<string, ModelFacts>();
  /** What was answered, by conversation, model and ability. */
  const answered = new Map<string, 'left out' | 'sent'>();
  const keyOf = (conversation: Conversation, ability: Ability): string => {
    const {id, model} = conversation;
    return `${id} ${ability} ${refusals(conversation, [ability]).get(ability) ?? 0} ${model}`;
  };

  const factsOf = async (model: string): Promise<ModelFacts | undefined> => {
    const looked =
      known.get(model) ??
      (await within(
        context.modelFacts(model).catch(() => undefined),
        patienceMs,
      ));
    // A server that was away may tell the next time.
    if (looked?.model.capabilities) known.set(model, looked);
    return looked;
  };

  const check = async (
    text: string,
    attachments: readonly Attachment[],
    editOf: string | null,
    isAnswered: boolean,
  ): Promise<CommandResult | undefined> => {
    const {conversation} = session.snapshot();
    const before = conversationBefore(conversation, editOf);
    const {model, think} = before;
    const needed = neededAbilities([...toMessages(before), {attachments}], {
      think,
      schema: hasSchema || undefined,
    });
    if (model === '' || needed.length === 0) return next(text, attachments, editOf);
    const facts = await factsOf(model);
    const refused = refusals(conversation, needed);
    const lacking = needed.filter(
      ability => refused.has(ability) || (facts !== undefined && isLacking(ability, facts)),
    );
    const open = lacking.find(ability => !answered.has(keyOf(conversation, ability)));
    if (open && !asks) throw lackError(open, model);
    if (open) return ask(open, conversation, before, text, attachments, editOf);
    const images = imagesOf(attachments);
    const isBlind = lacking.includes('vision') && answered.get(keyOf(conversation, 'vision')) === 'left out';
    if (isBlind && images.length > 0 && !isAnswered) {
      const note = `${names(images)} ${images.length === 1 ? 'is' : 'are'} kept and not sent: ${describeLack('vision', model)}.`;
      show({type: 'text', tone: 'info', text: note});
    }
    return next(text, attachments, editOf);
  };

  const ask = async (
    ability: Ability,
    conversation: Conversation,
    before: Conversation,
    text: string,
    attachments: readonly Attachment[],
    editOf: string | null,
  ): Promise<CommandResult> => {
    const {model} = conversation;
    /** Something else may be missing too, or be too long. */
    const goOn = async (): Promise<CommandResult> =>
      (await check(text, attachments, editOf, true)) ?? {type: 'send'};
    const choices: Choice[] = [
      {
        ...withoutIt(ability, before, attachments),
        run() {
          session.leaveOut(model, ability);
          answered.set(keyOf(conversation, ability), 'left out');
          return goOn();
        },
      },
      ...(await ableModels(context, ability)).map(name => ({
        label: `Ask ${neutraliseLine(name)}`,
        detail: 'answers from now on',
        run() {
          session.use(name);
          return goOn();
        },
      })),
      {
        label: 'Send it anyway',
        detail: `it will most likely be refused; ${leavesBy} gives it back`,
        run() {
          answered.set(keyOf(conversation, ability), 'sent');
          return goOn();
        },
      },
    ];
    return {type: 'choose', title: titles[ability], draft: text, choices};
  };

  return (text, attachments, editOf = null) => check(text, attachments, editOf, false);
}

function withoutIt(
  ability: Ability,
  conversation: Conversation,
  attachments: readonly Attachment[],
): {label: string; detail: string} {
  switch (ability) {
    case 'vision': {
      const images = imagesOf([
        ...toMessages(conversation).flatMap(message => message.attachments ?? []),
        ...attachments,
      ]);
      const label = `Send it without the ${images.length === 1 ? 'image' : 'images'}`;
      return {label, detail: `${names(images)}; kept for a model that sees`};
    }
    case 'thinking':
      return {
        label: 'Send it without thinking',
        detail: `/think stays ${conversation.think} for other models`,
      };
    case 'schema':
      return {label: 'Send it without the schema', detail: 'the answer may have any form'};
  }
}

function imagesOf(attachments: readonly Attachment[]): readonly Attachment[] {
  return attachments.filter(({kind}) => kind === 'image');
}

function names(attachments: readonly Attachment[]): string {
  return neutraliseLine(attachments.map(({name}) => name).join(', '));
}
