import {activePath, type MessageNode} from '../core/conversation.ts';
import {toLlmError} from '../core/errors.ts';
import type {Attachment} from '../core/message.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Turn} from '../core/session.ts';
import type {ChatFace} from './chatFace.ts';
import {refuseChatless} from './chatRefusal.ts';
import type {Choice, CommandContext, CommandResult} from './command.ts';
import {createRewording} from './createRewording.ts';
import {createStorageReport} from './createStorageReport.ts';
import {createTurnReport} from './createTurnReport.ts';
import type {Draft, Held, RunChoice, Waiting} from './draft.ts';
import {missingMentions} from './mentions.ts';
import {answersComeFrom} from './model.ts';
import {parseLine} from './parseLine.ts';
import {runComparison} from './runComparison.ts';
import {unknownCommand} from './unknownCommand.ts';
import {whatComesBack} from './whatComesBack.ts';

/** Turns submitted lines into prompts and commands, one after the other, over one session. */
export type Chat = {
  /**
   * Takes a line. Runs it at once when it may, else queues it. Resolves when it, and all before it, are done.
   * `typed` is the part of it in which files are looked for; all of it unless said.
   */
  submit(line: string, typed?: string): Promise<void>;
  /** Does what a choice stands for, as if its line were submitted. */
  pick(choice: Choice): Promise<void>;
  /** A list was closed without choosing: a prompt that it was about comes back, and what waited behind it. */
  dismiss(): void;
  /** The next prompt is a new one again, and no other wording of an earlier. */
  cancelEdit(): void;
  /** Gives the last of the waiting lines back to where prompts are typed. */
  takeBack(): void;
  /** Stops the answer that streams, and gives the lines that were waiting back to where prompts are typed. */
  stop(): Promise<void>;
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
  /**
   * Looks at what is to be sent before it is. A result is carried out instead: a list whose choices end in `send`, or
   * anything else, and then nothing is sent.
   */
  beforeSend?(
    text: string,
    attachments: readonly Attachment[],
    /** The prompt of which this one is another wording. */
    editOf: string | null,
  ): Promise<CommandResult | undefined>;
};

const editNote = 'editing an earlier prompt · Enter sends it as a new branch · Esc leaves it';

