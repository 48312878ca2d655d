import type {Ability} from './abilities.ts';
import type {Conversation, MessageNode} from './conversation.ts';
import type {AsideOptions, AsideState} from './createAsides.ts';
import type {RestOptions} from './createKeeper.ts';
import type {LlmError} from './errors.ts';
import type {LiveReply} from './liveReply.ts';
import type {Attachment, Message} from './message.ts';
import type {ReplyEvent} from './reply.ts';

export type SessionState = {
  readonly conversation: Conversation;
  readonly live: LiveReply | null;
  /** A side request that is under way. */
  readonly aside: AsideState | null;
  /** Whether the conversation is meant to be stored; false also where nothing ever is. */
  readonly isStored: boolean;
  /**
   * Why nothing of this conversation is being stored any more, once storing has failed; a new object for each failure.
   * It is tried again with each prompt, at the end of each answer and every few seconds between them, and is null once
   * the whole conversation could be stored. Another conversation is tried to be stored again, so this is null after
   * `open` and `fork`.
   */
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

/** What a spawned session does otherwise than the one it comes from. */
export type SpawnChange = Pick<Conversation, 'model'> &
  Partial<Pick<Conversation, 'options' | 'system' | 'head'>>;

/** One conversation being held: the only turn loop of the program, whatever face drives it. */
export type Session = {
  /**
   * Adds a prompt, stores it, and streams the answer. Resolves when the answer has ended, also badly
   * (`Turn.error`); whatever text had come is kept. Throws only when an answer is already streaming.
   */
  send(text: string, options?: SendOptions): Promise<Turn>;
  /** Adds a prompt and stores it, without having it answered. Throws `usage` while an answer streams. Returns its id. */
  ask(text: string, options?: Pick<SendOptions, 'attachments'>): string;
  /** Ends the answer that streams, keeping its text, and side requests; resolves when all is stored, if it can be. */
  stop(): Promise<void>;
  /**
   * Tries once more to store what could not be stored, before the program ends; a lock is waited for, five seconds unless
   * `patienceMs` says otherwise, until an abort. Never throws: what became of it is in `storageError`.
   */
  storeRest(options?: RestOptions): Promise<void>;
  /**
   * Answers the last prompt again; the new answer is a sibling of the old one. One that fails or is stopped before its
   * first word stays in the tree, but the old one stays the end of the path.
   */
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
  /**
   * Leaves something out of what a model (full name) is sent in this conversation, because it lacks the ability for it.
   * What is kept of the conversation stays as it is.
   */
  leaveOut(model: string, ability: Ability): void;
  /** Changes the system prompt, options, thinking level, title or shortening of the conversation. */
  configure(change: ConversationChange): void;
  /** Ends what streams and goes on with another conversation; with `stored: false` nothing of it is written. */
  open(conversation: Conversation, options?: {stored?: boolean}): Promise<void>;
  /**
   * Ends what streams and goes on in a new conversation that begins with the active path; it is written with its first
   * own message, or when it gets a title.
   */
  fork(): Promise<void>;
  /**
   * Another session over the same conversation as it is now, with what `change` says: its messages are stored in the
   * same place, and everything else of the conversation stays as it is. They are taken in by `adopt`.
   */
  spawn(change: SpawnChange): Session;
  /**
   * Takes in messages of sessions that were spawned of this one, and makes `head` the end of the active path. Throws
   * `usage` while an answer streams, or when there is no such message.
   */
  adopt(nodes: Iterable<MessageNode>, head: string | null): void;
  /**
   * One answer of the conversation's model to other messages, as a whole; it is no part of the conversation. Throws
   * `LlmError`, kind `cancelled` after an abort.
   */
  aside(messages: readonly Message[], signal: AbortSignal, options?: AsideOptions): Promise<string>;
  /** Calls back after a change; while text streams, at most once per `notifyMs`. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
  /** The state now; the same object until something changes. */
  snapshot(): SessionState;
};
