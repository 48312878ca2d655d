import {type Ability, leaveOut} from './abilities.ts';
import {truncationWarning} from './contextUse.ts';
import {continuationMessages, cutAnswer} from './continuation.ts';
import {
  activePath,
  type Conversation,
  type MessageNode,
  toMessages,
  withHead,
  withNode,
} from './conversation.ts';
import {createAsides} from './createAsides.ts';
import {createKeeper, type KeepOptions} from './createKeeper.ts';
import {createNotifier} from './createNotifier.ts';
import {LlmError, toLlmError} from './errors.ts';
import {forkConversation} from './forkConversation.ts';
import type {Journal} from './journal.ts';
import type {Attachment, StopReason} from './message.ts';
import type {PriceAnswer} from './pricing.ts';
import type {ReplyEvent} from './reply.ts';
import {createReplyRecorder, type ReplyRecorder} from './replyRecorder.ts';
import type {RetryOptions, SendOptions, Session, SessionState, Turn} from './session.ts';
import {type ResolveModel, streamReply} from './streamReply.ts';
import {untilAborted} from './untilAborted.ts';
import {within} from './within.ts';

export type SessionSettings = {
  conversation: Conversation;
  resolve: ResolveModel;
  newId(now: number): string;
  journal?: Journal;
  /** Why the journal cannot be written, when that is known already: it is tried again with the first prompt. */
  storageError?: LlmError;
  schema?: object;
  /** Says what an answer cost; without it that is not kept. */
  priceOf?: PriceAnswer;
  /** Shortest time between two notices of streamed text, in ms. */
  notifyMs?: number;
  /** Longest time for which streamed text may be unsaved, in ms. */
  flushMs?: number;
  /** How long a journal that is locked is waited for, in ms. */
  lockedMs?: number;
  /** How long after a failure to store it is tried again, in ms; `Infinity`: only with what is said next. */
  storeAgainMs?: number;
  /** ms since 1970. */
  now?(): number;
};

/** How long an answer waits for its price, in ms: a price list is loaded once. */
const priceMs = 2_000;

