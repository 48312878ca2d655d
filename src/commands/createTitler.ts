import {activePath, type Conversation, titleFrom, toMessages} from '../core/conversation.ts';
import type {Session} from '../core/session.ts';
import {readTitle} from './readTitle.ts';

export type TitlerSettings = {
  session: Session;
  /** Whether a model (full name) may be asked: whether it is free of charge and can do it. */
  mayAsk(model: string): Promise<boolean>;
  /** How long the person must have been idle, in ms. */
  idleMs?: number;
};

/** Gives conversations better titles than their first line. */
export type Titler = {
  /** The person has typed: the model is theirs at once. */
  typed(): void;
  close(): void;
};

/** Only young conversations get a title, of so many prompts and answers at most. */
const longest = 6;
/** A title that was dropped so often is given up. */
const maxAttempts = 3;
/** Enough for a title and some thinking before it. */
const maxTokens = 400;

const request =
  'Write a title for this conversation: at most six words, in the language of the conversation. Answer with the title alone.';

/**
 * Asks the conversation's model for a title once its first answer stands and nobody has typed for a while. Only a
 * conversation that is stored, and whose title is still the first line of its first prompt, gets one. The request goes
 * on from the conversation itself: so a server reads only the last line anew, and keeps what it knows for the next turn.
 */
export function createTitler({session, mayAsk, idleMs = 10_000}: TitlerSettings): Titler {
  const attempts = new Map<string, number>();
  /** Models that may not be asked. */
  const refused = new Set<string>();
  /** Answers that came in this run; a conversation that was only opened is left alone. */
  let streamed: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let asking: AbortController | null = null;

  const drop = (): void => {
    clearTimeout(timer);
    timer = undefined;
    asking?.abort();
  };

  const isWanting = (): boolean => {
    const {conversation, live, aside, isStored} = session.snapshot();
    return (
      !live &&
      !aside &&
      isStored &&
      streamed === conversation.id &&
      (attempts.get(conversation.id) ?? 0) < maxAttempts &&
      wantsTitle(conversation) &&
      !refused.has(conversation.model)
    );
  };

  const ask = async (): Promise<void> => {
    timer = undefined;
    if (asking || !isWanting()) return;
    const {conversation} = session.snapshot();
    const {id} = conversation;
    const controller = new AbortController();
    asking = controller;
    try {
      // Looked up only now: most conversations go on before their time has come.
      if (!(await mayAsk(conversation.model))) {
        refused.add(conversation.model);
        return;
      }
      if (controller.signal.aborted || session.snapshot().conversation !== conversation) return;
      attempts.set(id, (attempts.get(id) ?? 0) + 1);
      const messages = [...toMessages(conversation), {role: 'user' as const, text: request}];
      const title = readTitle(await session.aside(messages, controller.signal, {quiet: true, maxTokens}));
      const now = session.snapshot().conversation;
      // A model that has nothing to say is not asked again.
      attempts.set(id, maxAttempts);
      if (title !== undefined && now.id === id && !controller.signal.aborted && wantsTitle(now))
        session.configure({title});
    } catch {
      // The first line is a title too. What was dropped may be asked for again; what failed would fail again.
      if (!controller.signal.aborted) attempts.set(id, maxAttempts);
    } finally {
      asking = null;
      wait();
    }
  };

  const wait = (): void => {
    if (timer || asking || !isWanting()) return;
    timer = setTimeout(() => void ask(), idleMs);
    timer.unref();
  };

  const unfollow = session.subscribe(() => {
    const {conversation, live} = session.snapshot();
    if (live) {
      streamed = conversation.id;
      drop();
    } else wait();
  });

  return {
    typed() {
      drop();
      wait();
    },
    close() {
      unfollow();
      streamed = null;
      drop();
    },
  };
}

/** Whether it has an answer, and still the title that nobody gave it. */
function wantsTitle(conversation: Conversation): boolean {
  const path = activePath(conversation);
  const [first] = path;
  const last = path.at(-1);
  const isAnswered = last?.role === 'assistant' && last.text !== '' && last.stop === 'stop';
  return (
    isAnswered &&
    path.length <= longest &&
    first !== undefined &&
    conversation.title === titleFrom(first.text)
  );
}
