import {render} from 'ink';
import type {ReactNode} from 'react';
import type {Printer} from './createPrinter.ts';
import type {KeyReader} from './keys/createKeyReader.ts';
import type {KeyEvent} from './keys/parseKeys.ts';
import {renderOptions} from './renderOptions.ts';
import {createScreen} from './screen.ts';
import {suspendToShell} from './suspendToShell.ts';
import {TerminalBridge, type TerminalPort} from './TerminalBridge.tsx';

/** What has the alternate screen to itself. */
export type FullScreen = {
  /** Draws itself, as many rows as the terminal has. */
  readonly element: ReactNode;
  /** Takes a key; the terminal's own answers are not among them. */
  press(event: Exclude<KeyEvent, {type: 'reply'}>): void;
  resize(columns: number, rows: number): void;
  /** The theme has changed: all is drawn anew. */
  restyle(): void;
  /** It is closed: nothing is drawn any more. */
  end(): void;
};

/** What a full screen can ask of the terminal. */
export type FullScreenHost = {
  size: {columns: number; rows: number};
  close(): void;
  /** Stops the program, as Ctrl+Z does. */
  suspend(): void;
  redraw(): void;
};

export type FullScreenSettings = {
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  keys: KeyReader;
  open(host: FullScreenHost): FullScreen;
  /** Gets the terminal's answers to questions. */
  reply?(sequence: string): void;
  /** Calls back when the theme has changed. Returns the unsubscriber. */
  onRestyle?(listener: () => void): () => void;
  /** Closes it from outside, when the program ends. */
  signal: AbortSignal;
};

/**
 * The alternate screen, empty, with the cursor at its top: terminals leave it where it stood on the other one, and a
 * program that was killed in it has left its rows there. Lines are not wrapped there: one with a cluster that the
 * terminal makes wider than we do must not push all others down.
 */
const enterAlternate = '\u001b[?1049h\u001b[H\u001b[J\u001b[?7l';
const leaveAlternate = '\u001b[?7h\u001b[?1049l';

/** Nothing is printed above a full screen. */
const noPrinter: Printer = {print() {}, attach() {}, pause() {}, resume() {}, flushed: async () => {}};

/**
 * Shows something on the alternate screen until it closes itself or the signal does. The terminal must be free. What is
 * thrown while it takes a key or draws itself ends it and is thrown on; the terminal is as it was by then.
 */
export async function showFullScreen(settings: FullScreenSettings): Promise<void> {
  const {stdout, stdin, keys, signal} = settings;
  const {promise: closed, resolve: close, reject: fail} = Promise.withResolvers<void>();
  const {promise: bridged, resolve: bridge} = Promise.withResolvers<TerminalPort>();
  // The whole screen is drawn anew in a new size: it is not Ink's own frame that the terminal has cut or wrapped.
  const screen = createScreen(stdout, () => '');
  let isAlternate = false;
  let isOver = false;
  const enter = (): void => {
    if (isOver) return;
    isAlternate = true;
    stdout.write(enterAlternate);
  };
  const leave = (): void => {
    if (isAlternate) stdout.write(leaveAlternate);
    isAlternate = false;
  };
  const suspend = async (): Promise<void> => {
    const own = await bridged;
    const lent: TerminalPort = {
      write: own.write,
      suspend: (async (callback: () => Promise<void>) =>
        own.suspend(async () => {
          leave();
          await callback();
          enter();
        })) as TerminalPort['suspend'],
    };
    await suspendToShell(keys, noPrinter, lent);
  };
  const shown = settings.open({
    size: {columns: stdout.columns, rows: stdout.rows},
    close,
    suspend: () => void suspend(),
    redraw: () => void bridged.then(own => own.suspend(async () => void stdout.write('\u001b[H'))),
  });
  const onResize = (): void => {
    try {
      shown.resize(stdout.columns, stdout.rows);
    } catch (thrown) {
      fail(thrown);
    }
  };
  const onAbort = (): void => close();
  // Where the program ends at once, Ink draws its last frame when this screen is gone already: on the one below.
  const onExit = (): void => {
    leave();
    screen.silence();
  };
  // Before all others: what they switch off belongs to the screen below.
  process.prependOnceListener('exit', onExit);
  signal.addEventListener('abort', onAbort, {once: true});
  stdout.on('resize', onResize);
  let instance: ReturnType<typeof render> | undefined;
  let release: (() => void) | undefined;
  let unlook: (() => void) | undefined;
  try {
    enter();
    instance = render(
      <>
        <TerminalBridge onReady={bridge} />
        {shown.element}
      </>,
      {...renderOptions, stdout: screen.stdout, stdin},
    );
    unlook = settings.onRestyle?.(shown.restyle);
    release = keys.listen(event => {
      try {
        if (event.type === 'reply') settings.reply?.(event.sequence);
        else shown.press(event);
      } catch (thrown) {
        fail(thrown);
      }
    });
    // Ink ends by itself where drawing throws.
    instance.waitUntilExit().catch(fail);
    if (signal.aborted) close();
    await closed;
  } finally {
    isOver = true;
    release?.();
    unlook?.();
    shown.end();
    stdout.off('resize', onResize);
    instance?.unmount();
    screen.close();
    leave();
    process.off('exit', onExit);
    signal.removeEventListener('abort', onAbort);
  }
}
