import {
  type Conversation,
  keptPath,
  keptSystem,
  type MessageNode,
  toMessages,
  withHead,
} from './conversation.ts';
import type {Attachment} from './message.ts';
import {estimateAttachments, estimateMessage, estimateMessages, estimateTokens} from './tokens.ts';

/** What fills a context window, in tokens. */
export type ContextUse = {
  /** The system prompt, with the summary of what was left out. */
  readonly system: number;
  /** What was attached to prompts, and to the draft. */
  readonly files: number;
  /** Prompts and answers that are sent. */
  readonly history: number;
  /** The prompt that is not sent yet. */
  readonly draft: number;
  /** Room for the answer. */
  readonly reserve: number;
  /** All but the reserve. */
  readonly used: number;
  /** Used and reserve together. */
  readonly needed: number;
  /** Size of the window, when it is known, and what is left of it; never less than nothing. */
  readonly window?: number;
  readonly free?: number;
  /** False when a server has counted all of `used`. */
  readonly estimated: boolean;
  /** Images whose size was guessed, because no server has counted them yet. */
  readonly guessedImages: number;
};

export type ContextUseOptions = {
  /** In tokens. */
  window?: number;
  draft?: string;
  /** What goes with the draft. */
  attachments?: readonly Attachment[];
  /** Real tokens for each estimated one, for a conversation in which no server has counted yet. */
  calibration?: number;
};

/** Without a limit of its own, an answer is given so many tokens of room, or a quarter of a small window. */
const answerReserve = 1_024;
/** How far from the estimate a count may be, in both directions, to learn from. */
const leastRatio = 0.5;
const mostRatio = 2.5;
/** Tokens by which a ratio is drawn to 1: what a template adds to a short prompt must not double a long one. */
const ratioWeight = 256;
/** Counts that make no sense are passed over; so many of them are looked at. */
const countsTried = 3;
/** How much of what was sent a server must have read, and what may be missing in tokens, before anything is said. */
const readShare = 0.6;
const readSlack = 200;
/** How near, as a share, a count must be to what is new to be taken for a count of that. */
const cachedMargin = 0.15;

/**
 * What the next prompt of a conversation would take of the window, by part. The newest answer of the model on the path
 * for which the server told how much it read gives exact figures up to there, and the ratio by which the estimate of the
 * rest is corrected. Looks at the whole path: call it after a change, not for every key.
 */
export function contextUse(conversation: Conversation, options: ContextUseOptions = {}): ContextUse {
  const {window, draft = '', attachments = []} = options;
  const path = keptPath(conversation);
  const system = keptSystem(conversation);
  const {ratio, counted} = calibrate(conversation, options.calibration);
  const countedAt = counted ? path.indexOf(counted) : -1;

  const before = estimateParts(path.slice(0, Math.max(0, countedAt)), system);
  const after = estimateParts(path.slice(counted ? countedAt + 1 : 0), counted ? '' : system);
  const exact = counted?.usage?.input ?? 0;
  const scale = counted ? exact / Math.max(1, before.system + before.files + before.history) : 0;

  const systemTokens = Math.round(before.system * scale + after.system * ratio);
  const beforeFiles = Math.round(before.files * scale);
  const beforeHistory = counted ? exact - Math.round(before.system * scale) - beforeFiles : 0;
  const draftTokens = draft === '' ? 0 : Math.ceil(estimateMessage({text: draft}) * ratio);
  const files = beforeFiles + Math.round((after.files + estimateAttachments(attachments)) * ratio);
  const answer = counted ? answerTokens(counted, ratio) : {tokens: 0, estimated: false};
  const history = beforeHistory + answer.tokens + Math.round(after.history * ratio);
  const used = systemTokens + files + history + draftTokens;
  const reserve = reserveOf(conversation, window);
  return {
    system: systemTokens,
    files,
    history,
    draft: draftTokens,
    reserve,
    used,
    needed: used + reserve,
    ...(window !== undefined && {window, free: Math.max(0, window - used - reserve)}),
    estimated:
      answer.estimated || after.system + after.files + after.history + draftTokens + attachments.length > 0,
    guessedImages: after.images + attachments.filter(each => each.kind === 'image').length,
  };
}

/** Room kept for the answer, in tokens. */
export function reserveOf({options}: Conversation, window: number | undefined): number {
  // A limit that leaves no room for a prompt was not meant as one for it.
  if (options.max_tokens !== undefined)
    return Math.min(options.max_tokens, Math.floor((window ?? Number.POSITIVE_INFINITY) / 2));
  return Math.min(answerReserve, Math.floor((window ?? Number.POSITIVE_INFINITY) / 4));
}

