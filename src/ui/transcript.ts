import type {Notice} from '../commands/command.ts';
import {activePath, type Conversation, type MessageNode, siblings} from '../core/conversation.ts';
import {emptyAnswer, isEmptyAnswer} from '../core/emptyAnswer.ts';
import {asSentence, describeError} from '../core/errors.ts';
import {figureParts} from '../core/figures.ts';
import type {LiveReply} from '../core/liveReply.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import type {SessionState} from '../core/session.ts';
import {shownTurns} from '../core/shownTurns.ts';
import type {CodeNumbers} from '../markdown/codeNumbers.ts';
import type {MarkdownStream} from '../markdown/markdownStream.ts';
import type {Styles} from './styles.ts';
import {createThinking, type Thinking, type ThinkingManner} from './transcript/createThinking.ts';
import {createGlimpse} from './transcript/glimpse.ts';
import {joinParts, remark, wrapLines} from './transcript/remark.ts';
import {shortenPrompt} from './transcript/shortenPrompt.ts';

/**
 * What the chat prints into the terminal's own scrollback. It follows the session, prints every finished part once,
 * and keeps the unfinished end of an answer for the live region.
 */
export type Transcript = {
  /** The unfinished end of the answer that streams, as terminal lines. */
  tail(): readonly string[];
  /** Where the thinking is at, while it streams folded; else empty. It changes at most twice a second. */
  thought(): string;
  subscribe(listener: () => void): () => void;
  /** Brings the print up to the session's state. */
  follow(state: SessionState): void;
  show(notice: Notice): void;
  /** Prints a line that is no part of the conversation, as it is. */
  line(text: string): void;
  /**
   * Prints the last `turns` prompts of a conversation with their answers, as if they had just been held; with `from`,
   * those from that message on.
   */
  replay(conversation: Conversation, turns: number, from?: string): void;
  /** The active path is another one: prints a rule that says `text`, and the path from the node `from` on. */
  moved(conversation: Conversation, from: string | null, text: string): void;
  /** What was printed last is no longer on the screen; a conversation begins anew. */
  startOver(conversation: Conversation): void;
  /** Shows the thinking of the answer that streams and of the next ones, or folds it. Returns what holds now. */
  toggleThinking(): ThinkingManner;
  /** Shows the answer that streams and the next ones as they are written, or rendered. Returns what holds now. */
  toggleMarkdown(): 'raw' | 'rendered';
};

export type TranscriptSettings = {
  print(text: string): void;
  /** A stream of markdown; with `numbers`, its fenced blocks are numbered and kept there. */
  markdown(numbers?: CodeNumbers): MarkdownStream;
  /** Where the fenced blocks of answers get their numbers. */
  codeNumbers?: CodeNumbers;
  styles(): Styles;
  /** Columns for prose of our own. */
  width(): number;
  /** Nothing of the thinking is shown, until it is asked for. */
  hideThinking: boolean;
  /** The key that opens the whole transcript, as people write it. */
  viewKey?: string;
  /** ms since 1970. */
  now?(): number;
};

/** The answer that is being printed. `taken`: characters of its text; `old`: those that were printed before. */
type Printing = {
  stream: MarkdownStream;
  thinking: Thinking;
  taken: number;
  old: number;
  isHeaded: boolean;
  hasThought: boolean;
};

const nothingCame = 'This answer was cut before it began. /retry asks again.';

