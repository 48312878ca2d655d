import {spawn} from '@lydell/node-pty';
import headless, {type Terminal as Screen} from '@xterm/headless';

export type TerminalOptions = {
  command: string;
  args?: readonly string[];
  /** Added to a bare environment (PATH, HOME, TERM, LANG): nothing else of this process reaches the program. */
  env?: Readonly<Record<string, string>>;
  /** Columns; 80 unless said. */
  cols?: number;
  /** Lines; 24 unless said. */
  rows?: number;
  cwd?: string;
  /** The answer to OSC 11; `silent` is a terminal that does not know the question. `silent` unless said. */
  background?: 'dark' | 'light' | 'silent';
};

/** How often the program did what a reader of scrollback cannot forgive, counted over all that it wrote. */
export type ClearCounts = {
  /** `ESC[2J`, the whole screen erased. */
  screen: number;
  /** `ESC[3J`, the scrollback erased. */
  scrollback: number;
  /** Times the alternate screen was entered and left. */
  alternate: number;
};

export type Condition = string | RegExp | ((terminal: Terminal) => boolean);

/** A program running in a real pseudo-terminal, with a model of what a person would see. */
export type Terminal = {
  readonly pid: number;
  /** Types text or keys, byte for byte (`\r` is Enter, `\x1b` is Esc). */
  write(keys: string): void;
  /** The visible lines, top first, without blanks at their ends. */
  screen(): string[];
  /** The lines that have left the screen upwards, oldest first. */
  scrollback(): string[];
  /** Scrollback and screen as logical lines: what the terminal itself wrapped is joined again. */
  text(): string;
  /** Resolves when the text is on the screen, the pattern fits it, or the predicate holds. Rejects after the limit
   * (ms; 10,000 unless said), or when the program has ended without it, and shows the screen. */
  waitFor(condition: Condition, limit?: number): Promise<void>;
  /** Everything that the program wrote so far, decoded as UTF-8. */
  raw(): string;
  /** Bytes written so far. */
  bytes(): number;
  clears(): ClearCounts;
  /** Column and line from 0 at the top left of the screen, and whether the program shows it. */
  cursor(): {x: number; y: number; visible: boolean};
  alternate(): boolean;
  /** Modes that a program switches on and should switch off again. */
  modes(): Screen['modes'];
  resize(cols: number, rows: number): void;
  kill(signal?: NodeJS.Signals): void;
  /** The end of the program, after all that it wrote is on the screen. `signal` is its number; 0 if none. */
  readonly exit: Promise<{code: number; signal: number}>;
  /** Calls back at each piece of output as it comes, before it is on the screen. */
  onData(listener: (piece: Buffer) => void): void;
  /** Ends the program if it still runs. */
  close(): Promise<void>;
};

