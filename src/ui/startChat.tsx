import {render} from 'ink';
import type {Readiness} from '../commands/chatFace.ts';
import type {CommandContext, CommandResult, Notice} from '../commands/command.ts';
import {createChat} from '../commands/createChat.ts';
import {createTitler} from '../commands/createTitler.ts';
import type {Conversation} from '../core/conversation.ts';
import type {Attachment} from '../core/message.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {backgroundQuestion, readBackgroundReply} from '../theme/background.ts';
import {App} from './App.tsx';
import {promptWidth} from './ComposerView.tsx';
import {type ComposerSettings, createComposer, type PromptRecall} from './composer/createComposer.ts';
import type {AnswerNotifier} from './createAnswerNotifier.ts';
import {createChatFace} from './createChatFace.ts';
import {createContextGauge} from './createContextGauge.ts';
import {createInvitation} from './createInvitation.ts';
import {createKeyHandler} from './createKeyHandler.ts';
import type {Look} from './createLook.ts';
import {createPrinter} from './createPrinter.ts';
import {createScreenActions} from './createScreenActions.ts';
import {createHint} from './hint.ts';
import {createKeyReader} from './keys/createKeyReader.ts';
import {createLiveFrameRecord, eraseRewrapped, type Rewrapping} from './liveFrame.ts';
import {createPicker} from './picker/createPicker.ts';
import type {PromptPickerSettings} from './picker/promptPicker.ts';
import {renderOptions} from './renderOptions.ts';
import {createScreen} from './screen.ts';
import {TerminalBridge, type TerminalPort} from './TerminalBridge.tsx';
import {createTranscript} from './transcript.ts';

export type ChatScreenSettings = {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  context: CommandContext;
  look: Look;
  prompts: {
    readonly history: PromptRecall;
    readonly search: {search: PromptPickerSettings['search']};
  };
  remember(prompt: string): void;
  /** Looks at a prompt before it is sent. */
  beforeSend(
    show: (notice: Notice) => void,
  ): (
    text: string,
    attachments: readonly Attachment[],
    editOf: string | null,
  ) => Promise<CommandResult | undefined>;
  /** From how much on a paste is folded. */
  pasteFold: NonNullable<ComposerSettings['pasteFold']>;
  /** Thinking leaves no line in the transcript. */
  hideThinking: boolean;
  /** Whether anything may move by itself. */
  motion: boolean;
  /** The person's editor, a command line, and the folder for what it edits. */
  editor: {command: string; folder: string};
  notifier(write: (sequence: string) => void): AnswerNotifier;
  /** The frame that stood here before this screen: how to remove it, and what was typed into it. */
  firstFrame?: {erase: string; input: string};
  /** Settles when the model is known; nothing is sent before. */
  ready: Promise<Readiness>;
  /** Is called when the chat stands. Resolves with lines to show. */
  afterwards?(): Promise<readonly string[]>;
  /** Which of its lines the terminal wraps anew when it becomes narrower. */
  rewraps: Rewrapping;
  /** How many turns of a resumed conversation to print again. */
  replayTurns: number;
  /** Whether a model (full name) may be asked for the title of a conversation. */
  mayTitle(model: string): Promise<boolean>;
};

