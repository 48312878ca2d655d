import {neutraliseLine} from '../core/neutralise.ts';
import {passThrough} from '../core/passThrough.ts';

/** What is known of the terminal; each empty where it is not set. */
export type NotifierTerminal = {
  /** `TERM` */
  name: string;
  /** `TERM_PROGRAM` */
  program: string;
  multiplexer: 'tmux' | 'screen' | 'none';
};

export type NotifierSettings = {
  /** Writes to the terminal, outside of what is drawn. */
  write(sequence: string): void;
  terminal: NotifierTerminal;
  /** ms since any moment. */
  now(): number;
};

/** Tells the person that a long answer has ended, when the window is not the one that is looked at. */
export type AnswerNotifier = {
  /** Asks the terminal to tell of its focus. */
  start(): void;
  stop(): void;
  /** Takes an answer of the terminal; those that are not about the focus do nothing. */
  reply(sequence: string): void;
  /**
   * Says whether an answer is streaming now. When a long one has ended, `text` is what to tell; undefined for one that
   * the person stopped, who is there.
   */
  follow(isStreaming: boolean, text: () => string | undefined): void;
};

/** An answer that takes no longer is waited for, in ms. */
const longAnswerMs = 10_000;
/** What fits a notification, in characters. */
const longestText = 100;

const focusGained = '\u001b[I';
const focusLost = '\u001b[O';

/**
 * Starts without knowing the focus. Only a terminal that told that it lost it is notified: by OSC 9 where the terminal
 * is known to show it, else by the bell.
 */
export function createAnswerNotifier({write, terminal, now}: NotifierSettings): AnswerNotifier {
  let isAway = false;
  let since: number | null = null;
  return {
    start: () => write('\u001b[?1004h'),
    stop: () => write('\u001b[?1004l'),
    reply(sequence) {
      if (sequence === focusGained) isAway = false;
      else if (sequence === focusLost) isAway = true;
    },
    follow(isStreaming, text) {
      if (isStreaming) {
        since ??= now();
        return;
      }
      if (since === null) return;
      const tookMs = now() - since;
      since = null;
      const told = isAway && tookMs > longAnswerMs ? text() : undefined;
      if (told !== undefined) write(notification(told, terminal));
    },
  };
}

/**
 * OSC 9 is iTerm2's (https://iterm2.com/documentation-escape-codes.html). Windows Terminal uses it for other things.
 * What stands around tmux cannot be seen from inside: there both are sent, and a terminal ignores what it does not know.
 */
function notification(text: string, {name, program, multiplexer}: NotifierTerminal): string {
  const shows =
    /^(?:iTerm\.app|WezTerm|ghostty)$/.test(program) ||
    /^(?:xterm-kitty|xterm-ghostty|foot|wezterm)/.test(name);
  if (!shows && multiplexer === 'none') return '\u0007';
  const plain = [...neutraliseLine(text)].slice(0, longestText).join('');
  const sequence = passThrough(`\u001b]9;llm: ${plain}\u0007`, multiplexer);
  return multiplexer === 'none' ? sequence : `${sequence}\u0007`;
}