/** Starts a session over a conversation, new or resumed. */
export function createSession(settings: SessionSettings): Session {
  const {
    resolve,
    newId,
    schema,
    priceOf,
    notifyMs = 100,
    flushMs = 500,
    lockedMs = 5000,
    storeAgainMs = 3000,
    now = Date.now,
  } = settings;
  let conversation = settings.conversation;
  let live: {recorder: ReplyRecorder; controller: AbortController; ended: Promise<unknown>} | null = null;
  let state: SessionState | null = null;
  /** What models of this conversation are not sent, by their full names. */
  const leftOut = new Map<string, Set<Ability>>();

  const {
    now: notify,
    soon: notifySoon,
    subscribe,
  } = createNotifier(notifyMs, () => {
    state = null;
  });

  /** A failing store must not end the talk: it is reported once, and the session goes on without it. */
  const keeper = createKeeper({
    journal: settings.journal,
    failure: settings.storageError,
    patienceMs: lockedMs,
    retryMs: storeAgainMs,
    whole: () => (live ? undefined : conversation),
    changed() {
      state = null;
      notifySoon();
    },
  });

  let spawned: readonly Session[] = [];

  const asides = createAsides(resolve, now, () => notify());

  /** An answer that streams is the head on disk, though not in memory yet. */
  const saveFields = (): void => {
    keeper.saveFields(withHead(conversation, live?.recorder.id ?? conversation.head));
    notify();
  };

  const addPrompt = (parent: string | null, text: string, attachments?: readonly Attachment[]): string => {
    keeper.writeCopied(conversation);
    const created = now();
    const prompt: MessageNode = {
      id: newId(created),
      parent,
      role: 'user',
      text,
      created,
      ...(attachments?.length && {attachments}),
    };
    conversation = withNode(conversation, prompt);
    const whole = conversation;
    keeper.write(to => {
      to.saveConversation(withHead(whole, parent));
      to.addMessage(whole.id, prompt);
    }, whole);
    return prompt.id;
  };

  const take = (recorder: ReplyRecorder, onEvent: SendOptions['onEvent']) => (event: ReplyEvent) => {
    if (recorder.add(event)) notify();
    else notifySoon();
    return onEvent?.(event);
  };

  /** A finished answer with its price. It is safe before anything is looked up. */
  const priced = async (conversationId: string, reply: MessageNode): Promise<MessageNode> => {
    const {usage, text, reasoning} = reply;
    // What failed before the server took it is billed by nobody.
    if (!priceOf || (usage?.input === undefined && text === '' && !reasoning)) return reply;
    keeper.write(to => to.finishMessage(conversationId, reply));
    const cost = await within(priceOf(reply), priceMs);
    return cost === undefined ? reply : {...reply, cost};
  };

  const answer = async (
    parent: string,
    {model = conversation.model, onEvent}: RetryOptions,
    {cut, before = null}: {cut?: MessageNode; before?: string | null} = {},
  ): Promise<Turn> => {
    keeper.writeCopied(conversation);
    const controller = new AbortController();
    const request = leaveOut(
      {
        model,
        messages: cut ? continuationMessages(conversation, cut) : toMessages(conversation, parent),
        options: conversation.options,
        ...(conversation.think && {think: conversation.think}),
        ...(schema && {schema}),
      },
      leftOut.get(model) ?? new Set(),
    );
    const recorder = createReplyRecorder({
      id: newId(now()),
      parent,
      model,
      messages: request.messages,
      ...(cut && {begun: cut}),
      now,
      flushMs,
      flush: (id, chunk) => keeper.write(to => to.appendChunk(id, chunk)),
    });
    const conversationId = conversation.id;
    const {promise: ended, resolve: end} = Promise.withResolvers<void>();
    live = {recorder, controller, ended};
    let ending: StopReason;
    let error: LlmError | undefined;
    let mayCut = false;
    try {
      const begun = recorder.started();
      keeper.write(to => to.addMessage(conversationId, begun));
      notify();
      try {
        // A prompt is stored before it is sent.
        const stored = keeper.settled();
        if (stored) await untilAborted(stored, controller.signal);
        const ended = await streamReply({resolve, request, take: take(recorder, onEvent)}, controller.signal);
        ending = ended.reason;
        // A server that takes no window size may cut what is too long without a word.
        mayCut = !ended.backend.capabilities.contextSize && !cut;
      } catch (thrown) {
        error = toLlmError(thrown);
        ending = controller.signal.aborted
          ? 'aborted'
          : error.kind === 'interrupted'
            ? 'interrupted'
            : 'error';
      }
      if (ending === 'aborted') error = undefined;
      const reply = await priced(conversationId, recorder.finish(ending, error));
      conversation = withNode(conversation, reply);
      const dropped = mayCut ? truncationWarning(conversation, reply) : undefined;
      // An answer that came to nothing does not take the place of the one that was there.
      if (before !== null && reply.text === '' && ending !== 'stop')
        conversation = withHead(conversation, before);
      const whole = conversation;
      keeper.write(to => {
        to.finishMessage(conversationId, reply);
        to.saveConversation(whole);
      }, whole);
      const warnings = [...recorder.warnings(), ...(dropped === undefined ? [] : [dropped])];
      return {reply, warnings, ...(error && {error})};
    } finally {
      // Whatever happened, the next prompt must be possible.
      live = null;
      end();
      notify();
    }
  };

  const stop = async (): Promise<void> => {
    asides.stop();
    live?.controller.abort();
    await live?.ended;
    await keeper.settled();
  };

  const requireIdle = (): void => {
    if (live) throw refusal('an answer is still streaming', 'Stop it first.');
  };

  const keep = async (next: () => Conversation, how: KeepOptions): Promise<void> => {
    await stop();
    // Nobody tries it again once another conversation is held.
    await keeper.writeRest({patienceMs: 0});
    // As soon as an answer has ended the next one may have been begun.
    while (live) await stop();
    conversation = next();
    leftOut.clear();
    spawned = [];
    keeper.change(how);
    notify();
  };

  return {
    async send(text, options = {}) {
      requireIdle();
      return answer(addPrompt(conversation.head, text, options.attachments), options);
    },
    ask(text, {attachments} = {}) {
      requireIdle();
      const id = addPrompt(conversation.head, text, attachments);
      saveFields();
      return id;
    },
    stop,
    storeRest: (options = {}) => keeper.writeRest(options),
    async retry(options = {}) {
      requireIdle();
      const prompt = activePath(conversation).findLast(node => node.role === 'user');
      if (!prompt) throw refusal('there is no prompt to answer again');
      const {head} = conversation;
      conversation = withHead(conversation, prompt.id);
      return answer(prompt.id, options, {before: head === prompt.id ? null : head});
    },
    async edit(promptId, text, options = {}) {
      requireIdle();
      const prompt = conversation.nodes.get(promptId);
      if (prompt?.role !== 'user') throw refusal('there is no such prompt in this conversation');
      return answer(addPrompt(prompt.parent, text, options.attachments ?? prompt.attachments), options);
    },
    async continueReply(options = {}) {
      requireIdle();
      const cut = cutAnswer(conversation);
      if (!cut) throw refusal('no answer was cut here', 'To have the last prompt answered again: /retry');
      conversation = withHead(conversation, cut.parent);
      return answer(cut.parent ?? '', options, {cut});
    },
    goTo(head) {
      requireIdle();
      if (head !== null && !conversation.nodes.has(head))
        throw refusal('there is no such message in this conversation');
      conversation = withHead(conversation, head);
      saveFields();
    },
    use(model) {
      conversation = {...conversation, model};
      saveFields();
    },
    leaveOut(model, ability) {
      leftOut.set(model, (leftOut.get(model) ?? new Set<Ability>()).add(ability));
    },
    configure(change) {
      conversation = {...conversation, ...change};
      // Who names a copy wants to find it again, though nothing was said in it yet.
      if (change.title !== undefined && conversation.nodes.size > 0) keeper.writeCopied(conversation);
      saveFields();
    },
    open: (other, {stored = true} = {}) => keep(() => other, {stored}),
    fork: () =>
      keep(() => forkConversation(conversation, newId, now()), {
        stored: keeper.isStored(),
        unwritten: true,
      }),
    spawn(change) {
      keeper.writeCopied(conversation);
      const {journal, ...rest} = settings;
      const session = createSession({
        ...rest,
        // Only one of them may write the whole conversation after all have ended.
        storeAgainMs: Number.POSITIVE_INFINITY,
        conversation: {...conversation, ...change},
        ...(journal && keeper.isStored() && {journal: {...journal, saveConversation() {}}}),
      });
      spawned = [...spawned, session];
      return session;
    },
    adopt(nodes, head) {
      requireIdle();
      const known = new Map(conversation.nodes);
      for (const node of nodes) known.set(node.id, node);
      if (head !== null && !known.has(head)) throw refusal('there is no such message in this conversation');
      const updated = Math.max(conversation.updated, ...[...known.values()].map(({created}) => created));
      conversation = withHead({...conversation, nodes: known, updated}, head);
      const whole = conversation;
      // What they could not store is stored here.
      if (spawned.some(session => session.snapshot().storageError))
        keeper.write(to => to.addConversation(whole), whole);
      saveFields();
    },
    aside: (messages, signal, options) => asides.ask(conversation, messages, signal, options),
    subscribe,
    snapshot() {
      state ??= {
        conversation,
        live: live?.recorder.live() ?? null,
        aside: asides.current(),
        isStored: keeper.isStored(),
        storageError: keeper.failure(),
      };
      return state;
    },
  };
}

function refusal(message: string, hint = ''): LlmError {
  return new LlmError({kind: 'usage', message, hint});
}
