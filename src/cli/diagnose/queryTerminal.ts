import {within} from '../../core/within.ts';
import {type Background, backgroundQuestion, readBackgroundReply} from '../../theme/background.ts';

/** What a terminal says of itself when it is asked. */
export type TerminalAnswers = {
  /** Its name and version, by XTVERSION. */
  version?: string;
  /** Tells keys apart by the kitty protocol, so that Shift+Enter is not Enter. */
  kittyKeys: boolean;
  background?: Background;
  /** Says that programs may write its clipboard (52 among its device attributes). */
  clipboard: boolean;
  /** Columns that it gives to a Chinese character and to an emoji; both should be 2. */
  widths: {cjk?: number; emoji?: number};
};

/** A terminal that was asked. */
export type TerminalQuery = {
  /** Undefined when it did not answer in time. */
  answers: Promise<TerminalAnswers | undefined>;
  /** Gives the terminal back, once late answers have been taken off it, so that the shell does not get them. */
  release(): Promise<void>;
};

/** Every terminal answers this (primary device attributes, DEC VT100), and each answers in order: so it comes last. */
const lastQuestion = '\u001b[c';

const questions = [
  '\u001b[>q',
  '\u001b[?u',
  backgroundQuestion,
  // The cursor says how far a character moved it; then the line is as it was.
  '\r世\u001b[6n\r🙂\u001b[6n\r\u001b[K',
  lastQuestion,
].join('');

/** How much longer than for the answers themselves late ones are waited for, in ms. */
const graceMs = 1000;

/**
 * Asks a terminal about itself: XTVERSION, the kitty keyboard protocol, OSC 11, cursor positions, device attributes
 * (xterm's ctlseqs; https://sw.kovidgoyal.net/kitty/keyboard-protocol). What is typed meanwhile is lost, but for Ctrl+C.
 *
 * @param limitMs longest wait for the answers
 */
export function queryTerminal(
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
  {limitMs, interrupt}: {limitMs: number; interrupt(): void},
): TerminalQuery {
  const {promise: heard, resolve: hear} = Promise.withResolvers<TerminalAnswers>();
  let input = '';
  const onData = (chunk: string): void => {
    if (chunk.includes('\u0003')) {
      giveBack();
      interrupt();
      return;
    }
    input += chunk;
    const answers = readAnswers(input);
    if (answers) hear(answers);
  };
  let isHeld = true;
  const giveBack = (): void => {
    if (!isHeld) return;
    isHeld = false;
    stdin.off('data', onData);
    stdin.pause();
    stdin.setRawMode(false);
  };
  stdin.setEncoding('utf8');
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  stdout.write(questions);
  return {
    answers: within(heard, limitMs),
    async release() {
      if (isHeld) await within(heard, graceMs);
      giveBack();
    },
  };
}

/** What the terminal has said, once it has said all. */
export function readAnswers(input: string): TerminalAnswers | undefined {
  const attributes = /\u001b\[\?([\d;]*)c/.exec(input)?.[1];
  if (attributes === undefined) return undefined;
  const version = /\u001bP>\|([^\u0007\u001b]*)/.exec(input)?.[1];
  const reply = /\u001b\]11;[^\u0007\u001b]*/.exec(input)?.[0];
  const background = reply === undefined ? undefined : readBackgroundReply(reply);
  const [cjk, emoji] = [...input.matchAll(/\u001b\[\d+;(\d+)R/g)].map(match => Number(match[1]) - 1);
  return {
    ...(version && {version}),
    kittyKeys: /\u001b\[\?\d+u/.test(input),
    ...(background && {background}),
    clipboard: attributes.split(';').includes('52'),
    widths: {...(cjk !== undefined && {cjk}), ...(emoji !== undefined && {emoji})},
  };
}
