import type {ChatFace} from '../../src/commands/chatFace.ts';
import type {Choice, ChoiceRequest, CommandContext} from '../../src/commands/command.ts';
import {type Chat, createChat} from '../../src/commands/createChat.ts';
import {activePath} from '../../src/core/conversation.ts';
import type {SessionSettings} from '../../src/core/createSession.ts';
import {describeError} from '../../src/core/errors.ts';
import type {Session} from '../../src/core/session.ts';
import {sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, type ScriptedBackend, text} from '../core/scriptedBackend.ts';
import {fakeContext} from './fakeContext.ts';

/** A chat over a real session and a scripted backend, with what its face was told. */
export type Talk = {
  backend: ScriptedBackend;
  session: Session;
  context: CommandContext;
  chat: Chat;
  /** What was told, oldest first: notices and errors as `tone: text`, all else by its name. */
  told: string[];
  /** The list that was offered last. */
  offered(): ChoiceRequest;
  labels(): string[];
  /** Submits lines, one after the other. */
  type(...lines: string[]): Promise<void>;
  /** Chooses what has this in its label. */
  choose(part: string): Promise<void>;
  /** With which model the manager is left from now on. */
  manages(name: string): void;
  /** The texts of the active path. */
  path(): string[];
  /** Has the next prompts answered so. */
  answers(...texts: string[]): void;
};

export function chatOver(
  settings: Partial<SessionSettings> = {},
  change: (session: Session) => Partial<CommandContext> = () => ({}),
  compare: ChatFace['compare'] = async () => ({pane: undefined, promoted: false}),
): Talk {
  const backend = createScriptedBackend();
  const session = sessionOver(backend, settings);
  const context = fakeContext(session, change(session));
  const told: string[] = [];
  let managed: string | undefined;
  let request: ChoiceRequest | undefined;
  const chat = createChat({
    context,
    ready: Promise.resolve([]),
    remember() {},
    face: {
      show: notice => told.push(notice.type === 'text' ? `${notice.tone}: ${notice.text}` : notice.text),
      failed: error => told.push(`error: ${describeError(error)}`),
      choose(offer) {
        request = offer;
        told.push(`choose: ${offer.title}`);
      },
      opened({id}, {text: how, replay, from}) {
        const shown = from === undefined ? ' (replayed)' : ` (replayed from ${from})`;
        told.push(`opened ${id}: ${how}${replay ? shown : ''}`);
      },
      moved: (_conversation, {text: how, from}) => told.push(`moved to ${from}: ${how}`),
      edit: prompt => told.push(`edit: ${prompt}`),
      view: place => told.push(`view: ${JSON.stringify(place)}`),
      giveBack: prompt => told.push(`given back: ${prompt}`),
      compare,
      async manage() {
        told.push('manage');
        return managed;
      },
      quit: () => told.push('quit'),
    },
  });
  const offered = (): ChoiceRequest => {
    if (!request) throw new Error('nothing was offered');
    return request;
  };
  return {
    backend,
    session,
    context,
    chat,
    told,
    offered,
    labels: () => offered().choices.map(({label}) => label),
    async type(...lines) {
      for (const line of lines) await chat.submit(line);
    },
    async choose(part) {
      const found: Choice | undefined = offered().choices.find(({label}) => label.includes(part));
      if (!found) throw new Error(`no choice ${part} among ${offered().choices.map(({label}) => label)}`);
      await chat.pick(found);
    },
    manages(name) {
      managed = name;
    },
    path: () => activePath(session.snapshot().conversation).map(node => node.text),
    answers(...texts) {
      for (const each of texts) backend.enqueue(text(each), finish());
    },
  };
}
