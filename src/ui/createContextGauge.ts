import {type ContextUse, contextUse, tokenRatio} from '../core/contextUse.ts';
import {type Conversation, keptPath} from '../core/conversation.ts';
import type {Attachment} from '../core/message.ts';
import {type ModelWindow, usedWindow} from '../core/modelWindow.ts';
import type {Session} from '../core/session.ts';
import {estimateTokens} from '../core/tokens.ts';

/** What fills the window of the model that answers next, and how full it is. */
export type WindowUse = ContextUse & {
  /** What can be sent at most, in tokens; undefined where nobody knows, or where the window grows without a limit. */
  limit?: number;
};

export type ContextGauge = {
  /** The same object until something changes. */
  snapshot(): WindowUse;
  subscribe(listener: () => void): () => void;
};

const nothing: readonly Attachment[] = [];

/** A path with more text than this, in characters, takes long to count: not before its turns are on the screen. */
const longText = 500_000;
/** Characters of a token, very roughly. */
const roughToken = 4;
/** How long the count of a long path waits, in ms. */
const countAfterMs = 1_000;

/** From here on, as a share of the window, it is asked for again after each answer: it may have grown. */
const fullShare = 0.7;

/** While an answer streams, the figure grows by so many tokens at a time: each change is drawn. */
const growthStep = 50;

/** The answer that streams: how much of its text was counted, in UTF-16 units, and the estimate for that in tokens. */
type Growth = {id: string; taken: number; tokens: number; ratio: number};

/**
 * Asks for the window when the model changes, and again when its first answer has ended: a server that loads models
 * on demand only then says what it has really allocated. `pending` is what goes with the next prompt.
 */
export function createContextGauge(
  session: Session,
  contextWindow: (model: string) => Promise<ModelWindow | undefined>,
  pending: () => readonly Attachment[] = () => nothing,
): ContextGauge {
  const listeners = new Set<() => void>();
  let window: ModelWindow | undefined;
  let asked = '';
  let model = '';
  let measured:
    | {of: Conversation; attachments: readonly Attachment[]; window?: ModelWindow; use: WindowUse}
    | undefined;
  /** The conversation that was shown last, and whether its text is counted whatever its length is. */
  let shown = '';
  let isCounted = false;
  let counting: NodeJS.Timeout | undefined;

  let growth: Growth | undefined;
  let grown: {of: WindowUse; by: number; use: WindowUse} | undefined;

  const set = (next: ModelWindow | undefined): void => {
    if (
      next?.allocated === window?.allocated &&
      next?.max === window?.max &&
      next?.growable === window?.growable
    )
      return;
    window = next;
    for (const listener of listeners) listener();
  };
  const ask = async (key: string): Promise<void> => {
    asked = key;
    const found = await contextWindow(model).catch(() => undefined);
    if (asked === key) set(found);
  };
  const measure = (): WindowUse => {
    const {conversation} = session.snapshot();
    const attachments = pending();
    const known = measured?.of === conversation && measured.attachments === attachments;
    if (measured && known && measured.window === window) return measured.use;
    const {tokens, limit} = usedWindow(window, conversation.options);
    if (conversation.id !== shown) {
      shown = conversation.id;
      isCounted = false;
      clearTimeout(counting);
    }
    const length = isCounted ? 0 : lengthOf(conversation);
    if (length > longText) countLater();
    const use = {
      ...(length > longText
        ? roughUse(length, tokens)
        : contextUse(conversation, {attachments, ...(tokens !== undefined && {window: tokens})})),
      ...(limit !== undefined && {limit}),
    };
    measured = {of: conversation, attachments, use, ...(window && {window})};
    return use;
  };
  const countLater = (): void => {
    clearTimeout(counting);
    counting = setTimeout(() => {
      isCounted = true;
      measured = undefined;
      for (const listener of listeners) listener();
    }, countAfterMs);
    counting.unref();
  };
  /** With what has come of the answer that streams, of which only the new text is looked at. */
  const measureLive = (): WindowUse => {
    const use = measure();
    const {live, conversation} = session.snapshot();
    if (!live) return use;
    if (growth?.id !== live.id)
      growth = {id: live.id, taken: live.continues ?? 0, tokens: 0, ratio: tokenRatio(conversation)};
    if (live.text.length > growth.taken) {
      growth.tokens += estimateTokens(live.text.slice(growth.taken)) * growth.ratio;
      growth.taken = live.text.length;
    }
    const by = Math.floor(growth.tokens / growthStep) * growthStep;
    if (by === 0) return use;
    if (grown?.of !== use || grown.by !== by)
      grown = {of: use, by, use: {...use, used: use.used + by, estimated: true}};
    return grown.use;
  };
  const follow = (): void => {
    const {conversation, live} = session.snapshot();
    if (conversation.model !== model) {
      model = conversation.model;
      set(undefined);
      if (model !== '') void ask(model);
      return;
    }
    const last = conversation.head === null ? undefined : conversation.nodes.get(conversation.head);
    if (live || last?.role !== 'assistant' || last.model !== model) return;
    const {used, window: size} = measure();
    const isFull = size !== undefined && used > size * fullShare;
    const key = `${model} answered ${isFull ? last.id : ''}`;
    if (asked !== key && (isFull || asked === model)) void ask(key);
  };
  follow();

  return {
    snapshot: measureLive,
    subscribe(listener) {
      listeners.add(listener);
      const unfollow = session.subscribe(follow);
      return () => {
        listeners.delete(listener);
        unfollow();
      };
    },
  };
}

function lengthOf(conversation: Conversation): number {
  return keptPath(conversation).reduce((sum, {text}) => sum + text.length, 0);
}

/** What a text of so many characters takes, until it was counted. */
function roughUse(length: number, window: number | undefined): ContextUse {
  const used = Math.round(length / roughToken);
  return {
    system: 0,
    files: 0,
    history: used,
    draft: 0,
    reserve: 0,
    used,
    needed: used,
    ...(window !== undefined && {window, free: Math.max(0, window - used)}),
    estimated: true,
    guessedImages: 0,
  };
}
