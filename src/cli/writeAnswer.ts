import {setTimeout as delay} from 'node:timers/promises';
import type {Conversation, MessageNode} from '../core/conversation.ts';
import {describeError, exitStatus, LlmError, toLlmError} from '../core/errors.ts';
import type {Usage} from '../core/message.ts';
import {neutralise, neutraliseLine} from '../core/neutralise.ts';
import {billedTokens, formatCost} from '../core/pricing.ts';
import type {ReplyEvent} from '../core/reply.ts';
import type {Turn} from '../core/session.ts';
import {shownModel} from '../core/shownModel.ts';
import {terminalSafeJson} from '../core/terminalSafeJson.ts';
import {waitSeconds} from '../core/waitSeconds.ts';
import type {MarkdownStream} from '../markdown/markdownStream.ts';
import type {LiveTail} from '../plain/createLiveTail.ts';
import {commandLineHint} from './commandLineHint.ts';
import type {Services} from './createServices.ts';
import {type Io, writeOut} from './io.ts';
import {signalStatus} from './onStopSignal.ts';
import {createSpinner} from './spinner.ts';

export type OutputShape = 'text' | 'json' | 'jsonl' | 'first-code' | 'last-code';

export type AnswerWriterSettings = {
  io: Io;
  services: Services;
  options: {
    shape: OutputShape;
    rendered: boolean;
    stream: boolean;
    usage: boolean;
    quiet: boolean;
    verbose: boolean;
    hideThinking: boolean;
  };
  warn(text: string): void;
};

/** Puts one answer on stdout, in the shape that was asked for, and everything else on stderr. */
export type AnswerWriter = {
  event(event: ReplyEvent): void | Promise<void>;
  /** A signal came: the exit status will say so. */
  interrupted(signal: NodeJS.Signals): void;
  /** Calls back when nobody reads stdout any more. */
  onReaderGone(callback: () => void): void;
  /** Writes what is still to be written and returns the exit status. */
  finish(conversation: Conversation, turn: Turn, schema: object | undefined): Promise<number>;
  /** Reports a failure and returns its exit status. */
  fail(thrown: unknown): number;
};

/** How long a reader may take once a signal has come, in ms. */
const lastDrainMs = 500;

/** Starts writing one answer. */
export function createAnswerWriter({io, services, options, warn}: AnswerWriterSettings): AnswerWriter {
  const {stdout, stderr} = io;
  const isTerminal = Boolean(stdout.isTTY);
  const streams = options.stream && options.shape === 'text';
  const spinner = createSpinner(stderr, !options.quiet && options.shape !== 'jsonl');
  let signal: NodeJS.Signals | undefined;
  let isReaderGone = false;
  let writeError: NodeJS.ErrnoException | undefined;
  let readerGone = (): void => {};
  let lastCharacter = '\n';
  let pauses = 0;
  let markdown: Promise<MarkdownStream> | undefined;
  let tail: Promise<LiveTail> | undefined;

  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader closed the pipe (`| head -1`): there is nobody to write to, and that is no failure. A full disk is one.
    if (error.code !== 'EPIPE') writeError ??= error;
    isReaderGone = true;
    readerGone();
  });

  const write = (text: string): void | Promise<void> => {
    if (text === '' || isReaderGone) return;
    spinner.stop();
    lastCharacter = text.at(-1) ?? '\n';
    const waiting = writeOut(stdout, text)?.catch(() => {});
    // Once a signal has come, a reader that does not read is not waited for.
    return signal && waiting ? Promise.race([waiting, delay(lastDrainMs)]) : waiting;
  };
  const openMarkdown = async (): Promise<MarkdownStream> => {
    markdown ??= Promise.all([import('./loadLook.ts'), import('./chooseTheme.ts')])
      .then(([{loadLook}, {chooseTheme}]) => {
        const {theme, warning} = chooseTheme(services);
        if (warning) warn(warning);
        return loadLook(theme, services.environment, stdout);
      })
      .then(look => look.markdown(() => Math.max(20, stdout.columns ?? 80)));
    return markdown;
  };
  const openTail = async (): Promise<LiveTail> => {
    tail ??= import('../plain/createLiveTail.ts').then(({createLiveTail}) => createLiveTail(stdout));
    return tail;
  };
  const writeRendered = async (text: string): Promise<void> => {
    const stream = await openMarkdown();
    const finished = stream.push(text);
    if (!isTerminal) return write(finished);
    const live = await openTail();
    spinner.stop();
    if (finished !== '') live.print(finished);
    live.show(stream.open);
  };
  const writeText = (text: string): void | Promise<void> => {
    if (options.rendered) return writeRendered(text);
    return write(isTerminal ? neutralise(text) : text);
  };
  const endText = async (): Promise<void> => {
    if (tail) (await tail).clear();
    if (markdown) await write((await markdown).end());
    if (lastCharacter !== '\n') await write('\n');
  };

  /** On a terminal the seconds are counted down in place; elsewhere each pause is one line. */
  const sayPause = ({reason, attempt, ms}: Extract<ReplyEvent, {type: 'wait'}>): void => {
    if (ms === 0) {
      spinner.say('waiting for the model');
      return;
    }
    const words = `${neutraliseLine(reason)}; asking again in ${waitSeconds(ms)} s`;
    if (stderr.isTTY && options.shape !== 'jsonl') spinner.say(words);
    else if (attempt > pauses) warn(words);
    pauses = Math.max(pauses, attempt);
  };
  const reportError = (error: LlmError): void => {
    const hint = commandLineHint(error.hint);
    stderr.write(`llm: ${neutraliseLine(describeError({message: error.message, hint}))}\n`);
    if (services.environment.debug && error.detail) stderr.write(`${neutralise(error.detail)}\n`);
  };

  const writeWhole = async (text: string): Promise<void> => {
    switch (options.shape) {
      case 'first-code':
      case 'last-code': {
        const {extractCode} = await import('./extractCode.ts');
        const code = extractCode(text, options.shape === 'first-code' ? 'first' : 'last');
        if (code === undefined) warn('the answer has no fenced code block; here is the whole of it');
        const chosen = code ?? text;
        await write(isTerminal ? neutralise(chosen) : chosen);
        break;
      }
      case 'text':
        if (!options.stream) await writeText(text);
        break;
      default:
        return;
    }
    await endText();
  };

  return {
    event(event) {
      if (event.type === 'progress')
        spinner.say(event.phase === 'load' ? 'loading the model' : 'reading the prompt');
      if (event.type === 'wait') sayPause(event);
      if (event.type === 'reasoning' && !options.hideThinking) spinner.say('thinking');
      if (options.shape === 'jsonl') {
        // The last line is written when it is known how the answer ended.
        const isHidden = event.type === 'finish' || (event.type === 'reasoning' && options.hideThinking);
        return isHidden ? undefined : write(`${terminalSafeJson(event)}\n`);
      }
      if (event.type === 'text' && streams) return writeText(event.text);
      return undefined;
    },
    interrupted(received) {
      signal = received;
    },
    onReaderGone(callback) {
      readerGone = callback;
    },
    async finish(conversation, turn, schema) {
      spinner.stop();
      const {reply} = turn;
      // An answer that failed before its first word has nothing to extract.
      if (reply.text !== '' || !turn.error) await writeWhole(reply.text);
      for (const warning of turn.warnings) warn(neutraliseLine(warning));
      if (writeError) {
        reportError(outputError(writeError));
        return 1;
      }
      if (isReaderGone) return 0;
      let error = turn.error;
      let object: unknown;
      if (!error && !signal && schema) {
        try {
          const {validateAnswer} = await import('./validateAnswer.ts');
          object = validateAnswer(reply.text, schema);
        } catch (thrown) {
          error = toLlmError(thrown);
        }
      }
      if (options.shape === 'json') {
        const {reasoning, ...rest} = reply;
        await write(`${jsonAnswer(conversation, options.hideThinking ? rest : reply, error, object)}\n`);
      }
      if (options.shape === 'jsonl') await write(`${lastEvent(reply, error)}\n`);
      if (options.usage) stderr.write(`${usageLine(reply)}\n`);
      if (reply.stop === 'length' && options.shape === 'text') warn('the answer was cut at its token limit');
      if (signal) return signalStatus[signal] ?? 1;
      if (error) {
        reportError(error);
        return exitStatus(error.kind);
      }
      return 0;
    },
    fail(thrown) {
      spinner.stop();
      const error = toLlmError(thrown);
      const {kind, message, hint} = error;
      if (options.shape === 'json') stdout.write(`${terminalSafeJson({error: {kind, message, hint}})}\n`);
      if (options.shape === 'jsonl')
        stdout.write(`${terminalSafeJson({type: 'error', kind, message, hint})}\n`);
      reportError(error);
      return exitStatus(kind);
    },
  };
}

