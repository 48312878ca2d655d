import type {MessageNode} from '../conversation.ts';
import {createNotifier} from '../createNotifier.ts';
import {toLlmError} from '../errors.ts';
import type {Attachment} from '../message.ts';
import type {Session, Turn} from '../session.ts';
import type {Contestant} from './contestant.ts';
import type {TurnGate} from './createTurnGate.ts';

/** `waiting`: for a place at its backend. `idle`: nothing was asked yet. */
export type PaneState = 'idle' | 'waiting' | 'answering' | 'done' | 'stopped' | 'failed';

/** One contestant and the conversation it has, apart from those of the others. */
export type ComparisonPane = {
  /** Tells it from the others, for as long as the comparison lasts. */
  readonly id: number;
  readonly contestant: Contestant;
  readonly session: Session;
  state(): PaneState;
  /** Its last finished answer, to the prompt that was sent last; undefined while it streams or waits. */
  answer(): MessageNode | undefined;
};

/** One prompt asked of several contestants side by side, and what follows it. */
export type Comparison = {
  /** The same array until panes come or go. */
  panes(): readonly ComparisonPane[];
  /** The id of the first prompt that all are asked; null while there is none. */
  firstPrompt(): string | null;
  /** The prompts that all are asked, the first of them first. */
  prompts(): readonly string[];
  /** Has every pane answer a prompt. Resolves with what came of it, pane by pane, when all have ended. */
  send(text: string, attachments?: readonly Attachment[]): Promise<readonly PaneTurn[]>;
  /** Has every pane answer the prompt that they begin at. Call it once, and only when there is one. */
  begin(): Promise<readonly PaneTurn[]>;
  /** Has one pane answer its last prompt again. */
  retry(id: number): Promise<PaneTurn | undefined>;
  /** Adds a pane at the end, or in place of another one, which answers all that was asked. */
  add(contestant: Contestant, inPlaceOf?: number): Promise<void>;
  /** Ends what a pane does, and takes it away; what it has said stays in the conversation. */
  remove(id: number): Promise<void>;
  /** Ends what streams or waits: in one pane, or in all. */
  stop(id?: number): Promise<void>;
  /** Whether anything streams or waits. */
  isBusy(): boolean;
  /** Whether a message was said here, and not in the conversation before. */
  isOwn(messageId: string): boolean;
  /** Takes everything that was said into the session that all began with; its path then ends at `head`. */
  keep(head: string | null): void;
  /** Calls back after a change of panes or of what they say. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
};

/** What streams in several panes is told of together, so often at most, in ms. */
const notifyMs = 100;

/** How an answer in a pane ended. */
export type PaneTurn = {pane: ComparisonPane; turn: Turn};

export type ComparisonSettings = {
  /** Whose conversation is gone on with. It must not answer anything meanwhile. */
  home: Session;
  /** The prompt that all are to answer; null while there is none, then the first that is sent is it. */
  at: string | null;
  contestants: readonly Contestant[];
  gate: TurnGate;
};

type Pane = ComparisonPane & {
  /** What it has been given to do, one after the other; never rejects. */
  work: Promise<unknown>;
  /** How much of that has not begun. */
  waiting: number;
  controller: AbortController;
  unfollow(): void;
};

/** Puts contestants side by side over a session; nothing is asked yet. */
export function createComparison({home, at, contestants, gate}: ComparisonSettings): Comparison {
  const {now: notify, soon: notifySoon, subscribe} = createNotifier(notifyMs, () => {});
  /** What panes that are gone have said. */
  const left: MessageNode[] = [];
  const followUps: {text: string; attachments: readonly Attachment[]}[] = [];
  let prompt = at;
  let lastId = 0;

  const isOwn = (id: string): boolean => !home.snapshot().conversation.nodes.has(id);

  /** The last message, when it is an answer that was given here. */
  const lastAnswer = (session: Session): MessageNode | undefined => {
    const {nodes, head} = session.snapshot().conversation;
    const node = nodes.get(head ?? '');
    return node?.role === 'assistant' && isOwn(node.id) ? node : undefined;
  };

  const open = (contestant: Contestant): Pane => {
    const {conversation} = home.snapshot();
    const session = home.spawn({
      model: contestant.model,
      head: prompt,
      options: {...conversation.options, ...contestant.options},
      ...(contestant.system !== undefined && {system: contestant.system}),
    });
    lastId += 1;
    const pane: Pane = {
      id: lastId,
      contestant,
      session,
      state() {
        if (session.snapshot().live) return 'answering';
        if (pane.waiting > 0) return 'waiting';
        const stop = lastAnswer(session)?.stop;
        if (stop === undefined) return pane.controller.signal.aborted ? 'stopped' : 'idle';
        if (stop === 'error' || stop === 'interrupted') return 'failed';
        return stop === 'aborted' ? 'stopped' : 'done';
      },
      answer: () => (session.snapshot().live || pane.waiting > 0 ? undefined : lastAnswer(session)),
      work: Promise.resolve(),
      waiting: 0,
      controller: new AbortController(),
      unfollow: session.subscribe(notifySoon),
    };
    return pane;
  };

  let panes: readonly Pane[] = contestants.map(open);
  const find = (id: number): Pane | undefined => panes.find(pane => pane.id === id);

  /** Has a pane do one thing after what it is busy with, as soon as its backend has a place. Undefined when stopped. */
  const run = (pane: Pane, act: () => Promise<Turn>): Promise<PaneTurn | undefined> => {
    if (pane.controller.signal.aborted) pane.controller = new AbortController();
    const {signal} = pane.controller;
    const {model} = pane.contestant;
    const before = pane.work;
    pane.waiting += 1;
    const done = (async () => {
      let leave: () => void;
      try {
        await before;
        leave = await gate.enter(model.slice(0, Math.max(0, model.indexOf('/'))), signal);
      } catch (thrown) {
        if (toLlmError(thrown).kind === 'cancelled') return undefined;
        throw thrown;
      } finally {
        pane.waiting -= 1;
      }
      try {
        return {pane, turn: await act()};
      } finally {
        leave();
        notify();
      }
    })();
    pane.work = done.catch(() => {});
    notify();
    return done;
  };

  const all = async (act: (session: Session) => Promise<Turn>): Promise<readonly PaneTurn[]> => {
    const turns = await Promise.all(panes.map(pane => run(pane, () => act(pane.session))));
    return turns.filter(turn => turn !== undefined);
  };

  const stopPane = async (pane: Pane): Promise<void> => {
    pane.controller.abort();
    await pane.session.stop();
    await pane.work;
  };

  const take = (pane: Pane): void => {
    left.push(...pane.session.snapshot().conversation.nodes.values());
  };

  const begin = (): Promise<readonly PaneTurn[]> => all(session => session.retry());

  return {
    panes: () => panes,
    firstPrompt: () => prompt,
    prompts() {
      const first = home.snapshot().conversation.nodes.get(prompt ?? '');
      return [...(first ? [first.text] : []), ...followUps.map(({text}) => text)];
    },
    begin,
    async send(text, attachments = []) {
      if (prompt !== null) {
        followUps.push({text, attachments});
        return all(session => session.send(text, {attachments}));
      }
      prompt = home.ask(text, {attachments});
      const node = home.snapshot().conversation.nodes.get(prompt);
      for (const {session} of panes) session.adopt(node ? [node] : [], prompt);
      return begin();
    },
    async retry(id) {
      const pane = find(id);
      return pane && prompt !== null ? run(pane, () => pane.session.retry()) : undefined;
    },
    async add(contestant, inPlaceOf) {
      const pane = open(contestant);
      const old = inPlaceOf === undefined ? undefined : find(inPlaceOf);
      panes = old ? panes.map(each => (each === old ? pane : each)) : [...panes, pane];
      notify();
      if (old) {
        old.unfollow();
        await stopPane(old);
        take(old);
      }
      if (prompt === null) return;
      const turns = [
        run(pane, () => pane.session.retry()),
        ...followUps.map(({text, attachments}) => run(pane, () => pane.session.send(text, {attachments}))),
      ];
      await Promise.all(turns);
    },
    async remove(id) {
      const pane = find(id);
      if (!pane) return;
      panes = panes.filter(each => each !== pane);
      pane.unfollow();
      notify();
      await stopPane(pane);
      take(pane);
    },
    async stop(id) {
      await Promise.all(panes.filter(pane => id === undefined || pane.id === id).map(stopPane));
      notify();
    },
    isOwn,
    isBusy: () => panes.some(pane => pane.session.snapshot().live !== null || pane.waiting > 0),
    keep(head) {
      for (const pane of panes) take(pane);
      home.adopt(left, head);
    },
    subscribe,
  };
}
