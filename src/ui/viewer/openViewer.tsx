import {render} from 'ink';
import type {Printer} from '../createPrinter.ts';
import type {KeyReader} from '../keys/createKeyReader.ts';
import {createScreen} from '../screen.ts';
import {suspendToShell} from '../suspendToShell.ts';
import {TerminalBridge, type TerminalPort} from '../TerminalBridge.tsx';
import {createViewer} from './createViewer.ts';
import {ViewerScreen} from './ViewerScreen.tsx';
import type {ViewerSettings} from './viewer.ts';

export type OpenViewerSettings = Pick<
  ViewerSettings,
  'session' | 'styles' | 'markdown' | 'codeNumber' | 'bindings' | 'copy' | 'detail' | 'place'
> & {
  stdout: NodeJS.WriteStream;
  stdin: NodeJS.ReadStream;
  keys: KeyReader;
  /** The chat's: nothing is printed while the viewer is open. */
  printer: Pick<Printer, 'flushed' | 'pause' | 'resume'>;
  /** The chat's terminal, which is lent to the viewer. */
  port: TerminalPort;
  /** Gets the terminal's answers, which are not the viewer's. */
  reply?(sequence: string): void;
  /** Calls back when the theme has changed. Returns the unsubscriber. */
  onRestyle?(listener: () => void): () => void;
  /** Closes the viewer from outside, when the program ends. */
  signal: AbortSignal;
};

/** The alternate screen, with the cursor at its top: terminals leave it where it stood on the other one. */
const enterAlternate = '\u001b[?1049h\u001b[H';
const leaveAlternate = '\u001b[?1049l';

/** The chat's printer is paused already when the viewer is suspended to the shell. */
const noPrinter: Printer = {print() {}, attach() {}, pause() {}, resume() {}, flushed: async () => {}};

/**
 * Shows the whole conversation on the alternate screen until the person closes it. The chat stays mounted under it,
 * without the terminal; what it has to print meanwhile is printed afterwards.
 */
export async function openViewer(settings: OpenViewerSettings): Promise<void> {
  const {printer, port, signal} = settings;
  if (signal.aborted) return;
  await printer.flushed();
  printer.pause();
  try {
    await port.suspend(() => show(settings));
  } finally {
    printer.resume();
  }
}

async function show(settings: OpenViewerSettings): Promise<void> {
  const {stdout, stdin, keys, signal} = settings;
  const {promise: closed, resolve: close} = Promise.withResolvers<void>();
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
  const viewer = createViewer({
    ...settings,
    size: {columns: stdout.columns, rows: stdout.rows},
    close,
    suspend: () => void suspend(),
    redraw: () => void bridged.then(own => own.suspend(async () => void stdout.write('\u001b[H'))),
  });
  const onResize = (): void => viewer.resize(stdout.columns, stdout.rows);
  const onAbort = (): void => close();
  // Before all others: what they switch off belongs to the chat's screen.
  process.prependOnceListener('exit', leave);
  signal.addEventListener('abort', onAbort, {once: true});
  stdout.on('resize', onResize);
  enter();
  const instance = render(
    <>
      <TerminalBridge onReady={bridge} />
      <ViewerScreen viewer={viewer} />
    </>,
    {
      stdout: screen.stdout,
      stdin,
      exitOnCtrlC: false,
      patchConsole: false,
      incrementalRendering: true,
      interactive: true,
      maxFps: 60,
    },
  );
  const unlook = settings.onRestyle?.(viewer.restyle);
  const release = keys.listen(event => {
    if (event.type === 'reply') settings.reply?.(event.sequence);
    else viewer.press(event);
  });
  if (signal.aborted) close();
  await closed;
  isOver = true;
  release();
  unlook?.();
  viewer.end();
  stdout.off('resize', onResize);
  instance.unmount();
  screen.close();
  leave();
  process.off('exit', leave);
  signal.removeEventListener('abort', onAbort);
}
