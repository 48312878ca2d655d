import type {Command} from 'commander';
import {createSession} from '../core/createSession.ts';
import {LlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import type {ReplyEvent} from '../core/reply.ts';
import type {Session, Turn} from '../core/session.ts';
import {
  addConversationOptions,
  type ConversationOptions,
  readConversationOptions,
} from './conversationOptions.ts';
import type {Services} from './createServices.ts';
import {guideModel} from './createServices.ts';
import type {Io} from './io.ts';
import {loadSchema} from './loadSchema.ts';
import {onStopSignal} from './onStopSignal.ts';
import {readInput} from './readInput.ts';
import {requireAbilities} from './requireAbilities.ts';
import {openJournal, startConversation} from './startConversation.ts';
import {storeAnswer} from './storeAnswer.ts';
import {type AnswerWriter, createAnswerWriter, type OutputShape} from './writeAnswer.ts';

type RunOptions = ConversationOptions & {
  shape: OutputShape;
  rendered: boolean;
  stream: boolean;
  usage: boolean;
  showPrompt: boolean;
  dryRun: boolean;
  stdin: boolean;
  verbose: boolean;
  quiet: boolean;
};

/** Adds `run`'s own options to its command. */
export function defineRun(command: Command): Command {
  return addConversationOptions(
    command.argument('[prompt...]', 'the question; joined with what comes on stdin'),
  )
    .option('--render', 'render markdown (the default on a terminal)')
    .option('--raw', 'print the text as it comes (the default in a pipe)')
    .option('--no-stream', 'print the answer when it is complete')
    .option('-x, --extract', 'print only the first fenced code block')
    .option('--xl', 'print only the last fenced code block')
    .option('--json', 'print one JSON object')
    .option('--jsonl', 'print the events of the answer, one JSON object a line')
    .option('-u, --usage', 'print token counts and timing on stderr')
    .option('--show-prompt', 'show what is sent, on stderr')
    .option('--dry-run', 'show what would be sent, and send nothing')
    .option('--no-stdin', 'do not read stdin')
    .option('-v, --verbose', 'say on stderr what is done')
    .option('-q, --quiet', 'no warnings and no progress on stderr');
}

type Raw = {
  render?: boolean;
  raw?: boolean;
  stream: boolean;
  extract?: boolean;
  xl?: boolean;
  json?: boolean;
  jsonl?: boolean;
  usage?: boolean;
  showPrompt?: boolean;
  dryRun?: boolean;
  stdin: boolean;
  verbose?: boolean;
  quiet?: boolean;
};

function readRunOptions(command: Command, io: Io): RunOptions {
  const raw = command.opts<Raw>();
  const shapes = (['json', 'jsonl', 'extract', 'xl'] as const).filter(name => raw[name]);
  if (shapes.length > 1) {
    const [one, other] = shapes;
    throw new LlmError({kind: 'usage', message: `--${one} and --${other} exclude each other`});
  }
  if (raw.render && raw.raw)
    throw new LlmError({kind: 'usage', message: '--render and --raw exclude each other'});
  const [shape] = shapes;
  return {
    ...readConversationOptions(command),
    shape:
      shape === undefined
        ? 'text'
        : shape === 'extract'
          ? 'first-code'
          : shape === 'xl'
            ? 'last-code'
            : shape,
    rendered: raw.render ?? (!raw.raw && Boolean(io.stdout.isTTY)),
    stream: raw.stream,
    usage: raw.usage ?? false,
    showPrompt: raw.showPrompt ?? false,
    dryRun: raw.dryRun ?? false,
    stdin: raw.stdin,
    verbose: raw.verbose ?? false,
    quiet: raw.quiet ?? false,
  };
}

/**
 * `llm run`: one prompt, one answer on stdout. Returns the exit status; throws `LlmError` for what goes wrong before
 * there is an answer.
 */
export async function run(command: Command, services: Services, io: Io): Promise<number> {
  const options = readRunOptions(command, io);
  const warn = (text: string): void => {
    if (!options.quiet) io.stderr.write(`llm: ${text}\n`);
  };
  const writer = createAnswerWriter({io, services, options, warn});
  try {
    for (const warning of services.warnings) warn(warning);
    return await answer(command.args.join(' '), options, services, io, writer, warn);
  } catch (thrown) {
    return writer.fail(thrown);
  }
}

async function answer(
  argument: string,
  options: RunOptions,
  services: Services,
  io: Io,
  writer: AnswerWriter,
  warn: (text: string) => void,
): Promise<number> {
  // Read while the rest is looked up: what is wrong with the options is told without waiting for a long pipe.
  const input = readInput(argument, options, services, io, warn);
  input.catch(() => {});
  const {conversation, resumed} = await startConversation(services, options);
  const {model, note} = await modelFor(services, options, resumed ? conversation.model : '', io);
  const schema = await loadSchema(options.schema);

  const store = await openJournal(services, options, warn);
  const unopened = store?.failure;
  const session = createSession({
    conversation: {...conversation, model},
    resolve: services.resolve,
    newId: services.newId,
    ...(store && {journal: store}),
    ...(unopened && {storageError: unopened}),
    ...(schema && {schema}),
    // The price list takes a while to load; /cost prices the others when it is asked.
    ...((options.usage || options.shape === 'json') && {priceOf: services.priceOf}),
  });
  const {prompt, attachments} = await input;
  if (note) warn(note);
  if (options.showPrompt || options.dryRun) {
    const {showRequest} = await import('./showRequest.ts');
    io.stderr.write(showRequest(session.snapshot().conversation, prompt, attachments, schema));
    if (options.dryRun) return 0;
  }
  await requireAbilities(services, session.snapshot().conversation, attachments, schema);
  if (options.verbose) warn(`asking ${model}`);
  const turn = await sendWithSignals(session, prompt, attachments, writer);
  const status = await writer.finish(session.snapshot().conversation, turn, schema);
  // Who stopped the answer does not want to wait for long.
  const isStopped = turn.reply.stop === 'aborted';
  const stored = await storeAnswer(session, {warn, told: unopened, ...(isStopped && {patienceMs: 5_000})});
  return status === 0 ? (stored ?? 0) : status;
}

/** The model to ask: the one that is named, else that of the conversation that goes on, else the first at hand. */
async function modelFor(
  services: Services,
  options: RunOptions,
  current: string,
  io: Io,
): Promise<{model: string; note?: string}> {
  if (options.model === undefined && current !== '') return {model: current};
  if (options.model?.startsWith('hf:')) {
    const {offerPull} = await import('./models/offerPull.ts');
    await offerPull(options.model, services, io);
  }
  const chosen = await services.chooseModel('run', options.model, options.history);
  if (chosen.reason !== 'default' || chosen.name !== guideModel) return {model: chosen.name};
  const note =
    'no model server found, so the built-in guide answers; it knows only about llm. Name a model with -m.';
  return {model: chosen.name, note};
}

/** Sends the prompt; a signal stops the answer (and the server's work), and what has come is kept and printed. */
async function sendWithSignals(
  session: Session,
  prompt: string,
  attachments: readonly Attachment[],
  writer: AnswerWriter,
): Promise<Turn> {
  const signals = onStopSignal(signal => {
    writer.interrupted(signal);
    void session.stop();
  });
  writer.onReaderGone(() => void session.stop());
  try {
    return await session.send(prompt, {
      attachments,
      onEvent: (event: ReplyEvent) => writer.event(event),
    });
  } finally {
    signals.release();
  }
}