/** Starts the chat's line handling. */
export function createChat({context, face, remember, ready, beforeSend}: ChatSettings): Chat {
  const {session, attachments} = context;
  const listeners = new Set<() => void>();
  const rewording = createRewording(context);
  let waiting: readonly Waiting[] = [];
  let queue: readonly string[] = [];
  let running: Promise<void> | null = null;
  let isReady = false;
  /** Why prompts cannot be remembered, once it was told. */
  let unremembered: string | null = null;
  /** What is being asked about; nothing else is sent meanwhile. */
  let held: Held | null = null;
  /** What came back last: unchanged, it is still known which part of it was typed. */
  let returned: Pick<Draft, 'text' | 'typed'> | null = null;

  const setWaiting = (next: readonly Waiting[]): void => {
    waiting = next;
    queue = next.map(({text}) => text);
    for (const listener of listeners) listener();
  };

  const showError = (thrown: unknown): void => {
    face.failed(toLlmError(thrown, 'usage'));
  };
  const reportStorage = createStorageReport(session, face);
  // While something runs it is told at its end.
  session.subscribe(() => {
    if (!running && !session.snapshot().storageError) reportStorage();
  });

  const showTurn = createTurnReport(context, face, reportStorage);
  const reportTurn = async (turn: Turn): Promise<void> => {
    await showTurn(turn);
    if (turn.error?.kind === 'capability') await offerWithout();
  };

  /** What the model has just refused can be left out, or another be asked: nothing of it must be typed again. */
  const offerWithout = async (): Promise<void> => {
    const prompt = lastPrompt();
    // Where nobody can be asked, it was said already what is wrong.
    const question =
      prompt && (await beforeSend?.(prompt.text, prompt.attachments ?? [], prompt.id).catch(() => undefined));
    if (question?.type !== 'choose') return;
    held = {go: async () => reportTurn(await session.retry({}))};
    await carryOut(question);
  };
  const lastPrompt = (): MessageNode | undefined =>
    activePath(session.snapshot().conversation).findLast(({role}) => role === 'user');

  /** Gives prompts back with their files, joined; the first of them says whether that is an edit. */
  const giveBack = (
    drafts: readonly Draft[],
    lines: readonly string[] = drafts.map(({text}) => text),
  ): void => {
    attachments.put(drafts.flatMap(({files}) => files));
    rewording.resume(drafts[0]?.editOf ?? null);
    returned = {text: lines.join('\n'), typed: drafts.map(({typed}) => typed).join('\n')};
    if (lines.length > 0) face.giveBack(returned.text, rewording.isUnderWay() ? editNote : '');
  };

  /** Gives everything back that waits. */
  const giveBackWaiting = (first: readonly Draft[] = []): void => {
    const {drafts, lines, notDone} = whatComesBack(waiting, first);
    setWaiting([]);
    if (notDone.length > 0)
      face.show({type: 'text', tone: 'info', text: `Not done: ${neutraliseLine(notDone.join(', '))}`});
    giveBack(drafts, lines);
  };

  /** Does what is to be done, unless there is something to be asked about it first. */
  const unlessAsked = async (
    sent: {text: string; files: readonly Attachment[]; editOf: string | null},
    about: Held,
  ): Promise<void> => {
    const question = await beforeSend?.(sent.text, sent.files, sent.editOf);
    if (!question) return about.go(false);
    held = about;
    await carryOut(question);
    // Only a list can still lead to sending it.
    if (question.type !== 'choose') dismiss();
  };

  const carryOut = async (result: CommandResult): Promise<void> => {
    switch (result.type) {
      case 'notice':
        face.show(result.notice);
        return;
      case 'choose':
        if (result.notice) face.show(result.notice);
        await face.choose(result);
        return;
      case 'opened':
        rewording.end();
        face.opened(session.snapshot().conversation, {...result, replay: result.replay ?? false});
        return;
      case 'moved':
        rewording.end();
        face.moved(session.snapshot().conversation, result);
        return;
      case 'edit':
        rewording.begin(result.promptId, result.text);
        face.edit(result.text, editNote);
        return;
      case 'send': {
        const about = held;
        held = null;
        await about?.go(result.withoutFiles ?? false);
        return;
      }
      case 'retry': {
        const prompt = lastPrompt();
        const {model} = result;
        const go = async (): Promise<void> =>
          reportTurn(await session.retry(model === undefined ? {} : {model}));
        // Whether it is too long for another model is not asked beforehand.
        if (!prompt || model !== undefined) return go();
        return unlessAsked({text: prompt.text, files: prompt.attachments ?? [], editOf: prompt.id}, {go});
      }
      case 'compare':
        return carryOut(await runComparison(context, face, result));
      case 'continue':
        return unlessAsked(
          {text: '', files: [], editOf: null},
          {go: async () => reportTurn(await session.continueReply())},
        );
      case 'view':
        face.view(result);
        return;
      case 'manage': {
        const chosen = await face.manage();
        if (chosen === undefined) return;
        await refuseChatless(chosen, context);
        session.use(chosen);
        face.show({type: 'text', tone: 'success', text: answersComeFrom(chosen)});
        return;
      }
      case 'quit':
        face.quit();
        return;
      case 'none':
        return;
    }
  };

  const send = async ({text, editOf, files}: Draft, withoutFiles: boolean): Promise<void> => {
    try {
      remember(text);
      unremembered = null;
    } catch (thrown) {
      // A history file that cannot be written must not keep the prompt from being sent, and is told of once.
      const {message} = toLlmError(thrown, 'storage');
      if (message !== unremembered) showError(thrown);
      unremembered = message;
    }
    const options = {attachments: withoutFiles ? [] : files};
    await reportTurn(
      await (editOf === null ? session.send(text, options) : session.edit(editOf, text, options)),
    );
  };

  const submitPrompt = async (submitted: Draft): Promise<void> => {
    // What was attached stays attached when the prompt comes back; what its text names is named there again.
    const draft = {...submitted, files: [...submitted.files, ...attachments.take()]};
    let isSent = false;
    try {
      const whole = {...draft, files: await rewording.filesOf(draft)};
      for (const path of await missingMentions(draft.typed, context))
        face.show({
          type: 'text',
          tone: 'warning',
          text: neutraliseLine(`@${path} names no file; it is sent as text`),
        });
      const go = (withoutFiles: boolean): Promise<void> => {
        isSent = true;
        return send(whole, withoutFiles);
      };
      await unlessAsked(whole, {draft, go});
    } catch (thrown) {
      if (!isSent) giveBackWaiting([draft]);
      throw thrown;
    }
  };

  /** Does what was chosen. When that neither sends what was asked about nor asks again, it comes back. */
  const answerWith = async (choice: RunChoice): Promise<void> => {
    const about = held;
    let asksAgain = false;
    try {
      const result = await choice.run();
      asksAgain = result.type === 'choose';
      await carryOut(result);
    } finally {
      if (about && held === about && !asksAgain) dismiss();
    }
  };

  const run = async (next: Waiting): Promise<void> => {
    try {
      if (next.type === 'prompt') await submitPrompt(next.draft);
      else if (next.type === 'command') await carryOut(await next.command.run(next.argument, context));
      else await answerWith(next.choice);
    } catch (thrown) {
      showError(thrown);
    }
  };

  const drain = async (): Promise<void> => {
    try {
      // Waited for each time, so that this never ends before `running` is set.
      const first = await ready;
      if (!isReady) attachments.put(first);
      isReady = true;
      for (let next = waiting[0]; next !== undefined && mayRun(next); next = waiting[0]) {
        setWaiting(waiting.slice(1));
        await run(next);
      }
    } catch (thrown) {
      showError(thrown);
    } finally {
      running = null;
    }
  };

  /** While something is asked, only its answer is done. */
  const mayRun = (next: Waiting): boolean => held === null || next.type === 'choice';

  const resume = (): Promise<void> => {
    running ??= drain();
    return running;
  };
  const enqueue = (next: Waiting): Promise<void> => {
    // An answer to a question goes before what waits for it.
    setWaiting(next.type === 'choice' ? [next, ...waiting] : [...waiting, next]);
    return resume();
  };

  const dismiss = (): void => {
    const about = held;
    held = null;
    if (about?.draft) giveBackWaiting([about.draft]);
    else if (about) void resume();
  };

  const submit = async (line: string, typed = line): Promise<void> => {
    if (line.trim() === '') return;
    const parsed = parseLine(line, context.commands);
    if (parsed.type === 'unknown')
      return showError(unknownCommand(parsed.name, parsed.candidates, context.commands));
    if (parsed.type === 'command') {
      const command = {...parsed, text: line};
      return parsed.command.immediate ? run(command) : enqueue(command);
    }
    const known = returned?.text === line ? returned.typed : typed;
    const draft = {text: parsed.text, typed: known, editOf: rewording.finish(), files: []};
    returned = null;
    return enqueue({type: 'prompt', text: line, draft});
  };

  return {
    submit,
    async pick(choice) {
      if ('run' in choice) {
        const next: Waiting = {type: 'choice', text: choice.label, choice};
        return choice.immediate ? run(next) : enqueue(next);
      }
      return submit(choice.line);
    },
    dismiss,
    cancelEdit: rewording.end,
    takeBack() {
      const last = waiting.at(-1);
      if (!last) return;
      setWaiting(waiting.slice(0, -1));
      if (last.type === 'prompt') giveBack([last.draft], [last.text]);
      else if (last.type === 'command') giveBack([], [last.text]);
    },
    async stop() {
      const left = waiting;
      // Nothing of it may be sent when the answer ends.
      setWaiting([]);
      await session.stop();
      setWaiting([...left, ...waiting]);
      giveBackWaiting();
    },
    queue: () => queue,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
