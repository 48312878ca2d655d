import type {Conversation} from '../core/conversation.ts';
import {LlmError, toLlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import {nearestNames} from '../core/nearestNames.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Turn} from '../core/session.ts';
import type {Choice, Command, CommandContext, CommandResult, Notice} from './command.ts';
import {parseLine} from './parseLine.ts';

/** What a face (the screen, the line mode) does when the chat asks for it. */
export type ChatFace = {
  show(notice: Notice): void;
  /** Something went wrong with what was submitted. */
  failed(error: LlmError): void;
  choose(title: string, choices: readonly Choice[]): void;
  opened(conversation: Conversation, how: {clearScreen: boolean; text: string}): void;
  quit(): void;
};

/** Turns submitted lines into prompts and commands, one after the other, over one session. */
export type Chat = {
  /** Takes a line. Runs it at once when it may, else queues it. Resolves when it, and all before it, are done. */
  submit(line: string): Promise<void>;
  /** Stops the answer that streams and gives back the lines that were waiting. */
  stop(): Promise<readonly string[]>;
  /** The lines that wait for the answer to end; the same array until it changes. */
  queue(): readonly string[];
  subscribe(listener: () => void): () => void;
};

export type ChatSettings = {
  context: CommandContext;
  face: ChatFace;
  /** Adds a prompt to the prompt history. */
  remember(prompt: string): void;
  /** Nothing is sent or run before this settles. Resolves with what goes with the first prompt. */
  ready: Promise<readonly Attachment[]>;
};

/** What is known once the chat can begin. */
export type Readiness = {
  /** The lines of the welcome. */
  welcome: readonly string[];
  /** What goes with the first prompt. */
  attachments: readonly Attachment[];
};

/** Starts the chat's line handling. */
export function createChat({context, face, remember, ready}: ChatSettings): Chat {
  const {session} = context;
  const listeners = new Set<() => void>();
  let queue: readonly string[] = [];
  let running: Promise<void> | null = null;
  let storageReported = false;
  let unsent: readonly Attachment[] = [];
  let isReady = false;

  const setQueue = (next: readonly string[]): void => {
    queue = next;
    for (const listener of listeners) listener();
  };

  const showError = (thrown: unknown): void => {
    face.failed(toLlmError(thrown, 'usage'));
  };

  const reportTurn = (turn: Turn): void => {
    for (const warning of turn.warnings)
      face.show({type: 'text', tone: 'warning', text: neutraliseLine(warning)});
    if (turn.error) showError(turn.error);
    const {storageError} = session.snapshot();
    if (storageError && !storageReported) {
      storageReported = true;
      showError(
        new LlmError({
          kind: 'storage',
          message: `This conversation is no longer being stored: ${storageError.message}`,
          hint: storageError.hint || 'Export it to keep it: /export',
        }),
      );
    }
  };

  const carryOut = async (result: CommandResult): Promise<void> => {
    switch (result.type) {
      case 'notice':
        face.show(result.notice);
        return;
      case 'choose':
        face.choose(result.title, result.choices);
        return;
      case 'opened':
        face.opened(session.snapshot().conversation, result);
        return;
      case 'retry':
        reportTurn(await session.retry());
        return;
      case 'quit':
        face.quit();
        return;
      case 'none':
        return;
    }
  };

  const send = async (text: string): Promise<void> => {
    const sent = session.send(text, {attachments: unsent});
    unsent = [];
    reportTurn(await sent);
  };

  const run = async (line: string): Promise<void> => {
    try {
      const parsed = parseLine(line, context.commands);
      if (parsed.type === 'prompt') await send(parsed.text);
      else if (parsed.type === 'command') await carryOut(await parsed.command.run(parsed.argument, context));
      else throw unknownCommand(parsed.name, parsed.candidates, context.commands);
    } catch (thrown) {
      showError(thrown);
    }
  };

  const drain = async (): Promise<void> => {
    try {
      if (!isReady) {
        unsent = await ready;
        isReady = true;
      }
      for (let next = queue[0]; next !== undefined; next = queue[0]) {
        setQueue(queue.slice(1));
        await run(next);
      }
    } catch (thrown) {
      showError(thrown);
    } finally {
      running = null;
    }
  };

  /** A history file that cannot be written must not keep the prompt from being sent. */
  const rememberIt = (prompt: string): void => {
    try {
      remember(prompt);
    } catch (thrown) {
      showError(thrown);
    }
  };

  return {
    async submit(line) {
      if (line.trim() === '') return;
      const parsed = parseLine(line, context.commands);
      if (parsed.type === 'prompt') rememberIt(parsed.text);
      if (parsed.type === 'unknown' || (parsed.type === 'command' && parsed.command.immediate))
        return run(line);
      setQueue([...queue, line]);
      running ??= drain();
      return running;
    },
    async stop() {
      const waiting = queue;
      setQueue([]);
      await session.stop();
      return waiting;
    },
    queue: () => queue,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function unknownCommand(name: string, candidates: readonly string[], commands: readonly Command[]): LlmError {
  const names = commands.map(command => command.name);
  const list = (candidates.length > 0 ? candidates : nearestNames(name, names))
    .map(candidate => `/${candidate}`)
    .join(', ');
  return new LlmError({
    kind: 'usage',
    message: name === '' ? 'A command wants a name' : `There is no command /${name}`,
    hint: list
      ? `Did you mean ${list}?`
      : 'See /help. To send a text that begins with a slash, begin it with two.',
  });
}