/** Real tokens for each estimated one in this conversation with its model, from 0.5 to 2.5; 1 while nothing is known. */
export function tokenRatio(conversation: Conversation): number {
  return calibrate(conversation).ratio;
}

/**
 * What to tell a person when a server has read clearly less than it was sent, because it drops the beginning of what
 * is too long without an error. Undefined when all is well or cannot be known. Not for a backend that refuses what is
 * too long.
 *
 * @param conversation with the answer in it
 * @param reply the answer, with what the server counted
 */
export function truncationWarning(conversation: Conversation, reply: MessageNode): string | undefined {
  const {input, cached = 0} = reply.usage ?? {};
  if (input === undefined || reply.parent === null) return undefined;
  // Some servers count what they had cached, some leave it out; it cannot be more than all.
  const read = cached > input ? input + cached : input;
  const asked: Conversation = {
    ...withHead(conversation, reply.parent),
    ...(reply.model && {model: reply.model}),
  };
  const sent = contextUse(asked).used;
  if (read >= sent * readShare || sent - read <= readSlack) return undefined;
  if (mayBeCached(asked, read)) return undefined;
  const count = (tokens: number): string => Math.round(tokens).toLocaleString('en-US');
  return `The server read about ${count(read)} of ${count(sent)} tokens: the beginning was dropped. Give the model a larger context window on the server, or make the conversation shorter with /compact.`;
}

/**
 * True when the count is about that of the last prompt, with or without the answer before it: then the server left out
 * what it had cached.
 */
function mayBeCached(asked: Conversation, read: number): boolean {
  const path = keptPath(asked);
  const last = path.findLastIndex(node => node.role === 'assistant' && node.model === asked.model);
  if (last === -1) return false;
  const ratio = tokenRatio(asked);
  return [last, last + 1].some(from => {
    const {history, files} = estimateParts(path.slice(from), '');
    const fresh = (history + files) * ratio;
    return read >= fresh * (1 - cachedMargin) && read <= fresh * (1 + cachedMargin) + 64;
  });
}

type Calibration = {ratio: number; counted?: MessageNode};

/**
 * The newest count to rely on, and the ratio of the newest one that makes sense. One far below the estimate is of a
 * prompt that was cut, or leaves out what was cached. One of something else than what would be sent now (of an answer
 * that was gone on with, with another system prompt, of a longer conversation) tells only the ratio.
 */
function calibrate(conversation: Conversation, known = 1): Calibration {
  const {shortened, model, nodes} = conversation;
  const shortenedTime = nodes.get(shortened?.until ?? '')?.created ?? Number.NEGATIVE_INFINITY;
  let tried = 0;
  let ratio: number | undefined;
  for (const node of keptPath(conversation).reverse()) {
    const {input, sent} = node.usage ?? {};
    if (tried === countsTried) break;
    if (node.role !== 'assistant' || node.model !== model || input === undefined) continue;
    // Of an answer that was kept without it, only the time tells what its count was of.
    if (sent === undefined && node.created <= shortenedTime) break;
    tried += 1;
    const now = estimateMessages(toMessages(conversation, node.parent));
    const then = sent ?? now;
    if (input < then * leastRatio) continue;
    ratio ??= clamp((input + ratioWeight) / (then + ratioWeight));
    if (then === now) return {ratio, counted: node};
  }
  return {ratio: ratio ?? clamp(known)};
}

function clamp(ratio: number): number {
  return Math.min(mostRatio, Math.max(leastRatio, ratio));
}

type Parts = {system: number; files: number; history: number; images: number};

function estimateParts(path: readonly MessageNode[], system: string): Parts {
  const parts: Parts = {
    system: system === '' ? 0 : estimateMessage({text: system}),
    files: 0,
    history: 0,
    images: 0,
  };
  for (const {role, text, attachments = []} of path) {
    if (role === 'assistant' && text === '') continue;
    parts.history += estimateMessage({text});
    parts.files += estimateAttachments(attachments);
    parts.images += attachments.filter(each => each.kind === 'image').length;
  }
  return parts;
}

/** What an answer takes when it is sent back: its text, without the thinking before it. */
function answerTokens(
  {text, reasoning, usage}: MessageNode,
  ratio: number,
): {tokens: number; estimated: boolean} {
  const output = usage?.estimated ? undefined : usage?.output;
  if (output !== undefined && usage?.reasoning !== undefined)
    return {tokens: Math.max(0, output - usage.reasoning), estimated: false};
  if (output !== undefined && !reasoning) return {tokens: output, estimated: false};
  return {tokens: text === '' ? 0 : Math.round(estimateTokens(text) * ratio), estimated: true};
}
