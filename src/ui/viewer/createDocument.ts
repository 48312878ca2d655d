import {activePath, type Conversation, type MessageNode, withHead} from '../../core/conversation.ts';
import type {LiveReply} from '../../core/liveReply.ts';
import type {SessionState} from '../../core/session.ts';
import {layoutMessage, type MessageLayout} from './layoutMessage.ts';
import type {Look, Part} from './part.ts';
import {readLive, readNode, type ViewerMessage} from './viewerMessage.ts';

/** The active path of a conversation, of which only what is asked for is read and laid out. */
export type ViewerDocument = {
  /** Takes the session's state. Says from which message on something may have changed; undefined when nothing did. */
  update(state: SessionState): number | undefined;
  count(): number;
  message(index: number): ViewerMessage;
  /** The index of a message; -1 when it is not on the path. */
  indexOf(id: string): number;
  idOf(index: number): string;
  isPrompt(index: number): boolean;
  parts(index: number): readonly Part[];
  /** How much of the text, from 0 to 1, stands before a place in a message; `share` is the place in it. */
  shareBefore(index: number, share: number): number;
  /** Whether a fold is open. */
  setOpen(key: string, isOpen: boolean): void;
  setAllThinking(isOpen: boolean): void;
  /** Everything is drawn anew, in another width, theme or way. */
  setLook(look: Look): void;
};

/** So many laid-out messages are kept. */
const keptLayouts = 400;
/** What a message without text counts as, in UTF-16 units. */
const leastWeight = 100;

/** Starts a document. `detail` is the raw material of a failed answer, as far as it is known. */
export function createDocument(firstLook: Look, detail: (id: string) => string | undefined): ViewerDocument {
  const read = new WeakMap<MessageNode | LiveReply, ViewerMessage>();
  const layouts = new Map<string, {message: ViewerMessage; layout: MessageLayout}>();
  const folds = new Map<string, boolean>();
  let look = firstLook;
  let allThinking = false;
  let conversation: Conversation | null = null;
  let parent: string | undefined;
  let path: readonly MessageNode[] = [];
  let live: LiveReply | null = null;
  let indexes = new Map<string, number>();
  let siblings: Map<string, string[]> | undefined;
  /** The weights of the messages up to and with each. */
  let weights: number[] = [];

  const messageAt = (index: number): ViewerMessage => {
    const source = index < path.length ? path[index] : live;
    if (!source) throw new RangeError(`there is no message ${index}`);
    const known = read.get(source);
    if (known) return known;
    const message = 'role' in source ? readNode(source, detail(source.id)) : readLive(source);
    read.set(source, message);
    return message;
  };

  const siblingLabel = (id: string, parentId: string | null, role: string): string => {
    if (!siblings) {
      siblings = new Map();
      for (const node of conversation?.nodes.values() ?? []) {
        const key = `${node.role} ${node.parent}`;
        const list = siblings.get(key);
        if (list) list.push(node.id);
        else siblings.set(key, [node.id]);
      }
    }
    const all = siblings.get(`${role} ${parentId}`) ?? [];
    const others = all.includes(id) ? all : [...all, id];
    return others.length > 1 ? `<${others.indexOf(id) + 1}/${others.length}>` : '';
  };

  const layoutAt = (index: number): MessageLayout => {
    const message = messageAt(index);
    const known = layouts.get(message.id);
    if (known?.message === message) return known.layout;
    if (layouts.size > keptLayouts) layouts.clear();
    const parentId = index < path.length ? (path[index]?.parent ?? null) : (live?.parent ?? null);
    const place = {
      sibling: siblingLabel(message.id, parentId, message.role),
      isFirst: index === 0,
      isOpen: (key: string, byDefault: boolean) =>
        folds.get(key) ?? (key.endsWith('/thinking') ? allThinking : byDefault),
    };
    const before = message.isLive && known?.message.isLive ? known.layout : undefined;
    const layout = layoutMessage(message, place, look, before);
    layouts.set(message.id, {message, layout});
    return layout;
  };

  const readPath = (state: SessionState): void => {
    conversation = state.conversation;
    parent = state.live?.parent;
    path = activePath(parent === undefined ? conversation : withHead(conversation, parent));
    indexes = new Map(path.map(({id}, index) => [id, index]));
    siblings = undefined;
    let sum = 0;
    weights = path.map(node => {
      sum += node.text.length + leastWeight;
      return sum;
    });
  };

  return {
    update(state) {
      const isSamePath = state.conversation === conversation && state.live?.parent === parent;
      if (isSamePath && state.live === live) return undefined;
      const before = path;
      if (!isSamePath) readPath(state);
      live = state.live;
      if (isSamePath) return path.length;
      let common = 0;
      while (common < path.length && path[common] === before[common]) common++;
      return common;
    },
    count: () => path.length + (live ? 1 : 0),
    message: messageAt,
    indexOf: id => indexes.get(id) ?? (live?.id === id ? path.length : -1),
    idOf: index => path[index]?.id ?? live?.id ?? '',
    isPrompt: index => path[index]?.role === 'user',
    parts: index => layoutAt(index).parts,
    shareBefore(index, share) {
      const liveWeight = live ? live.text.length + leastWeight : 0;
      const before = index === 0 ? 0 : (weights[index - 1] ?? 0);
      const own = (index < path.length ? (weights[index] ?? 0) : before + liveWeight) - before;
      return (before + own * share) / Math.max(1, (weights.at(-1) ?? 0) + liveWeight);
    },
    setOpen(key, isOpen) {
      folds.set(key, isOpen);
      layouts.delete(key.slice(0, key.lastIndexOf('/')));
    },
    setAllThinking(isOpen) {
      allThinking = isOpen;
      for (const key of folds.keys()) if (key.endsWith('/thinking')) folds.delete(key);
      layouts.clear();
    },
    setLook(next) {
      look = next;
      layouts.clear();
    },
  };
}