/** Starts a program in a pseudo-terminal of its own. */
export function openTerminal(options: TerminalOptions): Terminal {
  const {cols = 80, rows = 24} = options;
  const screen = new headless.Terminal({cols, rows, scrollback: 200_000, allowProposedApi: true});
  const pty = spawn(options.command, [...(options.args ?? [])], {
    name: 'xterm-256color',
    cols,
    rows,
    encoding: null,
    ...(options.cwd && {cwd: options.cwd}),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      ...options.env,
    },
  });
  const pieces: Buffer[] = [];
  const listeners: ((piece: Buffer) => void)[] = [];
  const waiters = new Set<() => void>();
  let bytes = 0;
  let ended = false;
  const check = () => {
    for (const waiter of [...waiters]) waiter();
  };

  // The screen answers questions (cursor position, device attributes) as a real terminal does.
  screen.onData(answer => {
    if (!ended) pty.write(answer);
  });
  screen.parser.registerOscHandler(11, question => {
    if (question !== '?' || !options.background || options.background === 'silent') return false;
    pty.write(`\x1b]11;rgb:${options.background === 'dark' ? '0000/0000/0000' : 'ffff/ffff/ffff'}\x1b\\`);
    return true;
  });
  // The type says string, but with `encoding: null` the pieces are bytes.
  pty.onData(data => {
    const piece = data as unknown as Buffer;
    pieces.push(piece);
    bytes += piece.length;
    for (const listener of listeners) listener(piece);
    screen.write(piece, check);
  });
  const exit = new Promise<{code: number; signal: number}>(resolve => {
    pty.onExit(({exitCode, signal}) => {
      screen.write('', () => {
        ended = true;
        check();
        resolve({code: exitCode, signal: signal ?? 0});
      });
    });
  });

  const lines = (from: number, to: number): string[] => {
    const buffer = screen.buffer.active;
    return Array.from({length: to - from}, (_, i) => buffer.getLine(from + i)?.translateToString(true) ?? '');
  };
  const raw = () => Buffer.concat(pieces).toString('utf8');
  const terminal: Terminal = {
    pid: pty.pid,
    write: keys => pty.write(keys),
    screen: () => lines(screen.buffer.active.baseY, screen.buffer.active.baseY + screen.rows),
    scrollback: () => lines(0, screen.buffer.active.baseY),
    text() {
      const buffer = screen.buffer.active;
      let text = '';
      for (let i = 0; i < buffer.length; i++) {
        const line = buffer.getLine(i);
        if (!line) continue;
        const continues = buffer.getLine(i + 1)?.isWrapped ?? false;
        text += line.translateToString(!continues) + (continues ? '' : '\n');
      }
      return text.trimEnd();
    },
    waitFor(condition, limit = 10_000) {
      return new Promise((resolve, reject) => {
        const settle = (failure?: string) => {
          waiters.delete(look);
          clearTimeout(timer);
          if (failure === undefined) resolve();
          else reject(new Error(`${failure}: ${describe(condition)}\n${frame(terminal)}`));
        };
        const look = () => {
          if (holds(condition, terminal)) settle();
          else if (ended) settle('the program ended without it');
        };
        const timer = setTimeout(() => settle(`not seen within ${limit} ms`), limit);
        waiters.add(look);
        look();
      });
    },
    raw,
    bytes: () => bytes,
    clears: () => countClears(raw()),
    cursor: () => ({
      x: screen.buffer.active.cursorX,
      y: screen.buffer.active.cursorY,
      visible: isCursorShown(raw()),
    }),
    alternate: () => screen.buffer.active.type === 'alternate',
    modes: () => screen.modes,
    resize(newCols, newRows) {
      screen.resize(newCols, newRows);
      pty.resize(newCols, newRows);
    },
    kill(signal = 'SIGTERM') {
      if (!ended) process.kill(pty.pid, signal);
    },
    exit,
    onData: listener => void listeners.push(listener),
    async close() {
      try {
        if (!ended) process.kill(pty.pid, 'SIGKILL');
      } catch {
        // It ended by itself in this moment.
      }
      await exit;
      screen.dispose();
    },
  };
  return terminal;
}

/** Counts erasing and screen-switching sequences in a program's output. */
export function countClears(output: string): ClearCounts {
  const count = (pattern: RegExp) => output.match(pattern)?.length ?? 0;
  return {
    screen: count(/\x1b\[2J|\x1bc/g),
    scrollback: count(/\x1b\[3J/g),
    alternate: count(/\x1b\[\?(?:47|1047|1049)[hl]/g),
  };
}

function isCursorShown(output: string): boolean {
  return output.lastIndexOf('\x1b[?25l') <= output.lastIndexOf('\x1b[?25h');
}

function holds(condition: Condition, terminal: Terminal): boolean {
  if (typeof condition === 'function') return condition(terminal);
  const visible = terminal.screen().join('\n');
  return typeof condition === 'string' ? visible.includes(condition) : condition.test(visible);
}

function describe(condition: Condition): string {
  return typeof condition === 'string' ? JSON.stringify(condition) : String(condition);
}

function frame(terminal: Terminal): string {
  const body = terminal.screen().map(line => `│ ${line}`);
  return [`${terminal.scrollback().length} lines of scrollback, then:`, ...body].join('\n');
}
