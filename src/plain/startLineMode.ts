import type {Readiness} from '../commands/chatFace.ts';
import type {ChoiceRequest, CommandContext, Notice} from '../commands/command.ts';
import {type ChatSettings, createChat} from '../commands/createChat.ts';
import {describeModels} from '../commands/describeModels.ts';
import {activePath, type Conversation, type MessageNode} from '../core/conversation.ts';
import {describeError, exitStatus} from '../core/errors.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import {shownTurns} from '../core/shownTurns.ts';
import {type ChoiceList, createChoiceList} from './createChoiceList.ts';
import {createLineAssembler} from './createLineAssembler.ts';
import {createLineReader} from './createLineReader.ts';
import {createSpokenReply} from './createSpokenReply.ts';
import {spokenTurn} from './describeTurn.ts';
import {plainMarkdown} from './plainMarkdown.ts';
import {speakComparison} from './speakComparison.ts';
import {speakSetup} from './speakSetup.ts';

type Output = NodeJS.WritableStream & {isTTY?: boolean; columns?: number};

export type LineModeSettings = {
  io: {stdin: NodeJS.ReadableStream & {isTTY?: boolean}; stdout: Output; stderr: NodeJS.WritableStream};
  context: CommandContext;
  /** Settles when the model is known; nothing is sent before. */
  ready: Promise<Readiness>;
  remember(prompt: string): void;
  /** Is called when the chat stands. Resolves with lines to show. */
  afterwards?(): Promise<readonly string[]>;
  /**
   * Looks at a prompt before it is sent; `show` shows a warning. Without `asks` nobody is there to answer a question: it
   * throws what is wrong instead.
   */
  beforeSend?(show: (notice: Notice) => void, asks: boolean): NonNullable<ChatSettings['beforeSend']>;
  /** Earlier prompts for the arrow keys. */
  history?: PromptRecall;
  /** The terminal can move no cursor (`TERM=dumb`): it edits lines by itself. */
  dumb?: boolean;
  /** After how long a wait is told of, in ms. */
  patienceMs?: number;
};

/** The earlier prompts, 0 being the newest; undefined past the oldest. */
type PromptRecall = {at(index: number): string | undefined};

/** How many of them the arrow keys reach: they are handed over at the start. */
const recalled = 1000;

/** How long the second Ctrl+C may take, in ms. */
const quitWindowMs = 2000;

/** Turns of a conversation that goes on that are shown again. */
const replayTurns = 3;

/**
 * The chat without a screen: one turn a line, answers as plain text as they come, nothing ever drawn over. For pipes,
 * dumb terminals and screen readers; the commands are the same. Resolves when the input ends: on a pipe with the exit
 * status of what failed last, on a terminal with 0, or 130 after Ctrl+C.
 */
