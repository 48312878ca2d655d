import {tmpdir} from 'node:os';
import type {Command} from 'commander';
import {createAbilityGuard} from '../commands/abilityGuard.ts';
import type {CommandContext, Notice} from '../commands/command.ts';
import {type ContextGuard, type ContextGuardOptions, createContextGuard} from '../commands/contextGuard.ts';
import {createKeyBindings} from '../commands/keyBindings.ts';
import {describeStep} from '../commands/nextStep.ts';
import {howToTake} from '../commands/setup.ts';
import {takesInstructions} from '../core/abilities.ts';
import {activePath, type Conversation} from '../core/conversation.ts';
import {createSession} from '../core/createSession.ts';
import {LlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {usualPasteFold} from '../ui/composer/chips.ts';
import {chatHelp} from './chatHelp.ts';
import {chooseTheme} from './chooseTheme.ts';
import type {CommandRun} from './commandRun.ts';
import {
  addConversationOptions,
  type ConversationOptions,
  readConversationOptions,
} from './conversationOptions.ts';
import {createCommandContext} from './createCommandContext.ts';
import {createLooks, createUnseenLook} from './createLooks.ts';
import {createPromptMemory} from './createPromptMemory.ts';
import {guideModel, type Services} from './createServices.ts';
import {paintFirstFrame} from './firstFrame.ts';
import {loadSchema} from './loadSchema.ts';
import {openJournal, startConversation} from './startConversation.ts';
import {storeRest} from './storeRest.ts';
import {version} from './version.ts';
import {withPulls} from './withPulls.ts';

/** Turns of a resumed conversation that are shown again. */
const replayTurns = 3;

export function defineChat(command: Command): Command {
  return addConversationOptions(command)
    .option('--screen-reader', 'plain lines instead of a screen: "You:" and "Assistant:", numbered choices')
    .option('--no-motion', 'no spinner')
    .addHelpText('after', chatHelp);
}

/** `llm chat`: opens the screen on a terminal, the line mode elsewhere. */
export async function chat(call: CommandRun): Promise<number> {
  const {command, services, io, firstFrame} = call;
  const {model} = readConversationOptions(command);
  if (!model?.startsWith('hf:')) return openChat(call);
  const {offerPull} = await import('./models/offerPull.ts');
  let wasAsked = false;
  await offerPull(model, services, io, () => {
    wasAsked = true;
    firstFrame?.abandon();
  });
  const frame = wasAsked && firstFrame ? paintFirstFrame(io.stdin, io.stdout) : firstFrame;
  try {
    return await openChat({...call, firstFrame: frame});
  } catch (thrown) {
    frame?.abandon();
    throw thrown;
  }
}

async function openChat({command, services, io, firstFrame}: CommandRun): Promise<number> {
  const options = readConversationOptions(command);
  const {conversation, resumed} = await startConversation(services, options);
  const {environment, settings} = services;
  const memory = createPromptMemory({
    file: environment.paths.promptHistory,
    keeps: options.history,
    packageRoot: environment.paths.packageRoot,
  });
  const {name: themeName, warning} = chooseTheme(services);
  const notes = [...services.warnings, ...memory.warnings, ...(warning ? [warning] : [])];
  const store = await openJournal(services, options, text => notes.push(text));
  if (store?.recovered.length && !resumed) {
    notes.push('an answer was cut when llm ended the last time: `llm chat -c` shows it and goes on');
  }
  // The screen says it below the answer itself.
  if (resumed && !firstFrame) notes.push(...cutNote(conversation));
  if (store?.backup) notes.push(`the history was brought up to this version; the old one is ${store.backup}`);
  const schema = await loadSchema(options.schema);
  const keys = createKeyBindings(settings.keys, settings.input.submit);
  const stored = resumed && options.model === undefined ? conversation.model : '';
  const unopened = store?.failure;
  const session = createSession({
    conversation: {...conversation, model: stored},
    resolve: services.resolve,
    newId: services.newId,
    ...(store && {journal: store}),
    ...(unopened && {storageError: unopened}),
    ...(schema && {schema}),
    priceOf: services.priceOf,
  });
  const ready = Promise.all([
    prepare(services, options, stored, notes, {
      sendKey: firstFrame ? keys.labelOf('send') : 'Enter',
      howToStop: firstFrame ? `${keys.labelOf('stop') || keys.labelOf('cancel')} stops` : 'Ctrl+C stops',
    }),
    readAttachments(services, options.attach),
  ]).then(([{model, welcome, isGuide}, attachments]) => {
    // Another one may have been chosen by then, with /model.
    if (session.snapshot().conversation.model === '') session.use(model);
    void prewarm(services, session.snapshot().conversation.model);
    return {welcome, attachments, isGuide};
  });
  ready.catch(() => {});
  // Of a conversation that leaves no trace, no prompt is kept either.
  const remember = (prompt: string): void => {
    if (!store || session.snapshot().isStored) memory.remember(prompt);
  };
  /** What can wait until the screen stands. Resolves with lines to show. */
  const afterwards = async (context: CommandContext): Promise<readonly string[]> => {
    const offers = (await ready).isGuide
      ? [describeStep(await context.firstSteps.look(), howToTake(context.keys))]
      : [];
    const [{deleteOld}, {removeAbandonedEdits}] = await Promise.all([
      import('./deleteOld.ts'),
      import('../ui/abandonedEdits.ts'),
    ]);
    removeAbandonedEdits(tmpdir(), Date.now());
    const days = settings.history.retentionDays;
    if (!store || days === undefined) return offers;
    const isOpen = (id: string): boolean => id === session.snapshot().conversation.id;
    return [
      ...offers,
      ...(await deleteOld({store, paths: environment.paths, days, isOpen, now: Date.now()})),
    ];
  };
  /** What a prompt needs is looked at before its length: what is left out does not count. */
  const guardOf = (
    context: CommandContext,
    show: (notice: Notice) => void,
    how: ContextGuardOptions = {},
  ): ContextGuard =>
    createAbilityGuard(context, show, {
      ...how,
      hasSchema: schema !== undefined,
      next: createContextGuard(context, show, how),
    });
  const writeTerminal = (sequence: string): void => void io.stdout.write(sequence);
  const contextWith = (look: Parameters<typeof createLooks>[1]): CommandContext =>
    createCommandContext(
      services,
      session,
      options,
      createLooks(services, look),
      io.stdout.isTTY ? writeTerminal : undefined,
    );
  try {
    if (!firstFrame) {
      const {startLineMode} = await import('../plain/startLineMode.ts');
      const context = withoutKeys(contextWith(createUnseenLook(themeName, environment)));
      const status = await withPulls(context.shelf.pulls, '/setup', io, () =>
        startLineMode({
          io,
          context,
          ready,
          remember,
          afterwards: () => afterwards(context),
          beforeSend: (show, asks) => guardOf(context, show, {asks, leavesBy: 'an empty line'}),
          history: memory.history,
          dumb: environment.terminal.name === 'dumb',
        }),
      );
      await storeRest(session, io, unopened);
      return status;
    }
    const [{startChat}, {createAnswerNotifier}, {loadChatLook}] = await Promise.all([
      import('../ui/startChat.tsx'),
      import('../ui/createAnswerNotifier.ts'),
      import('./loadLook.ts'),
    ]);
    const look = await loadChatLook(themeName, environment, io.stdout);
    const context = contextWith(look);
    const {terminal, host} = environment;
    const status = await withPulls(context.shelf.pulls, '/models', io, async () => {
      const ended = await startChat({
        stdin: io.stdin,
        stdout: io.stdout,
        context,
        look,
        prompts: memory,
        remember,
        afterwards: () => afterwards(context),
        beforeSend: show => guardOf(context, show),
        pasteFold: {
          lines: settings.input.pasteLines ?? usualPasteFold.lines,
          characters: usualPasteFold.characters,
        },
        hideThinking: options.hideThinking,
        motion: command.opts<{motion: boolean}>().motion,
        editor: {command: environment.editor ?? 'vi', folder: tmpdir()},
        notifier: write =>
          createAnswerNotifier({
            write,
            terminal: {name: terminal.name, program: terminal.program, multiplexer: host.multiplexer},
            now: Date.now,
          }),
        firstFrame: firstFrame.finish(),
        ready,
        rewraps: terminal.rewraps,
        replayTurns,
        mayTitle: async model =>
          settings.history.titles !== 'off' &&
          isLocal(services, model) &&
          takesInstructions((await context.modelFacts(model)).model),
      });
      // A failure to find the model ends the chat; its message belongs on the terminal that is ours no more.
      if (ended === 2) await ready;
      return ended;
    });
    await storeRest(session, io, unopened);
    return status;
  } finally {
    memory.close();
  }
}

/** Whether a model (full name) runs on this machine or the person's own server: free of charge. */
function isLocal({backends}: Services, model: string): boolean {
  return backends.find(model.slice(0, model.indexOf('/')))?.local ?? false;
}

/** What can be done about an answer that was cut when its program ended. */
function cutNote(conversation: Conversation): readonly string[] {
  const last = activePath(conversation).at(-1);
  if (last?.stop !== 'interrupted') return [];
  return last.text === ''
    ? ['the program ended before the answer began: /retry asks again']
    : ['the last answer was cut when the program ended: /continue goes on with it, /retry asks again'];
}

/** The keys of the screen are none of the line mode's. */
function withoutKeys(context: CommandContext): CommandContext {
  return {...context, keys: {...context.keys, table: []}};
}

/** What goes with the first prompt. */
async function readAttachments(
  services: Services,
  sources: readonly string[],
): Promise<readonly Attachment[]> {
  if (sources.length === 0) return [];
  if (sources.includes('-')) {
    throw new LlmError({
      kind: 'usage',
      message: '-a - takes stdin, which the chat itself reads',
      hint: 'Use llm run.',
    });
  }
  return Promise.all(sources.map(source => services.readAttachment(source)));
}

/** Finds the model and what the welcome says about it. */
async function prepare(
  services: Services,
  options: ConversationOptions,
  current: string,
  notes: readonly string[],
  {sendKey, howToStop}: {sendKey: string; howToStop: string},
): Promise<{model: string; welcome: readonly string[]; isGuide: boolean}> {
  const remarks = notes.map(note => `! ${neutraliseLine(note)}`);
  const title = `llm ${version}`;
  if (current !== '') {
    return {
      model: current,
      welcome: [`${title} · ${neutraliseLine(current)} · continued`, ...remarks],
      isGuide: false,
    };
  }
  const chosen = await services.chooseModel('chat', options.model, options.history);
  const label = services.backends.find(chosen.backend)?.label ?? chosen.backend;
  const guide =
    chosen.name === guideModel ? ['This is the built-in guide, a tiny model that knows only about llm.'] : [];
  return {
    model: chosen.name,
    // Whoever has named it wants it.
    isGuide: chosen.name === guideModel && chosen.reason === 'default',
    welcome: [
      `${title} · ${neutraliseLine(chosen.name)} · ${neutraliseLine(label)}`,
      `${sendKey} sends, ${howToStop}, /help shows the rest`,
      ...guide,
      ...remarks,
    ],
  };
}

/** Loads an embedded model while the first prompt is being typed; whatever fails is told by the answer. */
async function prewarm(services: Services, fullName: string): Promise<void> {
  const resolved = await services.resolve(fullName).catch(() => undefined);
  await resolved?.backend.prewarm?.(resolved.model);
}
