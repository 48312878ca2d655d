import type {Command} from 'commander';
import {LlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import {createSession} from '../core/session.ts';
import {chatHelp} from './chatHelp.ts';
import {chooseTheme} from './chooseTheme.ts';
import type {CommandRun} from './commandRun.ts';
import {
  addConversationOptions,
  type ConversationOptions,
  readConversationOptions,
} from './conversationOptions.ts';
import {createCommandContext} from './createCommandContext.ts';
import {guideModel, type Services} from './createServices.ts';
import {loadSchema} from './loadSchema.ts';
import {openJournal, startConversation} from './startConversation.ts';
import {version} from './version.ts';

/** Turns of a resumed conversation that are shown again. */
const replayTurns = 3;
/** Earlier prompts that the arrow keys reach. */
const recalledPrompts = 1000;

export function defineChat(command: Command): Command {
  return addConversationOptions(command).addHelpText('after', chatHelp);
}

/** `llm chat`: opens the screen on a terminal, the line mode elsewhere. */
export async function chat({command, services, io, firstFrame}: CommandRun): Promise<number> {
  const options = readConversationOptions(command);
  const {conversation, resumed} = await startConversation(services, options);
  const prompts = await createPromptMemory(services, options.history);
  const {theme, warning} = chooseTheme(services);
  const notes = [...services.warnings, ...prompts.warnings, ...(warning ? [warning] : [])];
  const store = await openJournal(services, options, text => notes.push(text));
  if (store?.recovered.length && !resumed) {
    notes.push('an answer was cut when llm ended the last time: `llm chat -c` shows it and goes on');
  }
  if (store?.backup) notes.push(`the history was brought up to this version; the old one is ${store.backup}`);
  const schema = await loadSchema(options.schema);
  const stored = resumed && options.model === undefined ? conversation.model : '';
  const session = createSession({
    conversation: {...conversation, model: stored},
    resolve: services.resolve,
    newId: services.newId,
    ...(store && {journal: store}),
    ...(schema && {schema}),
  });
  const ready = Promise.all([
    prepare(services, options, stored, notes),
    readAttachments(options.attach),
  ]).then(([{model, welcome}, attachments]) => {
    // Another one may have been chosen by then, with /model.
    if (session.snapshot().conversation.model === '') session.use(model);
    void prewarm(services, session.snapshot().conversation.model);
    return {welcome, attachments};
  });
  ready.catch(() => {});
  const context = createCommandContext(services, session, options, {themes: () => [], current: () => theme.name, use() {}, async keep() {}});
  if (!firstFrame) {
    const {startLineMode} = await import('../plain/startLineMode.ts');
    return startLineMode({io, context, ready, remember: prompts.remember});
  }
  const [{startChat}, {loadLook}, {createStyles}] = await Promise.all([
    import('../ui/startChat.tsx'),
    import('./loadLook.ts'),
    import('../ui/styles.ts'),
  ]);
  const look = await loadLook(theme, services.environment, io.stdout);
  const status = await startChat({
    stdin: io.stdin,
    stdout: io.stdout,
    context,
    styles: createStyles(look.theme, look.level),
    markdown: look.markdown,
    history: prompts.recent,
    remember: prompts.remember,
    hideThinking: options.hideThinking,
    firstFrame: firstFrame.finish(),
    ready,
    rewraps: services.environment.terminal.rewraps,
    replayTurns,
  });
  // A failure to find the model ends the chat; its message belongs on the terminal that is ours no more.
  if (status === 2) await ready;
  return status;
}

/** What goes with the first prompt. */
async function readAttachments(sources: readonly string[]): Promise<readonly Attachment[]> {
  if (sources.length === 0) return [];
  const {readAttachment} = await import('./readAttachments.ts');
  if (sources.includes('-')) {
    throw new LlmError({
      kind: 'usage',
      message: '-a - takes stdin, which the chat itself reads',
      hint: 'Use llm run.',
    });
  }
  return Promise.all(sources.map(source => readAttachment(source)));
}

/** Finds the model and what the welcome says about it. */
async function prepare(
  services: Services,
  options: ConversationOptions,
  current: string,
  notes: readonly string[],
): Promise<{model: string; welcome: readonly string[]}> {
  const remarks = notes.map(note => `! ${neutraliseLine(note)}`);
  const title = `llm ${version}`;
  if (current !== '') {
    return {model: current, welcome: [`${title} · ${neutraliseLine(current)} · continued`, ...remarks]};
  }
  const chosen = await services.chooseModel('chat', options.model, options.history);
  const label = services.backends.find(chosen.backend)?.label ?? chosen.backend;
  const guide =
    chosen.name === guideModel
      ? ['This is the built-in guide: it knows only about llm. Ask it how to get a real model.']
      : [];
  return {
    model: chosen.name,
    welcome: [
      `${title} · ${neutraliseLine(chosen.name)} · ${neutraliseLine(label)}`,
      'Enter sends, Esc stops, /help shows the rest',
      ...guide,
      ...remarks,
    ],
  };
}

/** The prompts typed before, newest first, and the file that they are kept in; with `-n` nothing is added to it. */
async function createPromptMemory(
  services: Services,
  keeps: boolean,
): Promise<{warnings: readonly string[]; recent(): readonly string[]; remember(prompt: string): void}> {
  const [{appendPrompt, readRecentPrompts}, {tighten}] = await Promise.all([
    import('../storage/promptHistory.ts'),
    import('../storage/privateMode.ts'),
  ]);
  const file = services.environment.paths.promptHistory;
  let recent = readRecentPrompts(file, recalledPrompts)
    .map(entry => entry.prompt)
    .reverse();
  return {
    warnings: tighten(file),
    recent: () => recent,
    remember(prompt) {
      recent = [prompt, ...recent.filter(other => other !== prompt)];
      if (keeps) appendPrompt(file, prompt, Date.now());
    },
  };
}

/** Loads an embedded model while the first prompt is being typed; whatever fails is told by the answer. */
async function prewarm(services: Services, fullName: string): Promise<void> {
  const resolved = await services.resolve(fullName).catch(() => undefined);
  await resolved?.backend.prewarm?.(resolved.model);
}
