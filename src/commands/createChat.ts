import type {Conversation} from '../core/conversation.ts';
import {LlmError, toLlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import {nearestNames} from '../core/nearestNames.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Turn} from '../core/session.ts';
import type {Choice, ChoiceRequest, Command, CommandContext, CommandResult, Notice} from './command.ts';
import {attachMentioned} from './mentions.ts';
import {parseLine} from './parseLine.ts';

/** What a face (the screen, the line mode) does when the chat asks for it. */
export type ChatFace = {
  show(notice: Notice): void;
  /** Something went wrong with what was submitted; `replyId` is the answer that failed, if one did. */
  failed(error: LlmError, replyId?: string): void;
  /** Offers a list; what is chosen comes back through `Chat.pick`. */
  choose(request: ChoiceRequest): void;
  opened(conversation: Conversation, how: {clearScreen: boolean; text: string; replay: boolean}): void;
  /** The active path has changed; the turns from the node `from` on are to be shown. */
  moved(conversation: Conversation, how: {text: string; from: string | null}): void;
  /** Puts a text where prompts are typed; `note` says what sending it will do. */
  edit(text: string, note: string): void;
  /** Puts a prompt back that could not be sent. */
  giveBack(text: string): void;
  /** Shows the whole conversation, from a message on, or searched for a text. */
  view(place: {at?: string; search?: string}): void;
  quit(): void;
};

/** Turns submitted lines into prompts and commands, one after the other, over one session. */
export type Chat = {
  /**
   * Takes a line. Runs it at once when it may, else queues it. Resolves when it, and all before it, are done.
   * `typed` is the part of it in which files are looked for; all of it unless said.
   */
  submit(line: string, typed?: string): Promise<void>;
  /** Does what a choice stands for, as if its line were submitted. */
  pick(choice: Choice): Promise<void>;
  /** The next prompt is a new one again, and no other wording of an earlier. */
  cancelEdit(): void;
  /** Takes the last of the waiting lines back; undefined when none waits. */
  takeBack(): string | undefined;
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
  /** Looks at a prompt before it is sent; a result is carried out instead of sending it. */
  beforeSend?(
    text: string,
    attachments: readonly Attachment[],
    /** The prompt of which this one is another wording. */
    editOf: string | null,
  ): Promise<CommandResult | undefined>;
};

/** A line that waits its turn, or a choice of a list that does. */
type Waiting = {text: string; typed: string; editOf: string | null; choice?: Choice};

/** What is known once the chat can begin. */
export type Readiness = {
  /** The lines of the welcome. */
  welcome: readonly string[];
  /** What goes with the first prompt. */
  attachments: readonly Attachment[];
};

/** Starts the chat's line handling. */
export function createChat({context, face, remember, ready, beforeSend}: ChatSettings): Chat {
  const {session, attachments} = context;
  const listeners = new Set<() => void>();
  let waiting: readonly Waiting[] = [];
  let queue: readonly string[] = [];
  let running: Promise<void> | null = null;
  let storageReported = false;
  let isReady = false;
  /** The prompt of which the next one submitted is another wording. */
  let editing: string | null = null;
  /** The same for the prompt about which something was asked. */
  let heldEdit: string | null = null;

  const setWaiting = (next: readonly Waiting[]): void => {
    waiting = next;
    queue = next.map(({text}) => text);
    for (const listener of listeners) listener();
  };

  const showError = (thrown: unknown): void => {
    face.failed(toLlmError(thrown, 'usage'));
  };

  const reportTurn = (turn: Turn): void => {
    for (const warning of turn.warnings)
      face.show({type: 'text', tone: 'warning', text: neutraliseLine(warning)});
    if (turn.error) face.failed(turn.error, turn.reply.id);
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

  /** One answer after the other; stopping one leaves the rest unasked. */
  const retry = async (models?: readonly string[]): Promise<void> => {
    for (const options of models?.map(model => ({model})) ?? [{}]) {
      const turn = await session.retry(options);
      reportTurn(turn);
      if (turn.reply.stop === 'aborted') return;
    }
  };

  const carryOut = async (result: CommandResult): Promise<void> => {
    switch (result.type) {
      case 'notice':
        face.show(result.notice);
        return;
      case 'choose':
        face.choose(result);
        return;
      case 'opened':
        editing = null;
        face.opened(session.snapshot().conversation, {...result, replay: result.replay ?? false});
        return;
      case 'moved':
        editing = null;
        face.moved(session.snapshot().conversation, result);
        return;
      case 'edit':
        editing = result.promptId;
        face.edit(result.text, 'editing an earlier prompt · Enter sends it as a new branch · Esc leaves it');
        return;
      case 'send':
        await send(result.text, heldEdit);
        return;
      case 'retry':
        await retry(result.models);
        return;
      case 'continue':
        reportTurn(await session.continueReply());
        return;
      case 'view':
        face.view(result);
        return;
      case 'quit':
        face.quit();
        return;
      case 'none':
        return;
    }
  };

  const send = async (text: string, editOf: string | null): Promise<void> => {
    heldEdit = null;
    const options = {attachments: attachments.take()};
    reportTurn(await (editOf === null ? session.send(text, options) : session.edit(editOf, text, options)));
  };

  /** Sends a prompt unless there is something to be asked about it first. A prompt that cannot be sent is given back. */
  const submitPrompt = async (text: string, {typed, editOf}: Waiting): Promise<void> => {
    let question: CommandResult | undefined;
    try {
      await attachMentioned(typed, context);
      question = await beforeSend?.(text, attachments.pending(), editOf);
    } catch (thrown) {
      editing = editOf;
      face.giveBack(text);
      throw thrown;
    }
    if (!question) return send(text, editOf);
    heldEdit = editOf;
    return carryOut(question);
  };

  const run = async (waits: Waiting): Promise<void> => {
    try {
      const {text, choice} = waits;
      if (choice && 'run' in choice) return await carryOut(await choice.run());
      const parsed = parseLine(text, context.commands);
      if (parsed.type === 'prompt') await submitPrompt(parsed.text, waits);
      else if (parsed.type === 'command') await carryOut(await parsed.command.run(parsed.argument, context));
      else throw unknownCommand(parsed.name, parsed.candidates, context.commands);
    } catch (thrown) {
      showError(thrown);
    }
  };

  const drain = async (): Promise<void> => {
    try {
      if (!isReady) {
        attachments.put(await ready);
        isReady = true;
      }
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        setWaiting(waiting.slice(1));
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

  const enqueue = (next: Waiting): Promise<void> => {
    setWaiting([...waiting, next]);
    running ??= drain();
    return running;
  };

  return {
    async submit(line, typed = line) {
      if (line.trim() === '') return;
      const parsed = parseLine(line, context.commands);
      const waits: Waiting = {text: line, typed, editOf: null};
      if (parsed.type === 'unknown' || (parsed.type === 'command' && parsed.command.immediate))
        return run(waits);
      if (parsed.type === 'command') return enqueue(waits);
      rememberIt(parsed.text);
      const editOf = editing;
      editing = null;
      return enqueue({...waits, editOf});
    },
    async pick(choice) {
      if ('line' in choice) return this.submit(choice.line);
      return enqueue({text: choice.label, typed: '', editOf: null, choice});
    },
    cancelEdit() {
      editing = null;
    },
    takeBack() {
      const last = waiting.at(-1);
      if (last) setWaiting(waiting.slice(0, -1));
      return last?.text;
    },
    async stop() {
      const left = queue;
      setWaiting([]);
      await session.stop();
      return left;
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