/** Starts a transcript over an empty part of the screen. */
export function createTranscript(settings: TranscriptSettings): Transcript {
  const {markdown, codeNumbers, styles, width, viewKey = 'Ctrl+O', now = Date.now} = settings;
  const listeners = new Set<() => void>();
  const printed = new Set<string>();
  const folded: ThinkingManner = settings.hideThinking ? 'hidden' : 'folded';
  let glimpse = createGlimpse();
  let tail: readonly string[] = [];
  let thought = '';
  let manner: ThinkingManner = folded;
  let raw = false;
  let streaming: Printing | null = null;
  let live: LiveReply | null = null;
  /** Whether what was printed last ends with a blank line, and whether that was a notice. */
  let endsBlank = true;
  let isAfterNotice = false;

  const print = (text: string): void => {
    if (text === '') return;
    const out = isAfterNotice ? text.replace(/^\n/, '') : text;
    isAfterNotice = false;
    if (out === '') return;
    endsBlank = out === '\n' || out.endsWith('\n\n');
    settings.print(out);
  };
  const gap = (): string => (endsBlank ? '' : '\n');
  const printRule = (text: string): void =>
    print(`${gap()}${styles().rule(wrapLines(`── ${text} ──`, width()))}\n\n`);

  const setTail = (text: string): void => {
    const next = text === '' ? [] : text.replace(/\n+$/, '').split('\n');
    if (next.length === 0 && tail.length === 0) return;
    tail = next;
    for (const listener of listeners) listener();
  };

  const place = (conversation: Conversation, node: MessageNode): string => {
    const all = siblings(conversation, node.id);
    return all.length < 2 ? '' : `<${all.findIndex(({id}) => id === node.id) + 1}/${all.length}>`;
  };

  const printPrompt = (conversation: Conversation, node: MessageNode): void => {
    printed.add(node.id);
    const {dim, strong, user} = styles();
    const mark = [user('❯'), dim(place(conversation, node))].filter(part => part !== '').join(' ');
    const {start, leftOut, end} = shortenPrompt(neutralise(node.text), width());
    const parts = [
      `${mark} ${strong(start)}`,
      leftOut && dim(`… ${leftOut} (${viewKey} shows all)`),
      end && strong(end),
      ...(node.attachments ?? []).map(({name}) => dim(`[${neutraliseLine(name)}]`)),
    ];
    print(`${gap()}${parts.filter(Boolean).join('\n')}\n\n`);
  };

  const startAnswer = (earlier: string): Printing => {
    const stream = markdown(codeNumbers);
    stream.setRaw(raw);
    if (earlier !== '') stream.goOnFrom(earlier);
    const old = earlier.length;
    return {
      stream,
      thinking: createThinking(styles(), width),
      taken: old,
      old,
      isHeaded: old > 0,
      hasThought: false,
    };
  };

  /** Says who answers, once. */
  const printHead = (answer: Printing, model: string): void => {
    if (answer.isHeaded) return;
    answer.isHeaded = true;
    const name = neutraliseLine(model.slice(model.lastIndexOf('/') + 1)) || 'answer';
    print(`${gap()}${styles().assistant('●')} ${styles().dim(name)}\n`);
  };
  const printAnswer = (answer: Printing, model: string, text: string): void => {
    if (text === '') return;
    printHead(answer, model);
    print(text);
  };

  const followThinking = (answer: Printing, reply: LiveReply): void => {
    if (answer.hasThought) return;
    printAnswer(answer, reply.model, answer.thinking.follow(reply.reasoning, manner));
    if (reply.reasoningMs === undefined && reply.text.length === answer.taken) return;
    answer.hasThought = true;
    const ended = reply.reasoningMs === undefined ? '' : answer.thinking.end(reply.reasoningMs, manner);
    printAnswer(answer, reply.model, ended);
  };

  const followLive = (reply: LiveReply): void => {
    streaming ??= startAnswer(reply.text.slice(0, reply.continues ?? 0));
    live = reply;
    followThinking(streaming, reply);
    const isFolded = !streaming.hasThought && manner === 'folded';
    thought = glimpse(isFolded ? reply.reasoning : '', now());
    const {stream, taken} = streaming;
    const fresh = reply.text.slice(taken);
    streaming.taken = reply.text.length;
    const finished = fresh === '' ? '' : stream.push(fresh);
    setTail(streaming.hasThought ? stream.open() : streaming.thinking.open());
    // The name comes with the first words, so that nothing moves when their block is finished.
    if (fresh !== '') printHead(streaming, reply.model);
    printAnswer(streaming, reply.model, finished);
  };

  const finish = (conversation: Conversation, node: MessageNode): void => {
    printed.add(node.id);
    const answer = streaming ?? startAnswer('');
    const {model = '', text, reasoning = ''} = node;
    const isNew = answer.old === 0;
    streaming = null;
    live = null;
    thought = '';
    glimpse = createGlimpse();
    if (!answer.hasThought && isNew && reasoning !== '') {
      const ms = node.timing?.reasoningMs ?? 0;
      printAnswer(answer, model, answer.thinking.follow(reasoning, manner));
      printAnswer(answer, model, answer.thinking.end(ms, manner));
    } else if (!answer.hasThought) {
      printAnswer(answer, model, answer.thinking.follow('', 'folded'));
    }
    const finished = answer.stream.push(text.slice(answer.taken)) + answer.stream.end();
    setTail('');
    printAnswer(answer, model, finished);
    if (text.length > answer.old || !node.error) printFigures(conversation, node);
  };

  const printFigures = (conversation: Conversation, node: MessageNode): void => {
    if (isEmptyAnswer(node))
      print(`${gap()}${remark(styles(), {tone: 'warning', text: emptyAnswer}, width())}\n\n`);
    const parts = figureParts(node, {goOn: '/continue goes on'});
    const all = [...parts, place(conversation, node)].map(neutraliseLine).filter(part => part !== '');
    if (all.length > 0) print(`${gap()}${styles().dim(joinParts(all, width()))}\n\n`);
  };

  /** Why an answer failed, as it was said when it did; an answer without a word has no figures to show its place. */
  const printFailure = (conversation: Conversation, node: MessageNode): void => {
    if (!node.error) return;
    const text = neutraliseLine(asSentence(describeError({hint: '', ...node.error})));
    print(`${gap()}${remark(styles(), {tone: 'error', text}, width())}\n\n`);
    const at = node.text === '' ? place(conversation, node) : '';
    if (at !== '') print(`${styles().dim(at)}\n\n`);
  };

  const printPath = (conversation: Conversation, path: readonly MessageNode[]): void => {
    for (const id of conversation.nodes.keys()) printed.add(id);
    for (const node of path) {
      if (node.role === 'user') printPrompt(conversation, node);
      else {
        finish(conversation, node);
        printFailure(conversation, node);
      }
    }
  };

  const announce = (conversation: Conversation, reply: LiveReply): void => {
    const prompt = conversation.nodes.get(reply.parent);
    if (prompt && !printed.has(prompt.id)) printPrompt(conversation, prompt);
    else if (!streaming) printRule(reply.continues ? 'continued' : 'another answer');
  };

  return {
    tail: () => tail,
    thought: () => thought,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    follow(state) {
      const {conversation} = state;
      if (live && live.id !== state.live?.id) {
        // It need not be the end of the path: one that came to nothing leaves that where it was.
        const ended = conversation.nodes.get(live.id);
        if (ended) finish(conversation, ended);
      }
      // One that never streamed here is shown by whoever opened it or went to it.
      if (!state.live) return;
      announce(conversation, state.live);
      followLive(state.live);
    },
    show(notice) {
      const text =
        notice.type === 'markdown' ? renderWhole(markdown(), notice.text) : remark(styles(), notice, width());
      print(`${gap()}${text.replace(/^\n+|\n+$/g, '')}\n\n`);
      isAfterNotice = true;
    },
    line(text) {
      print(`${wrapLines(text, width())}\n`);
    },
    replay(conversation, turns, from) {
      const {nodes, earlier, later} = shownTurns(conversation, turns, from);
      const printLeftOut = (count: number, where: string): void => {
        if (count > 0) print(`${gap()}${styles().dim(`… ${count} ${where} (${viewKey} shows all)`)}\n\n`);
      };
      printLeftOut(earlier, earlier === 1 ? 'earlier message' : 'earlier messages');
      printPath(conversation, nodes);
      printLeftOut(later, later === 1 ? 'later message' : 'later messages');
      const last = nodes.at(-1);
      if (last?.stop === 'interrupted' && last.text === '' && !last.error)
        print(`${remark(styles(), {tone: 'warning', text: nothingCame}, width())}\n\n`);
    },
    moved(conversation, from, text) {
      printRule(neutraliseLine(text));
      const path = activePath(conversation);
      const at = path.findIndex(({id}) => id === from);
      printPath(conversation, at === -1 ? [] : path.slice(at));
    },
    startOver(conversation) {
      streaming = null;
      live = null;
      thought = '';
      setTail('');
      for (const id of conversation.nodes.keys()) printed.add(id);
    },
    toggleThinking() {
      manner = manner === 'shown' ? folded : 'shown';
      if (live) followLive(live);
      return manner;
    },
    toggleMarkdown() {
      raw = !raw;
      streaming?.stream.setRaw(raw);
      if (live) followLive(live);
      return raw ? 'raw' : 'rendered';
    },
  };
}

function renderWhole(stream: MarkdownStream, text: string): string {
  return stream.push(text) + stream.end();
}