export async function startLineMode(settings: LineModeSettings): Promise<number> {
  const {io, context, ready, remember, dumb = false, patienceMs = 10_000} = settings;
  const {stdin, stdout, stderr} = io;
  const {session} = context;
  const isTerminal = Boolean(stdin.isTTY && stdout.isTTY);
  const write = (text: string): void => void stdout.write(text);
  let list: ChoiceList | null = null;
  /** What stands behind the prompt when the next line is asked for. */
  let draft = '';
  let isEditing = false;
  let hasQuit = false;
  let status = 0;
  let interruptedAt = Number.NEGATIVE_INFINITY;

  const quit = (): void => {
    hasQuit = true;
    reader.close();
  };

  /** Ctrl+C as a key: without an answer to stop, the second one ends the program. */
  const interrupt = (isEmpty: boolean): void => {
    const {live, aside} = session.snapshot();
    if (live || aside) return void chat.stop();
    if (context.firstSteps.work()) return void context.firstSteps.stop();
    if (!isEmpty) return;
    const now = Date.now();
    if (now - interruptedAt > quitWindowMs) {
      interruptedAt = now;
      write('\nCtrl+C again quits.\nYou: ');
      return;
    }
    status = 130;
    quit();
  };

  const reader = createLineReader({
    stdin,
    stdout,
    terminal: isTerminal ? (dumb ? 'cooked' : 'editing') : 'none',
    history: recallable(settings.history),
    interrupted: interrupt,
  });
  const reply = createSpokenReply({write, codeBlocks: context.codeBlocks, isTerminal, patienceMs});
  const assembler = createLineAssembler();

  const fail = (line: string, failure: number): void => {
    if (!isTerminal) status = failure;
    stderr.write(`llm: ${neutraliseLine(line)}\n`);
  };
  const printTurns = (nodes: readonly MessageNode[]): void => {
    for (const node of nodes) write(spokenTurn(node, context.codeBlocks, isTerminal));
  };
  const replayFrom = (conversation: Conversation, from?: string): void => {
    const {nodes, later} = shownTurns(conversation, replayTurns, from);
    printTurns(nodes);
    if (later > 0) write(`${later} later messages: /view shows all.\n\n`);
  };

  const attached = ready.then(({attachments}) => attachments);
  // A failure is thrown by the wait below.
  attached.catch(() => {});
  const show = (notice: Notice): void =>
    write(
      `${neutralise(notice.type === 'markdown' ? plainMarkdown(notice.text) : (notice.spoken ?? notice.text))}\n\n`,
    );
  const chat = createChat({
    context,
    remember,
    ready: attached,
    face: {
      show,
      failed: error => fail(describeError(error), exitStatus(error.kind)),
      async choose(request) {
        const {choices, arriving = choices, live} = request;
        list = createChoiceList({...request, choices: await arriving});
        write(list.text());
        const note = live?.now().note ?? '';
        if (note !== '') write(`${neutraliseLine(note)}\n`);
      },
      opened(conversation, {text, replay, from}) {
        write(`${neutralise(text)}\n\n`);
        if (replay) replayFrom(conversation, from);
      },
      moved(conversation, {text, from}) {
        write(`${neutralise(text)}\n\n`);
        printTurns(from === null ? [] : turnsFrom(conversation, from));
      },
      edit(text) {
        isEditing = true;
        draft = text;
        write(`The prompt was:\n${neutralise(text)}\n`);
        write('The next line is its new wording; an empty line leaves it as it is.\n');
      },
      view({at, search}) {
        const {conversation} = session.snapshot();
        const turns = at === undefined ? activePath(conversation) : turnsFrom(conversation, at);
        const wanted = search?.toLowerCase();
        const found = wanted ? turns.filter(({text}) => text.toLowerCase().includes(wanted)) : turns;
        if (found.length === 0) write(wanted ? 'Nothing was found.\n\n' : 'Nothing has been said yet.\n\n');
        printTurns(found);
      },
      giveBack(text, note) {
        if (isTerminal) {
          draft = text;
          isEditing = note !== '';
          write(`Not sent:\n${neutralise(text)}\n\n`);
          return;
        }
        // The next line of a pipe is another prompt: what belonged to this one does not go with it.
        context.attachments.clear();
        chat.cancelEdit();
      },
      compare: comparison => speakComparison(comparison, write),
      async manage() {
        show(describeModels(await context.listModels()));
        for (const {text} of context.shelf.silent()) show({type: 'text', tone: 'warning', text: `${text}.`});
        return undefined;
      },
      quit,
    },
    ...(settings.beforeSend && {beforeSend: settings.beforeSend(show, isTerminal)}),
  });

  /** Leaves a list when something else was typed: a prompt that waited for the choice comes back. */
  const leave = ({draft: unsent = '', highlight}: ChoiceRequest): void => {
    list = null;
    highlight?.(null);
    if (isTerminal && unsent === '') write('Nothing was chosen.\n\n');
    chat.dismiss();
  };

  /** Takes a line while there is a list; false when the line is for something else. */
  const answer = async (open: ChoiceList, line: string): Promise<boolean> => {
    // On a pipe only a command opens a list; a line that is no number was written for something else.
    if (line.trim() === '' || (isTerminal ? /^\s*\//.test(line) : !open.isMeant(line))) {
      leave(open.request);
      return line.trim() === '';
    }
    const answered = open.answer(line);
    if (answered.type === 'again') {
      write(answered.text);
      if (!isTerminal) leave(open.request);
      return true;
    }
    list = null;
    await chat.pick(answered.choice);
    return true;
  };

  const submit = async (text: string): Promise<void> => {
    if (isEditing) {
      isEditing = false;
      const isCommand = text.startsWith('/') && !text.startsWith('//');
      if (isCommand || text.trim() === '') chat.cancelEdit();
      if (text.trim() === '') write('The prompt stays as it was.\n\n');
    }
    // Text that was piped in names no files to be read and sent.
    await chat.submit(text, isTerminal ? text : '');
  };

  const unsubscribe = session.subscribe(() => reply.follow(session.snapshot()));
  const unfollow = speakSetup(context.firstSteps, write);
  const onSignal = (signal: NodeJS.Signals): void => {
    const {live, aside} = session.snapshot();
    if (signal === 'SIGINT' && (live || aside)) return void chat.stop();
    if (signal === 'SIGINT' && context.firstSteps.work()) return void context.firstSteps.stop();
    status = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143}[signal as 'SIGHUP'] ?? 1;
    void chat.stop();
    void context.firstSteps.close();
    quit();
  };
  const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  try {
    const {welcome} = await ready;
    write(`${welcome.join('\n')}\n\n`);
    for (const text of (await settings.afterwards?.().catch(() => [])) ?? []) {
      show({type: 'text', tone: 'info', text: neutraliseLine(text)});
    }
    if (isTerminal) replayFrom(session.snapshot().conversation);
    while (!hasQuit) {
      const prompt = list ? 'Number: ' : assembler.isOpen() ? '... ' : 'You: ';
      const line = await reader.next(prompt, draft.includes('\n') ? '' : draft);
      draft = '';
      if (line === undefined) {
        // What comes next on this terminal begins on a line of its own.
        if (isTerminal) write('\n');
        break;
      }
      if (list && (await answer(list, line))) continue;
      const text = assembler.push(line);
      if (text !== undefined) await submit(text);
    }
    const left = hasQuit ? '' : assembler.end();
    if (left.trim() !== '') await submit(left);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
    unsubscribe();
    unfollow();
    await context.firstSteps.close();
    reply.close();
    reader.close();
  }
  return status;
}

/** The newest prompts of one line. */
function recallable(history: PromptRecall | undefined): string[] {
  const prompts: string[] = [];
  for (let index = 0; index < recalled; index++) {
    const prompt = history?.at(index);
    if (prompt === undefined) break;
    if (!prompt.includes('\n')) prompts.push(prompt);
  }
  return prompts;
}

function turnsFrom(conversation: Conversation, id: string): readonly MessageNode[] {
  const path = activePath(conversation);
  const at = path.findIndex(node => node.id === id);
  return at === -1 ? [] : path.slice(at);
}
