import {type KeyEvent, parseKeys, pasteEnd, pasteStart} from './parseKeys.ts';

/** Reads keys from a terminal in raw mode and hands them to whoever has the keyboard. */
export type KeyReader = {
  /** Gives the keyboard to a listener until the returned function is called; the one before it has it again then. */
  listen(listener: (event: KeyEvent) => void): () => void;
  /** Switches the terminal to raw input and starts reading. */
  start(): void;
  /** Gives the terminal back as it was; nothing when it is not reading. */
  stop(): void;
};

/** How long an ESC may wait for the rest of a sequence before it counts as the Escape key, in ms. */
const escapeWaitMs = 30;

/**
 * How long the rest of a longer sequence may take, in ms. Alt+] begins like the terminal's answer to a question: were
 * its end waited for without limit, the keyboard would be dead.
 */
const sequenceWaitMs = 500;

/** How long the second character of one may stay the last, in ms: an answer is seldom parted there, Alt and a key is. */
const openingWaitMs = 60;

/** How long a paste may pause, in ms: over a slow line its rest, taken for typing, would be sent at its first newline. */
const pasteWaitMs = 10_000;

/**
 * Bracketed paste, xterm's modifyOtherKeys at its first level (tmux asks for it before it passes Shift+Enter on), and the
 * kitty protocol's unambiguous keys (1) with their place on a US keyboard (4); terminals ignore what they do not know.
 */
const enableModes = '\u001b[?2004h\u001b[>4;1m\u001b[>5u';
const disableModes = '\u001b[<u\u001b[>4m\u001b[?2004l';

/**
 * Starts a key reader over a terminal. `typedBefore` is raw input that was read already; like keys that come before
 * the first listener, it is kept for it.
 */
export function createKeyReader(
  stdin: NodeJS.ReadStream,
  write: (text: string) => void,
  typedBefore = '',
): KeyReader {
  const listeners: ((event: KeyEvent) => void)[] = [];
  const early: KeyEvent[] = [];
  let rest = '';
  let isReading = false;
  let timer: NodeJS.Timeout | undefined;

  const emit = (event: KeyEvent): void => {
    const listener = listeners.at(-1);
    if (listener) listener(event);
    else early.push(event);
  };
  const onData = (chunk: string): void => {
    const before = rest;
    const parsed = parseKeys(rest + chunk);
    rest = parsed.rest;
    for (const event of parsed.events) emit(event);
    const isPaste = rest.startsWith(pasteStart);
    // What is typed on after the beginning of a sequence must not keep it waiting for ever.
    if (!isPaste && timer !== undefined && before.length > 2 && rest.startsWith(before)) return;
    clearTimeout(timer);
    timer = undefined;
    if (/^\u001b+$/.test(rest)) timer = setTimeout(flushEscapes, escapeWaitMs);
    else if (isPaste) timer = setTimeout(endPaste, pasteWaitMs);
    else if (rest !== '')
      timer = setTimeout(giveUp, /^\u001b[\]P_]$/.test(rest) ? openingWaitMs : sequenceWaitMs);
  };
  const flushEscapes = (): void => {
    const escapes = rest;
    rest = '';
    timer = undefined;
    for (const _ of escapes) emit({type: 'key', name: 'escape'});
  };
  /** A paste whose end was lost must not keep the keyboard for ever. */
  const endPaste = (): void => onData(pasteEnd);
  /** What never became a sequence was Alt and a character, and typing; the beginning of a terminal's answer is neither. */
  const giveUp = (): void => {
    const [, character, ...more] = [...rest];
    const isAnswer = more.length > 0 && !/^\u001b\]\d+[^\d;]/.test(rest);
    rest = '';
    timer = undefined;
    if (character === undefined || isAnswer) return;
    emit({type: 'key', name: `alt+${character.toLowerCase()}`});
    if (more.length > 0) onData(more.join(''));
  };
  if (typedBefore !== '') onData(typedBefore);

  return {
    listen(listener) {
      listeners.push(listener);
      for (const event of early.splice(0)) emit(event);
      return () => {
        const index = listeners.indexOf(listener);
        if (index !== -1) listeners.splice(index, 1);
      };
    },
    start() {
      isReading = true;
      stdin.setEncoding('utf8');
      stdin.setRawMode(true);
      stdin.on('data', onData);
      stdin.resume();
      write(enableModes);
    },
    stop() {
      if (!isReading) return;
      isReading = false;
      clearTimeout(timer);
      rest = '';
      write(disableModes);
      stdin.off('data', onData);
      stdin.pause();
      stdin.setRawMode(false);
    },
  };
}
