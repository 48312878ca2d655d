import {createInterface} from 'node:readline';
import type {Choice, CommandContext} from '../commands/command.ts';
import {createChat, type Readiness} from '../commands/createChat.ts';
import {describeError, exitStatus} from '../core/errors.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';

export type LineModeSettings = {
  io: {stdin: NodeJS.ReadableStream; stdout: NodeJS.WritableStream; stderr: NodeJS.WritableStream};
  context: CommandContext;
  /** Settles when the model is known; nothing is sent before. */
  ready: Promise<Readiness>;
  remember(prompt: string): void;
};

/**
 * The chat without a screen: one turn a line, answers as plain text as they come. For pipes, dumb terminals and
 * screen readers; the commands are the same. Resolves when the input ends, with the exit status of what failed last.
 */
export async function startLineMode({io, context, ready, remember}: LineModeSettings): Promise<number> {
  const {stdin, stdout, stderr} = io;
  const {session} = context;
  const lines = createInterface({input: stdin, crlfDelay: Number.POSITIVE_INFINITY});
  // Taken at once: lines that come before anybody iterates would be lost.
  const input = lines[Symbol.asyncIterator]();
  let choices: readonly Choice[] = [];
  let hasQuit = false;
  let status = 0;
  /** What has been written of which answer; -1 when it was written to its end. */
  let shown = {id: session.snapshot().conversation.head ?? '', length: -1};

  const attached = ready.then(({attachments}) => attachments);
  // A failure is thrown by the wait below.
  attached.catch(() => {});
  const chat = createChat({
    context,
    remember,
    ready: attached,
    face: {
      show: notice => stdout.write(`${neutralise(notice.text)}\n\n`),
      failed(error) {
        status = exitStatus(error.kind);
        stderr.write(`llm: ${neutraliseLine(describeError(error))}\n`);
      },
      choose({title, choices: offered}) {
        choices = offered;
        const rows = offered.map(({label, detail = ''}, index) =>
          `${index + 1}. ${label} ${detail}`.trimEnd(),
        );
        stdout.write(`${title}; type a number:\n${rows.map(neutraliseLine).join('\n')}\n`);
      },
      opened: (_conversation, {text}) => stdout.write(`${text}\n\n`),
      moved: (_conversation, {text}) => stdout.write(`${text}\n\n`),
      edit: text => stdout.write(`${neutralise(text)}\n\n`),
      view() {},
      quit() {
        hasQuit = true;
        lines.close();
      },
    },
  });

  const showText = (id: string, text: string): void => {
    if (shown.id !== id) {
      shown = {id, length: 0};
      stdout.write('Assistant: ');
    }
    stdout.write(neutralise(text.slice(shown.length)));
    shown.length = text.length;
  };
  const unsubscribe = session.subscribe(() => {
    const {live, conversation} = session.snapshot();
    if (live && live.text !== '') showText(live.id, live.text);
    const last = conversation.head === null ? undefined : conversation.nodes.get(conversation.head);
    if (live || last?.role !== 'assistant' || (last.id === shown.id && shown.length === -1)) return;
    if (last.text !== '') {
      showText(last.id, last.text);
      stdout.write('\n\n');
    }
    shown = {id: last.id, length: -1};
  });

  // On a terminal that edits lines itself, Ctrl+C is a signal: it stops the answer, and only without one the program.
  const onInterrupt = (): void => {
    if (session.snapshot().live) return void chat.stop();
    status = 130;
    hasQuit = true;
    lines.close();
  };
  process.on('SIGINT', onInterrupt);

  const {welcome} = await ready;
  stdout.write(`${welcome.join('\n')}\n\n`);
  for await (const line of input) {
    const offered = choices;
    choices = [];
    if (offered.length > 0 && /^\d+$/.test(line.trim())) {
      const choice = offered[Number(line) - 1];
      if (choice) await chat.pick(choice);
      else stdout.write(`There is no number ${line.trim()}; they go from 1 to ${offered.length}.\n\n`);
    } else {
      await chat.submit(line);
    }
    if (hasQuit) break;
  }
  process.off('SIGINT', onInterrupt);
  unsubscribe();
  return status;
}
