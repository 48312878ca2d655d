import type {Backend} from './backend.ts';
import {
  activePath,
  type Conversation,
  type MessageNode,
  toMessages,
  withHead,
  withNode,
} from './conversation.ts';
import {LlmError, toLlmError} from './errors.ts';
import {type Journal, noJournal} from './journal.ts';
import type {LiveReply} from './liveReply.ts';
import type {Attachment, StopReason} from './message.ts';
import type {ReplyEvent} from './reply.ts';
import {createReplyRecorder, type ReplyRecorder} from './replyRecorder.ts';

export type SessionState = {
  readonly conversation: Conversation;
  readonly live: LiveReply | null;
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
  /** Ends the answer that streams, keeping its text; resolves when it is stored. */
  stop(): Promise<void>;
  /** Answers the last prompt again; the new answer is a sibling of the old one. */
  retry(options?: Pick<SendOptions, 'onEvent'>): Promise<Turn>;
  /** Sends another wording of an earlier prompt, as its sibling. Throws `usage` when there is no such prompt. */
  edit(promptId: string, text: string, options?: SendOptions): Promise<Turn>;
  /**
   * Goes on with the last answer, which was cut. What comes is added to its text, in a sibling of it. Throws `usage`
   * when there is no answer to go on with.
   */
  continueReply(options?: Pick<SendOptions, 'onEvent'>): Promise<Turn>;
  /** Makes another node the end of the active path; null goes back before the first prompt. */
  goTo(head: string | null): void;
  /** Makes another model (full name) answer from the next prompt on. */
  use(model: string): void;
  /** Changes the system prompt, options, thinking level, title or shortening of the conversation. */
  configure(change: ConversationChange): void;
  /** Ends what streams and goes on with another conversation. */
  open(conversation: Conversation): Promise<void>;
  /** Calls back after a change; while text streams, at most once per `notifyMs`. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
  /** The state now; the same object until something changes. */
  snapshot(): SessionState;
};

export type SessionSettings = {
  conversation: Conversation;
  /** Finds the backend of a full model name. Throws `LlmError`. */
  resolve(model: string): Promise<{backend: Backend; model: string}>;
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
  const listeners = new Set<() => void>();
  let journal = settings.journal ?? noJournal;
  let conversation = settings.conversation;
  let live: {recorder: ReplyRecorder; controller: AbortController; ended: Promise<unknown>} | null = null;
  let storageError: LlmError | null = null;
  let state: SessionState | null = null;
  let notifyTimer: NodeJS.Timeout | undefined;

  const notify = (): void => {
    clearTimeout(notifyTimer);
    notifyTimer = undefined;
    state = null;
    for (const listener of [...listeners]) listener();
  };
  const notifySoon = (): void => {
    notifyTimer ??= setTimeout(notify, notifyMs);
  };

  /** A failing store must not end the talk: it is reported once, and the session goes on without it. */
  const write = (action: (journal: Journal) => void): void => {
    try {
      action(journal);
    } catch (thrown) {
      storageError = toLlmError(thrown, 'storage');
      journal = noJournal;
      state = null;
      notifySoon();
    }
  };

  const addPrompt = (parent: string | null, text: string, attachments?: readonly Attachment[]): string => {
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
    write(to => {
      to.saveConversation(withHead(conversation, parent));
      to.addMessage(conversation.id, prompt);
    });
    return prompt.id;
  };

  const stream = async (
    recorder: ReplyRecorder,
    signal: AbortSignal,
    onEvent: SendOptions['onEvent'],
  ): Promise<StopReason> => {
    const {backend, model} = await untilAborted(resolve(conversation.model), signal);
    const request = {
      model,
      messages: toMessages(conversation, recorder.parent),
      options: conversation.options,
      ...(conversation.think && {think: conversation.think}),
      ...(schema && {schema}),
    };
    let reason: StopReason | undefined;
    for await (const event of backend.reply(request, signal)) {
      if (event.type === 'finish') reason = event.reason === 'tool-calls' ? 'stop' : event.reason;
      if (recorder.add(event)) notify();
      else notifySoon();
      const held = onEvent?.(event);
      if (held) await untilAborted(held, signal);
    }
    if (reason) return reason;
    throw new LlmError({
      kind: 'interrupted',
      message: `${backend.label} ended the answer without finishing it`,
    });
  };

  const answer = async (parent: string, onEvent: SendOptions['onEvent']): Promise<Turn> => {
    const controller = new AbortController();
    const recorder = createReplyRecorder({
      id: newId(now()),
      parent,
      model: conversation.model,
      now,
      flushMs,
      flush: (id, chunk) => write(to => to.appendChunk(id, chunk)),
    });
    const conversationId = conversation.id;
    const {promise: ended, resolve: end} = Promise.withResolvers<void>();
    live = {recorder, controller, ended};
    let ending: StopReason;
    let error: LlmError | undefined;
    try {
      write(to => to.addMessage(conversationId, recorder.started()));
      notify();
      try {
        ending = await stream(recorder, controller.signal, onEvent);
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
      write(to => {
        to.finishMessage(conversationId, reply);
        to.saveConversation(conversation);
      });
      return {reply, warnings: recorder.warnings(), ...(error && {error})};
    } finally {
      // Whatever happened, the next prompt must be possible.
      live = null;
      end();
      notify();
    }
  };

  const stop = async (): Promise<void> => {
    if (!live) return;
    live.controller.abort();
    await live.ended;
  };

  const requireIdle = (): void => {
    if (live)
      throw new LlmError({kind: 'usage', message: 'an answer is still streaming', hint: 'Stop it first.'});
  };

  return {
    async send(text, options = {}) {
      requireIdle();
      return answer(addPrompt(conversation.head, text, options.attachments), options.onEvent);
    },
    stop,
    async retry(options = {}) {
      requireIdle();
      const prompt = activePath(conversation).findLast(node => node.role === 'user');
      if (!prompt) throw new LlmError({kind: 'usage', message: 'there is no prompt to answer again'});
      conversation = withHead(conversation, prompt.id);
      return answer(prompt.id, options.onEvent);
    },
    async edit(promptId, text, options = {}) {
      requireIdle();
      const prompt = conversation.nodes.get(promptId);
      if (prompt?.role !== 'user') {
        throw new LlmError({kind: 'usage', message: 'there is no such prompt in this conversation'});
      }
      return answer(
        addPrompt(prompt.parent, text, options.attachments ?? prompt.attachments),
        options.onEvent,
      );
    },
    async continueReply(options = {}) {
      requireIdle();
      const last = activePath(conversation).at(-1);
      if (last?.role !== 'assistant')
        throw new LlmError({kind: 'usage', message: 'there is no answer to go on with'});
      return answer(last.parent ?? '', options.onEvent);
    },
    goTo(head) {
      requireIdle();
      conversation = withHead(conversation, head);
      write(to => to.saveConversation(conversation));
      notify();
    },
    use(model) {
      conversation = {...conversation, model};
      if (conversation.nodes.size > 0) write(to => to.saveConversation(conversation));
      notify();
    },
    configure(change) {
      conversation = {...conversation, ...change};
      if (conversation.nodes.size > 0) write(to => to.saveConversation(conversation));
      notify();
    },
    async open(other) {
      await stop();
      conversation = other;
      notify();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot() {
      state ??= {conversation, live: live?.recorder.live() ?? null, storageError};
      return state;
    },
  };
}

/** Waits for something that cannot be stopped itself, until the signal says that nobody waits any more. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, {once: true});
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
