import {stripVTControlCharacters} from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type {Notice} from '../commands/command.ts';
import {activePath, type Conversation, type MessageNode} from '../core/conversation.ts';
import {describeFigures, formatDuration} from '../core/figures.ts';
import type {LiveReply} from '../core/liveReply.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import type {SessionState} from '../core/session.ts';
import type {MarkdownStream} from '../markdown/markdownStream.ts';
import type {Styles} from './styles.ts';

/**
 * What the chat prints into the terminal's own scrollback. It follows the session, prints every finished part once,
 * and keeps the unfinished end of an answer for the live region.
 */
export type Transcript = {
  /** The unfinished end of the answer that streams, as terminal lines. */
  tail(): readonly string[];
  subscribe(listener: () => void): () => void;
  /** Brings the print up to the session's state. */
  follow(state: SessionState): void;
  show(notice: Notice): void;
  /** Prints a line that is no part of the conversation, as it is. */
  line(text: string): void;
  /** Prints the last `turns` prompts of a conversation with their answers, as if they had just been held. */
  replay(conversation: Conversation, turns: number): void;
  /** What was printed last is no longer on the screen; a conversation begins anew. */
  startOver(conversation: Conversation): void;
};

type TextNotice = Pick<Extract<Notice, {type: 'text'}>, 'tone' | 'text'>;

export type TranscriptSettings = {
  print(text: string): void;
  markdown(): MarkdownStream;
  styles(): Styles;
  /** Columns for prose of our own. */
  width(): number;
  hideThinking: boolean;
};

/** Starts a transcript over an empty part of the screen. */
export function createTranscript(settings: TranscriptSettings): Transcript {
  const {print, markdown, styles, width, hideThinking} = settings;
  const listeners = new Set<() => void>();
  let tail: readonly string[] = [];
  let streaming: {id: string; stream: MarkdownStream; taken: number; thoughtShown: boolean} | null = null;
  const printed = new Set<string>();

  const wrapLine = (line: string): string =>
    // Blanks at the start of a line mean something; those at a break do not.
    wrapAnsi(line, width(), {hard: true, trim: !/^\s/.test(stripVTControlCharacters(line))});
  const wrap = (text: string): string => text.split('\n').map(wrapLine).join('\n');

  const setTail = (text: string): void => {
    const next = text === '' ? [] : text.replace(/\n+$/, '').split('\n');
    if (next.length === 0 && tail.length === 0) return;
    tail = next;
    for (const listener of listeners) listener();
  };

  const printPrompt = (node: MessageNode): void => {
    printed.add(node.id);
    const names = (node.attachments ?? []).map(({name}) => `\n${styles().dim(`[${neutraliseLine(name)}]`)}`);
    print(`${styles().user('❯')} ${styles().strong(neutralise(node.text))}${names.join('')}\n\n`);
  };

  const printThought = (ms: number): void => {
    if (hideThinking) return;
    print(`${styles().thinking(`∴ thought for ${formatDuration(ms)}`)}\n\n`);
  };

  const printFigures = (node: MessageNode): void => {
    print(`\n${styles().dim(wrap(neutraliseLine(describeFigures(node))))}\n\n`);
  };

  const followLive = (live: LiveReply): void => {
    streaming ??= {id: live.id, stream: markdown(), taken: 0, thoughtShown: false};
    if (live.text.length === streaming.taken) return;
    if (!streaming.thoughtShown && live.reasoningMs !== undefined) printThought(live.reasoningMs);
    streaming.thoughtShown = true;
    const finished = streaming.stream.push(live.text.slice(streaming.taken));
    streaming.taken = live.text.length;
    setTail(streaming.stream.open());
    if (finished !== '') print(finished);
  };

  const finishLive = (node: MessageNode): void => {
    printed.add(node.id);
    const {stream, taken, thoughtShown} = streaming ?? {stream: markdown(), taken: 0, thoughtShown: false};
    streaming = null;
    if (!thoughtShown && node.reasoning) printThought(node.timing?.reasoningMs ?? 0);
    const finished = stream.push(node.text.slice(taken)) + stream.end();
    setTail('');
    if (finished !== '') print(finished);
    if (node.text !== '' || !node.error) printFigures(node);
  };

  return {
    tail: () => tail,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    follow({conversation, live}) {
      const last = conversation.head === null ? undefined : conversation.nodes.get(conversation.head);
      if (live) {
        const prompt = conversation.nodes.get(live.parent);
        if (prompt && !printed.has(prompt.id)) printPrompt(prompt);
        else if (!streaming) print(`${styles().rule('── another answer ──')}\n\n`);
        followLive(live);
      } else if (last?.role === 'assistant' && !printed.has(last.id)) {
        finishLive(last);
      }
    },
    show(notice) {
      const text =
        notice.type === 'markdown' ? renderWhole(markdown(), notice.text) : remark(styles(), notice, wrap);
      // In the middle of an answer the next block brings its own blank line.
      print(streaming ? `\n${text.replace(/^\n+|\n+$/g, '')}\n` : `${text.replace(/\n+$/, '')}\n\n`);
    },
    line(text) {
      print(`${wrap(text)}\n`);
    },
    replay(conversation, turns) {
      const path = activePath(conversation);
      const prompts = path.flatMap((node, index) => (node.role === 'user' ? [index] : []));
      const from = prompts.at(-turns) ?? 0;
      for (const node of path.slice(0, from)) printed.add(node.id);
      if (from > 0) print(`${styles().dim(`… ${from} earlier messages`)}\n\n`);
      for (const node of path.slice(from)) {
        if (node.role === 'user') printPrompt(node);
        else finishLive(node);
      }
      if (path.at(-1)?.stop === 'interrupted') {
        print(
          `${remark(styles(), {tone: 'warning', text: 'This answer was cut. /retry asks again; what had come is kept.'}, wrap)}\n\n`,
        );
      }
    },
    startOver(conversation) {
      streaming = null;
      setTail('');
      for (const id of conversation.nodes.keys()) printed.add(id);
    },
  };
}

function renderWhole(stream: MarkdownStream, text: string): string {
  return stream.push(text) + stream.end();
}

/** A remark with its mark, wrapped before it is painted, so that no style stands between a break and its blank. */
function remark(styles: Styles, {tone, text}: TextNotice, wrap: (text: string) => string): string {
  const plain = neutralise(text);
  switch (tone) {
    case 'error':
      return styles.error(wrap(`✗ ${plain}`));
    case 'warning':
      return styles.warning(wrap(`! ${plain}`));
    case 'success':
      return wrap(`✓ ${plain}`).replace('✓', styles.success('✓'));
    case 'info':
      return wrap(plain);
  }
}