/** Runs the chat on a terminal until the person leaves it. Resolves with the exit status. */
export async function startChat(settings: ChatScreenSettings): Promise<number> {
  const {stdin, stdout, context, look, prompts, replayTurns} = settings;
  const {session} = context;
  const frame = createLiveFrameRecord();
  /** Somebody else has the terminal: what is on it is not the live region. */
  let isLent = false;
  const screen = createScreen(stdout, columns =>
    isLent ? '' : eraseRewrapped(frame.get(), columns, settings.rewraps),
  );
  const reader = createKeyReader(stdin, text => stdout.write(text), settings.firstFrame?.input);
  const {promise: left, resolve: leave} = Promise.withResolvers<number>();
  const {promise: bridged, resolve: bridge} = Promise.withResolvers<TerminalPort>();
  const ending = new AbortController();
  const hint = createHint();
  const picker = createPicker();
  const gauge = createContextGauge(session, context.contextWindow, context.attachments.pending);
  const notifier = settings.notifier(text => stdout.write(text));
  const width = (): number => Math.max(20, stdout.columns - 1);

  const printer = createPrinter(screen);
  const transcript = createTranscript({
    print: printer.print,
    markdown: numbers => look.markdown(width, numbers),
    codeNumbers: context.codeBlocks,
    styles: look.styles,
    width,
    hideThinking: settings.hideThinking,
    viewKey: context.keys.labelOf('view') || '/view',
  });
  const plainComposer = createComposer({
    context,
    history: prompts.history,
    width: () => width() - promptWidth,
    pasteFold: settings.pasteFold,
  });
  const isBusy = (): boolean => {
    const {live, aside} = session.snapshot();
    return live !== null || aside !== null || chat.queue().length > 0;
  };
  const {composer, keys} =
    context.keys.editing === 'vi'
      ? (await import('./editAsInVi.ts')).editAsInVi({
          composer: plainComposer,
          keys: reader,
          picker,
          isBusy,
          stdout,
        })
      : {composer: plainComposer, keys: reader};
  const actions = createScreenActions({
    ...settings,
    keys,
    printer,
    port: bridged,
    composer,
    picker,
    transcript,
    hint,
    submit: line => void chat.submit(line),
    showError: error => face.failed(error),
    detail: id => face.detail(id),
    reply(sequence) {
      notifier.reply(sequence);
      const background = readBackgroundReply(sequence);
      if (background) look.background(background);
    },
    quit: () => leave(0),
    ending: ending.signal,
  });
  const face = createChatFace({
    transcript,
    composer,
    picker,
    pick: choice => chat.pick(choice),
    dismiss: () => chat.dismiss(),
    keyOf: action => context.keys.labelOf(action) || undefined,
    styles: look.styles,
    scrollAway: actions.redraw,
    replayTurns,
    view: actions.openViewer,
    compare: actions.compare,
    manage: actions.manage,
    quit: () => leave(0),
  });
  // The welcome and the earlier turns come before anything that is sent, however early it was typed.
  const shown = settings.ready.then(({welcome, attachments}) => {
    for (const line of welcome) transcript.line(line);
    transcript.line('');
    transcript.replay(session.snapshot().conversation, replayTurns);
    return attachments;
  });
  const chat = createChat({
    context,
    face,
    remember: settings.remember,
    ready: shown,
    beforeSend: settings.beforeSend(face.show),
  });
  const unfollow = session.subscribe(() => {
    const state = session.snapshot();
    transcript.follow(state);
    notifier.follow(state.live !== null, () => announcementOf(state.conversation));
  });

  const unpulled = context.shelf.pulls.onEnd(pull => {
    // Who looks at the models sees it there, and what came of a step is told by the step; why another one has failed is
    // still to be read when the list is gone.
    if (context.firstSteps.work()?.pull === pull.name) return;
    if (pull.state === 'done' && actions.isManaging()) return;
    const notice: Pick<Extract<Notice, {type: 'text'}>, 'tone' | 'text'> = pull.state === 'done'
      ? {tone: 'success', text: `${pull.there} is there: /model ${pull.there}`}
      : {tone: 'error', text: `${pull.name} was not pulled to its end: ${pull.error} See /models.`};
    face.show({type: 'text', tone: notice.tone, text: neutraliseLine(notice.text)});
  });

  const titler = createTitler({session, mayAsk: settings.mayTitle});
  const invitation = createInvitation({session, chat, firstSteps: context.firstSteps});
  const handleKey = createKeyHandler({
    session,
    chat,
    composer,
    picker,
    bindings: context.keys,
    hint,
    firstSteps: context.firstSteps,
    invitation,
    attachments: context.attachments,
    actions,
  });
  // Keys typed into the first frame are taken before the first drawing, so that it shows them.
  keys.listen(event => {
    if (event.type !== 'reply') titler.typed();
    handleKey(event);
  });

  screen.hold();
  if (settings.firstFrame) screen.stdout.write(settings.firstFrame.erase);
  const instance = render(
    <>
      <TerminalBridge onReady={port => bridge(lending(port, lent => (isLent = lent)))} />
      <App
        {...{session, chat, composer, picker, transcript, hint, look, frame, gauge}}
        bindings={context.keys}
        pulls={context.shelf.pulls}
        attachments={context.attachments}
        firstSteps={context.firstSteps}
        invitation={invitation}
        motion={settings.motion}
      />
    </>,
    {...renderOptions, stdout: screen.stdout, stdin},
  );
  const port = await bridged;
  printer.attach(instance, port);
  screen.release();

  keys.start();
  notifier.start();
  stdout.write(backgroundQuestion);
  shown.catch(() => leave(2));
  shown
    .then(() => settings.afterwards?.())
    .then(lines => {
      for (const text of lines ?? []) face.show({type: 'text', tone: 'info', text: neutraliseLine(text)});
    })
    // Why the chat could not begin is told elsewhere, and what could wait does so until the next one.
    .catch(() => {});

  const onSignal = (signal: NodeJS.Signals): void =>
    leave({SIGHUP: 129, SIGINT: 130, SIGTERM: 143}[signal as 'SIGHUP'] ?? 1);
  const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, onSignal);

  // However the process ends, the terminal gets its modes back.
  const giveBack = (): void => {
    notifier.stop();
    keys.stop();
  };
  process.once('exit', giveBack);
  stdin.on('end', () => leave(129));
  // A terminal that is gone refuses every write; without a listener that would end the process before all is stored.
  stdout.on('error', () => leave(129));

  const status = await left;
  ending.abort();
  titler.close();
  invitation.close();
  await Promise.all([chat.stop(), context.firstSteps.close()]);
  await actions.closed();
  await printer.flushed();
  unfollow();
  unpulled();
  giveBack();
  process.off('exit', giveBack);
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

/** What to tell of an answer that has ended; undefined for one that was stopped. */
function announcementOf({head, nodes, title}: Conversation): string | undefined {
  const last = head === null ? undefined : nodes.get(head);
  return last?.stop === 'aborted' ? undefined : neutraliseLine(title) || 'answered';
}

/** A port that says when the terminal is lent, and when it is back. */
function lending(port: TerminalPort, lend: (isLent: boolean) => void): TerminalPort {
  const suspend = async (use: () => Promise<void>): Promise<void> => {
    await port.suspend(async () => {
      lend(true);
      try {
        await use();
      } finally {
        lend(false);
      }
    });
  };
  return {...port, suspend: suspend as TerminalPort['suspend']};
}
