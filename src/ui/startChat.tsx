import {render} from 'ink';
import type {CommandContext} from '../commands/command.ts';
import {type ChatFace, createChat, type Readiness} from '../commands/createChat.ts';
import {describeError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {MarkdownStream} from '../markdown/markdownStream.ts';
import {App} from './App.tsx';
import {promptWidth} from './ComposerView.tsx';
import {createComposer} from './composer/createComposer.ts';
import {createContextGauge} from './createContextGauge.ts';
import {createKeyHandler} from './createKeyHandler.ts';
import {createPrinter} from './createPrinter.ts';
import {createHint} from './hint.ts';
import {createKeyReader} from './keys/createKeyReader.ts';
import {createLiveFrameRecord, eraseRewrapped, type Rewrapping} from './liveFrame.ts';
import {createScreen} from './screen.ts';
import type {Styles} from './styles.ts';
import {suspendToShell} from './suspendToShell.ts';
import {TerminalBridge, type TerminalPort} from './TerminalBridge.tsx';
import {createTranscript} from './transcript.ts';

export type ChatScreenSettings = {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  context: CommandContext;
  styles: Styles;
  /** A stream of markdown at a width in columns. */
  markdown(width: number): MarkdownStream;
  /** Earlier prompts, newest first. */
  history(): readonly string[];
  remember(prompt: string): void;
  /** Thinking leaves no line in the transcript. */
  hideThinking: boolean;
  /** The frame that stood here before this screen: how to remove it, and what was typed into it. */
  firstFrame?: {erase: string; input: string};
  /** Settles when the model is known; nothing is sent before. */
  ready: Promise<Readiness>;
  /** Which of its lines the terminal wraps anew when it becomes narrower. */
  rewraps: Rewrapping;
  /** How many turns of a resumed conversation to print again. */
  replayTurns: number;
};

/** Runs the chat on a terminal until the person leaves it. Resolves with the exit status. */
export async function startChat(settings: ChatScreenSettings): Promise<number> {
  const {stdin, stdout, context, styles} = settings;
  const {session} = context;
  const frame = createLiveFrameRecord();
  const screen = createScreen(stdout, columns => eraseRewrapped(frame.get(), columns, settings.rewraps));
  const keys = createKeyReader(stdin, text => stdout.write(text), settings.firstFrame?.input);
  const {promise: left, resolve: leave} = Promise.withResolvers<number>();
  const hint = createHint();
  const gauge = createContextGauge(session, context.contextWindow);
  const width = (): number => Math.max(20, stdout.columns - 1);

  // Moves what is on the screen up into the scrollback, where it stays readable, and begins at the top again.
  const scrollAway = (): string => `${'\n'.repeat(stdout.rows)}\u001b[H`;

  const printer = createPrinter(screen);
  const transcript = createTranscript({
    print: printer.print,
    markdown: () => settings.markdown(width()),
    styles: () => styles,
    width,
    hideThinking: settings.hideThinking,
  });
  const composer = createComposer({context, history: settings.history, width: () => width() - promptWidth});
  const face: ChatFace = {
    show: transcript.show,
    failed: error =>
      transcript.show({type: 'text', tone: 'error', text: neutraliseLine(describeError(error))}),
    choose: composer.choose,
    opened(conversation, {clearScreen, text}) {
      transcript.startOver(conversation);
      if (clearScreen) printer.print(scrollAway());
      transcript.line(styles.rule(`── ${text} ──`));
      transcript.line('');
    },
    moved(_conversation, {text}) {
      transcript.line(styles.rule(`── ${text} ──`));
    },
    edit: text => composer.setText(text),
    view() {},
    quit: () => leave(0),
  };
  const unfollow = session.subscribe(() => transcript.follow(session.snapshot()));
  // The welcome and the earlier turns come before anything that is sent, however early it was typed.
  const shown = settings.ready.then(({welcome, attachments}) => {
    for (const line of welcome) transcript.line(line);
    transcript.line('');
    transcript.replay(session.snapshot().conversation, settings.replayTurns);
    return attachments;
  });
  const chat = createChat({
    context,
    face,
    remember: settings.remember,
    ready: shown,
  });

  const {promise: bridged, resolve: bridge} = Promise.withResolvers<TerminalPort>();
  // Keys typed into the first frame are taken before the first drawing, so that it shows them.
  const handle = createKeyHandler({
    session,
    chat,
    composer,
    hint,
    quit: () => leave(0),
    suspend: () => void bridged.then(port => suspendToShell(keys, printer, port)),
    redraw: () => printer.print(scrollAway()),
  });
  keys.listen(handle);

  screen.hold();
  if (settings.firstFrame) screen.stdout.write(settings.firstFrame.erase);
  const instance = render(
    <>
      <TerminalBridge onReady={bridge} />
      <App {...{session, chat, composer, transcript, hint, styles, frame, gauge}} />
    </>,
    {
      stdout: screen.stdout,
      stdin,
      exitOnCtrlC: false,
      patchConsole: false,
      incrementalRendering: true,
      interactive: true,
      maxFps: 120,
    },
  );
  const port = await bridged;
  printer.attach(instance, port);
  screen.release();

  keys.start();
  shown.catch(() => leave(2));

  const onSignal = (signal: NodeJS.Signals): void =>
    leave({SIGHUP: 129, SIGINT: 130, SIGTERM: 143}[signal as 'SIGHUP'] ?? 1);
  const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, onSignal);

  // However the process ends, the terminal gets its modes back.
  process.once('exit', keys.stop);
  stdin.on('end', () => leave(129));
  // A terminal that is gone refuses every write; without a listener that would end the process before all is stored.
  stdout.on('error', () => leave(129));

  const status = await left;
  await chat.stop();
  await printer.flushed();
  unfollow();
  keys.stop();
  process.off('exit', keys.stop);
  // Ink draws once more when it ends: nothing, so that only the transcript stays.
  instance.rerender(null);
  await instance.waitUntilRenderFlush();
  instance.clear();
  instance.unmount();
  screen.close();
  // Only now: a second signal must not end the process before the terminal has its modes back.
  for (const signal of signals) process.off(signal, onSignal);
  return status;
}
