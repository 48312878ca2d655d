import {createInterface, type Interface} from 'node:readline';
import {Writable} from 'node:stream';

/** Lines that a person or a program types, one after the other. */
export type LineReader = {
  /** The next line; undefined at the end. Shows `prompt`, and puts `draft` behind it where lines can be edited. */
  next(prompt: string, draft?: string): Promise<string | undefined>;
  close(): void;
};

export type LineReaderSettings = {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream & {columns?: number};
  /**
   * `editing`: a terminal, whose lines readline edits; `cooked`: one that edits them itself (`TERM=dumb`); `none`: no
   * terminal, nothing is prompted for.
   */
  terminal: 'editing' | 'cooked' | 'none';
  /** Earlier lines for the arrow keys, newest first. */
  history: readonly string[];
  /** Ctrl+C, where it comes as a key; `isEmpty` when nothing was typed. */
  interrupted(isEmpty: boolean): void;
};

/**
 * Starts reading at once, so that nothing is lost. While no line is waited for, what is typed is kept and not echoed
 * where readline edits lines: it would come to stand in the middle of an answer.
 */
export function createLineReader(settings: LineReaderSettings): LineReader {
  const {stdin, stdout, terminal, history, interrupted} = settings;
  let isWaiting = false;
  const echo = new Writable({
    write(chunk, _encoding, done) {
      if (isWaiting) stdout.write(chunk);
      done();
    },
  });
  // Readline asks for the width to know how many rows a line takes.
  Object.defineProperty(echo, 'columns', {get: () => stdout.columns ?? 80});

  const lines: Interface = createInterface({
    input: stdin,
    crlfDelay: Number.POSITIVE_INFINITY,
    ...(terminal === 'editing' && {
      output: echo,
      terminal: true,
      history: [...history],
      removeHistoryDuplicates: true,
    }),
  });
  const typed: string[] = [];
  let isOver = false;
  let take: ((line: string | undefined) => void) | undefined;

  lines.on('line', line => {
    if (!take) typed.push(line);
    else take(line);
  });
  lines.on('close', () => {
    isOver = true;
    take?.(undefined);
  });
  lines.on('SIGINT', () => {
    const isEmpty = lines.line === '';
    if (isWaiting && !isEmpty) {
      stdout.write('\n');
      lines.write(null, {ctrl: true, name: 'e'});
      lines.write(null, {ctrl: true, name: 'u'});
    }
    interrupted(isEmpty);
  });

  return {
    next(prompt, draft = '') {
      const early = typed.shift();
      if (early !== undefined) {
        // The terminal has echoed it by itself, unless readline edits its lines.
        if (terminal === 'editing') stdout.write(`${prompt}${early}\n`);
        return Promise.resolve(early);
      }
      if (isOver) return Promise.resolve(undefined);
      return new Promise(resolve => {
        isWaiting = true;
        take = line => {
          isWaiting = false;
          take = undefined;
          resolve(line);
        };
        if (terminal === 'editing') {
          lines.setPrompt(prompt);
          lines.prompt(true);
          if (draft !== '' && lines.line === '') lines.write(draft);
        } else if (terminal === 'cooked') {
          stdout.write(prompt);
        }
      });
    },
    close() {
      lines.close();
    },
  };
}