function jsonAnswer(
  conversation: Conversation,
  reply: MessageNode,
  error: LlmError | undefined,
  object: unknown,
): string {
  if (error) {
    const {kind, message, hint} = error;
    return terminalSafeJson({
      error: {kind, message, hint},
      ...(reply.text !== '' && {id: conversation.id, model: reply.model, text: reply.text}),
    });
  }
  const {usage, timing} = reply;
  return terminalSafeJson({
    id: conversation.id,
    model: reply.model,
    backend: reply.model?.split('/')[0],
    text: reply.text,
    ...(reply.reasoning && {reasoning: reply.reasoning}),
    ...(object !== undefined && {object}),
    usage: usage && jsonUsage(usage),
    timing: {
      first_token_ms: timing?.firstTokenMs,
      total_ms: timing?.totalMs,
      tokens_per_second: timing?.tokensPerSecond,
    },
    cost: reply.cost,
    stop: reply.stop,
  });
}

/** The counts, with our own estimate of what was sent where the server gave none. */
function jsonUsage({sent, ...usage}: Usage): Usage {
  if (usage.input !== undefined || sent === undefined) return usage;
  return {...usage, input: sent, estimated: true};
}

function lastEvent(reply: MessageNode, error: LlmError | undefined): string {
  if (error)
    return terminalSafeJson({type: 'error', kind: error.kind, message: error.message, hint: error.hint});
  return terminalSafeJson({type: 'finish', reason: reply.stop});
}

function usageLine({usage, timing, model, cost}: MessageNode): string {
  const approx = usage?.estimated ? '~' : '';
  const parts = [
    `${usage?.input ?? `~${usage?.sent ?? '?'}`} tokens in`,
    `${approx}${usage?.output ?? '?'} out`,
    timing?.firstTokenMs !== undefined && `${timing.firstTokenMs} ms to first token`,
    timing?.tokensPerSecond !== undefined && `${approx}${timing.tokensPerSecond.toFixed(1)} tok/s`,
    cost === undefined ? 'no price' : costWords(cost, usage),
    model && shownModel(model),
  ];
  return parts.filter(Boolean).join(' · ');
}

function costWords(cost: number, usage: Usage | undefined): string {
  return `${cost > 0 && billedTokens(usage)?.estimated ? '~' : ''}${formatCost(cost)}`;
}

function outputError(error: NodeJS.ErrnoException): LlmError {
  const reason = error.code === 'ENOSPC' ? 'the disk is full' : (error.code ?? error.message);
  return new LlmError({kind: 'storage', message: `cannot write the answer: ${reason}`, cause: error});
}
