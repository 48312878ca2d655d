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
import {type AsideState, createAsides} from './createAsides.ts';
import {createKeeper, type KeepOptions} from './createKeeper.ts';
import {createNotifier} from './createNotifier.ts';
import {LlmError, toLlmError} from './errors.ts';
import {forkConversation} from './forkConversation.ts';
import type {Journal} from './journal.ts';
import type {LiveReply} from './liveReply.ts';
import type {Attachment, Message, StopReason} from './message.ts';
import type {ReplyEvent} from './reply.ts';
import {createReplyRecorder, type ReplyRecorder} from './replyRecorder.ts';
import {type ResolveModel, streamReply} from './streamReply.ts';

export type SessionState = {
  readonly conversation: Conversation;
  readonly live: LiveReply | null;
  /** A side request that is under way. */
  readonly aside: AsideState | null;
  /** Whether the conversation is meant to be stored; false also where nothing ever is. */
  readonly isStored: boolean;
  /** Why nothing is being stored any more, once storing has failed. */
  readonly storageError: LlmError | null;
};

/** One finished exchange: the answer as it was kept, and what went wrong, if anything did. */
export type Turn = {
  readonly reply: MessageNode;
  readonly error?: LlmError;
  readonly warnings: readonly string[];
};

export type SendOptions = {
  attachments?: readonly Attachment[];
  /**
   * Sees every event of the backend at once, before it is coalesced for subscribers. A promise holds the stream back
   * until it settles, so that a slow reader slows the backend down.
   */
  onEvent?(event: ReplyEvent): void | Promise<void>;
};

export type RetryOptions = Pick<SendOptions, 'onEvent'> & {
  /** Full name of a model that gives this one answer; the conversation's own model stays. */
  model?: string;
};

/** What may be changed of a conversation while it is held. */
export type ConversationChange = Partial<
  Pick<Conversation, 'system' | 'options' | 'think' | 'title' | 'shortened'>
>;

/** One conversation being held: the only turn loop of the program, whatever face drives it. */
export type Session = {
  /**
   * Adds a prompt, stores it, and streams the answer. Resolves when the answer has ended, also badly
   * (`Turn.error`); whatever text had come is kept. Throws only when an answer is already streaming.
   */
  send(text: string, options?: SendOptions): Promise<Turn>;
  /** Ends the answer that streams, keeping its text, and side requests; resolves when it is stored. */
  stop(): Promise<void>;
  /** Answers the last prompt again; the new answer is a sibling of the old one. */
  retry(options?: RetryOptions): Promise<Turn>;
  /** Sends another wording of an earlier prompt, as its sibling. Throws `usage` when there is no such prompt. */
  edit(promptId: string, text: string, options?: SendOptions): Promise<Turn>;
  /**
   * Goes on with the last answer, which was cut. What comes is added to its text, in a sibling of it. Throws `usage`
   * when there is no answer to go on with.
   */
  continueReply(options?: Pick<SendOptions, 'onEvent'>): Promise<Turn>;
  /**
   * Makes another node the end of the active path; null goes back before the first prompt. Throws `usage` when there is
   * no such node.
   */
  goTo(head: string | null): void;
  /** Makes another model (full name) answer from the next prompt on. */
  use(model: string): void;
  /** Changes the system prompt, options, thinking level, title or shortening of the conversation. */
  configure(change: ConversationChange): void;
  /** Ends what streams and goes on with another conversation; with `stored: false` nothing of it is written. */
  open(conversation: Conversation, options?: {stored?: boolean}): Promise<void>;
  /** Goes on in a new conversation that begins with the active path; it is written with its first own message. */
  fork(): Promise<void>;
  /**
   * One answer of the conversation's model to other messages, as a whole; it is no part of the conversation. Throws
   * `LlmError`, kind `cancelled` after an abort.
   */
  aside(messages: readonly Message[], signal: AbortSignal): Promise<string>;
  /** Calls back after a change; while text streams, at most once per `notifyMs`. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
  /** The state now; the same object until something changes. */
  snapshot(): SessionState;
};

export type SessionSettings = {
  conversation: Conversation;
  resolve: ResolveModel;
  newId(now: number): string;
  journal?: Journal;
  schema?: object;
  /** Shortest time between two notices of streamed text, in ms. */
  notifyMs?: number;
  /** Longest time for which streamed text may be unsaved, in ms. */
  flushMs?: number;
  /** ms since 1970. */
  now?(): number;
};

/** Starts a session over a conversation, new or resumed. */
export function createSession(settings: SessionSettings): Session {
  const {resolve, newId, schema, notifyMs = 100, flushMs = 500, now = Date.now} = settings;
  let conversation = settings.conversation;
  let live: {recorder: ReplyRecorder; controller: AbortController; ended: Promise<unknown>} | null = null;
  let state: SessionState | null = null;

  const {
    now: notify,
    soon: notifySoon,
    subscribe,
  } = createNotifier(notifyMs, () => {
    state = null;
  });

  /** A failing store must not end the talk: it is reported once, and the session goes on without it. */
  const keeper = createKeeper(settings.journal, () => {
    state = null;
    notifySoon();
  });

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
    keeper.write(to => {
      to.saveConversation(withHead(conversation, parent));
      to.addMessage(conversation.id, prompt);
    });
    return prompt.id;
  };

  const take = (recorder: ReplyRecorder, onEvent: SendOptions['onEvent']) => (event: ReplyEvent) => {
    if (recorder.add(event)) notify();
    else notifySoon();
    return onEvent?.(event);
  };

  const answer = async (
    parent: string,
    {model = conversation.model, onEvent}: RetryOptions,
    cut?: MessageNode,
  ): Promise<Turn> => {
    keeper.writeCopied(conversation);
    const controller = new AbortController();
    const recorder = createReplyRecorder({
      id: newId(now()),
      parent,
      model,
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
      keeper.write(to => to.addMessage(conversationId, recorder.started()));
      notify();
      try {
        const request = {
          model,
          messages: cut ? continuationMessages(conversation, cut) : toMessages(conversation, parent),
          options: conversation.options,
          ...(conversation.think && {think: conversation.think}),
          ...(schema && {schema}),
        };
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
      const reply = recorder.finish(ending, error);
      conversation = withNode(conversation, reply);
      keeper.write(to => {
        to.finishMessage(conversationId, reply);
        to.saveConversation(conversation);
      });
      const dropped = mayCut ? truncationWarning(conversation, reply) : undefined;
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
    if (!live) return;
    live.controller.abort();
    await live.ended;
  };

  const requireIdle = (): void => {
    if (live) throw refusal('an answer is still streaming', 'Stop it first.');
  };

  const keep = async (other: Conversation, how: KeepOptions): Promise<void> => {
    await stop();
    conversation = other;
    keeper.change(how);
    notify();
  };

  return {
    async send(text, options = {}) {
      requireIdle();
      return answer(addPrompt(conversation.head, text, options.attachments), options);
    },
    stop,
    async retry(options = {}) {
      requireIdle();
      const prompt = activePath(conversation).findLast(node => node.role === 'user');
      if (!prompt) throw refusal('there is no prompt to answer again');
      conversation = withHead(conversation, prompt.id);
      return answer(prompt.id, options);
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
      return answer(cut.parent ?? '', options, cut);
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
    configure(change) {
      conversation = {...conversation, ...change};
      saveFields();
    },
    open: (other, {stored = true} = {}) => keep(other, {stored}),
    fork: () =>
      keep(forkConversation(conversation, newId, now()), {stored: keeper.isStored(), unwritten: true}),
    aside: (messages, signal) => asides.ask(conversation, messages, signal),
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
