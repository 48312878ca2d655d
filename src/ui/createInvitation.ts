import type {Chat} from '../commands/createChat.ts';
import type {FirstSteps} from '../commands/createFirstSteps.ts';
import type {NextStep} from '../commands/nextStep.ts';
import type {Session} from '../core/session.ts';

/** The step that one key takes where nothing is typed, as long as the place where one types says so. */
export type Invitation = {
  /** Null while nothing may be taken. */
  snapshot(): NextStep | null;
  subscribe(listener: () => void): () => void;
  /** A line was sent: the key may be pressed once too often. */
  stir(): void;
  close(): void;
};

export type InvitationSettings = {
  session: Pick<Session, 'snapshot' | 'subscribe'>;
  chat: Pick<Chat, 'queue' | 'subscribe'>;
  firstSteps: Pick<FirstSteps, 'offer' | 'subscribe'>;
  /** How long nothing may have gone on before, in ms. */
  restMs?: number;
};

/**
 * Holds an offered step back for a moment after it is made, and after each prompt and answer: a key that was meant for
 * what stood there before must not begin a large download.
 */
export function createInvitation({session, chat, firstSteps, restMs = 1000}: InvitationSettings): Invitation {
  const listeners = new Set<() => void>();
  let shown: NextStep | null = null;
  let timer: NodeJS.Timeout | undefined;
  let seen = {step: firstSteps.offer(), head: session.snapshot().conversation.head, isBusy: false};

  const show = (next: NextStep | null): void => {
    if (next === shown) return;
    shown = next;
    for (const listener of listeners) listener();
  };
  const wait = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const step = seen.isBusy ? null : seen.step;
    show(restMs > 0 ? null : step);
    if (restMs <= 0 || step === null) return;
    timer = setTimeout(() => show(step), restMs);
    timer.unref();
  };
  const look = (): void => {
    const {live, aside, conversation} = session.snapshot();
    const isBusy = live !== null || aside !== null || chat.queue().length > 0;
    const now = {step: firstSteps.offer(), head: conversation.head, isBusy};
    if (now.step === seen.step && now.head === seen.head && now.isBusy === seen.isBusy) return;
    seen = now;
    wait();
  };

  const unfollow = [session.subscribe(look), chat.subscribe(look), firstSteps.subscribe(look)];
  wait();
  return {
    snapshot: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stir: wait,
    close() {
      clearTimeout(timer);
      for (const each of unfollow) each();
    },
  };
}
