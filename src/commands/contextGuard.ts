import {type ContextUse, contextUse, tokenRatio} from '../core/contextUse.ts';
import {type Conversation, keptTurns, shortenTo} from '../core/conversation.ts';
import {describeError, LlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import {type ModelWindow, usedWindow} from '../core/modelWindow.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {shortTokens} from '../core/tokens.ts';
import {within} from '../core/within.ts';
import type {Choice, CommandContext, CommandResult, Notice} from './command.ts';
import {describeCompaction, notCompacted} from './compact.ts';
import {conversationBefore} from './conversationBefore.ts';
import {largerModels} from './largerModels.ts';
import {canSummarise, summariseTurns} from './summariseTurns.ts';
import {turnsTooMany} from './turnsTooMany.ts';

/**
 * Looks at a prompt before it is sent. Undefined: it may be sent; else the question what to do about its length.
 * `editOf` is the prompt of which this one is another wording.
 */
export type ContextGuard = (
  text: string,
  attachments: readonly Attachment[],
  editOf?: string | null,
) => Promise<CommandResult | undefined>;

export type ContextGuardOptions = {
  /** False where nobody can answer: what does not fit throws an `LlmError` (`context`), and nothing is sent. */
  asks?: boolean;
  /** What leaves the question unanswered, for the person to read. */
  leavesBy?: string;
};

/** Prompts that need no more than this fit every window that is worth asking for, in tokens. */
const surelyFits = 1_500;
/** How long a prompt is held back while the window of its model is looked up, in ms. */
const patienceMs = 1_000;
/** From here on, as a share of what is known to fit, the window is looked up anew: it may have changed. */
const doubtShare = 0.6;
/** The shares of the window at which a person is warned. */
const warningShares = [0.8, 0.95];
/** How many of the last turns a compaction leaves, the best first. */
const keeps = [2, 1, 0];

/**
 * Asks before a prompt is sent that does not fit the context window, and warns when the window fills up; `show` shows
 * the warning. A window that nobody knows holds nothing up.
 */
export function createContextGuard(
  context: CommandContext,
  show: (notice: Notice) => void,
  {asks = true, leavesBy = 'Esc'}: ContextGuardOptions = {},
): ContextGuard {
  const {session} = context;
  const windows = new Map<string, ModelWindow>();
  let warned = {conversation: '', level: 0};

  const lookUp = async (model: string): Promise<void> => {
    const found = await context.contextWindow(model).catch(() => undefined);
    windows.set(model, found ?? windows.get(model) ?? {});
  };

  const limitOf = ({model, options}: Conversation): number | undefined =>
    usedWindow(windows.get(model), options).limit;

  /** What can be sent at most; a look at the server only where it can matter. */
  const limitFor = async (conversation: Conversation, needed: number): Promise<number | undefined> => {
    const {model} = conversation;
    const window = windows.get(model);
    const known = limitOf(conversation);
    const mayHaveChanged = window?.allocated !== undefined || window?.growable === true;
    if (known !== undefined && (needed <= known * doubtShare || !mayHaveChanged)) return known;
    const looked = lookUp(model);
    // A server that did not tell the last time holds no further prompt back.
    if (known !== undefined || (needed > surelyFits && !window)) await within(looked, patienceMs);
    return limitOf(conversation);
  };

  const warn = (conversation: Conversation, {used}: ContextUse, limit: number): void => {
    const level = warningShares.filter(share => used >= limit * share).length;
    const before = warned.conversation === conversation.id ? warned.level : 0;
    warned = {conversation: conversation.id, level};
    if (level <= before) return;
    const text = `The context is ${Math.round((100 * used) / limit)} % full (${shortTokens(used)} of ${shortTokens(limit)} tokens). /tokens shows what fills it, /compact makes room.`;
    show({type: 'text', tone: 'warning', text});
  };

  const check: ContextGuard = async (text, attachments, editOf = null) => {
    const conversation = conversationBefore(session.snapshot().conversation, editOf);
    if (conversation.model === '') return undefined;
    const draft = {draft: text, attachments};
    const limit = await limitFor(conversation, contextUse(conversation, draft).needed);
    if (limit === undefined) return undefined;
    const use = contextUse(conversation, {...draft, window: limit});
    // What a summary would stand for is the whole path, also that after the prompt that is worded anew.
    if (use.needed > limit && !asks) throw tooLong(conversation, use, limit);
    if (use.needed > limit) return ask(conversation, use, limit, text, attachments, editOf === null);
    warn(conversation, use, limit);
    return undefined;
  };

  const ask = async (
    conversation: Conversation,
    use: ContextUse,
    limit: number,
    text: string,
    attachments: readonly Attachment[],
    mayCompact: boolean,
  ): Promise<CommandResult> => {
    const {needed} = use;
    const tooMany = turnsTooMany(conversation, {limit, draft: text, attachments});
    const send = {type: 'send'} as const;
    const choices: Choice[] = [];

    const keep =
      mayCompact && tooMany !== undefined && (await canSummarise(context, conversation.model))
        ? compactable(conversation, text, attachments, limit)
        : undefined;
    if (keep !== undefined) {
      choices.push({
        label: 'Compact the earlier turns',
        detail: `summarises ${keep === 0 ? 'all of them' : `all but the last ${keep === 1 ? 'one' : 'two'}`}, then sends`,
        async run() {
          try {
            const done = await summariseTurns(context, {keep, signal: new AbortController().signal});
            if (done) show({type: 'text', tone: 'success', text: neutraliseLine(describeCompaction(done))});
            return send;
          } catch (thrown) {
            show({type: 'text', tone: 'error', text: neutraliseLine(describeError(notCompacted(thrown)))});
            return ask(conversation, use, limit, text, attachments, false);
          }
        },
      });
    }
    if (tooMany) {
      const rest = keptTurns(conversation).length - tooMany;
      const shortened = shortenTo(conversation, rest, conversation.shortened?.summary ?? '');
      if (shortened)
        choices.push({
          label: `Leave out the oldest ${tooMany === 1 ? 'turn' : `${tooMany} turns`}`,
          detail: 'no longer sent; /compact off brings them back',
          run() {
            session.configure({shortened});
            return send;
          },
        });
    }
    choices.push(...withoutFiles(conversation, text, attachments, limit));
    choices.push(...widerWindow(context, conversation, windows.get(conversation.model), needed));
    for (const {name, size} of await largerModels(context, needed)) {
      choices.push({
        label: `Ask ${neutraliseLine(name)}`,
        detail: `has a window of ${shortTokens(size)}; answers from now on`,
        run() {
          session.use(name);
          return send;
        },
      });
    }
    const consequence = windows.get(conversation.model)?.growable
      ? 'it will most likely be refused'
      : 'it may be refused, or its beginning dropped';
    choices.push({
      label: 'Send it anyway',
      detail: tooMany === undefined ? `${consequence}; ${leavesBy} gives it back` : consequence,
      run: () => send,
    });
    const what = tooMany === undefined ? 'This prompt alone' : 'This';
    const count = tooMany === undefined ? neededAlone(conversation, text, attachments, limit) : needed;
    const title = `${what} needs about ${shortTokens(count)} of ${shortTokens(limit)} tokens`;
    return {type: 'choose', title, draft: text, choices};
  };

  return check;
}

function tooLong(conversation: Conversation, {needed}: ContextUse, limit: number): LlmError {
  const isFirst = conversation.head === null;
  return new LlmError({
    kind: 'context',
    message: `the prompt was not sent: ${isFirst ? 'it' : 'with what comes before, it'} needs about ${shortTokens(needed)} of ${shortTokens(limit)} tokens`,
    hint: `${isFirst ? 'Make it shorter' : 'Make it shorter, or the conversation with /compact'}; or take a model with a larger window.`,
  });
}

/** How many of the last turns may stay for the rest to fit beside a summary; undefined when none of it helps. */
function compactable(
  conversation: Conversation,
  draft: string,
  attachments: readonly Attachment[],
  limit: number,
): number | undefined {
  // As long as a summary may become.
  const summary = 'word '.repeat(Math.min(1_000, Math.floor(limit / 8)));
  const calibration = tokenRatio(conversation);
  return keeps.find(keep => {
    const shortened = shortenTo(conversation, keep, summary);
    if (!shortened) return false;
    const use = contextUse({...conversation, shortened}, {draft, attachments, calibration, window: limit});
    return use.needed <= limit;
  });
}

/** What a prompt would need at the beginning of a conversation with the same system prompt, in tokens. */
function neededAlone(
  conversation: Conversation,
  draft: string,
  attachments: readonly Attachment[],
  window: number,
): number {
  const calibration = tokenRatio(conversation);
  return contextUse(
    {...conversation, nodes: new Map(), head: null},
    {draft, attachments, calibration, window},
  ).needed;
}

function withoutFiles(
  conversation: Conversation,
  draft: string,
  attachments: readonly Attachment[],
  limit: number,
): Choice[] {
  if (attachments.length === 0 || contextUse(conversation, {draft, window: limit}).needed > limit) return [];
  return [
    {
      label:
        attachments.length === 1
          ? 'Send it without the file'
          : `Send it without the ${attachments.length} files`,
      detail: neutraliseLine(attachments.map(({name}) => name).join(', ')),
      run: () => ({type: 'send', withoutFiles: true}),
    },
  ];
}

/** Where the person has set a window that is smaller than the model's. Where none is set it grows by itself. */
function widerWindow(
  {session}: CommandContext,
  {options}: Conversation,
  window: ModelWindow | undefined,
  needed: number,
): Choice[] {
  if (!window?.growable || options.num_ctx === undefined) return [];
  const size = Math.min(2 ** Math.ceil(Math.log2(needed)), window.max ?? Number.POSITIVE_INFINITY);
  if (size < needed) return [];
  return [
    {
      label: `Set num_ctx to ${size.toLocaleString('en-US')}`,
      detail: 'loads the model anew; takes more memory',
      run() {
        session.configure({options: {...session.snapshot().conversation.options, num_ctx: size}});
        return {type: 'send'};
      },
    },
  ];
}
