import {describe, expect, it, vi} from 'vitest';
import type {CommandResult, Notice} from '../../src/commands/command.ts';
import {type ChatSettings, createChat} from '../../src/commands/createChat.ts';
import type {SessionSettings} from '../../src/core/createSession.ts';
import {describeError, LlmError} from '../../src/core/errors.ts';
import {recordingJournal, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, text} from '../core/scriptedBackend.ts';
import {fakeContext} from './fakeContext.ts';

function prepared(change: Partial<ChatSettings> = {}, settings: Partial<SessionSettings> = {}) {
  const backend = createScriptedBackend();
  const session = sessionOver(backend, settings);
  const context = fakeContext(session);
  const notices: Notice[] = [];
  const remembered: string[] = [];
  const events: string[] = [];
  const chat = createChat({
    context,
    ready: Promise.resolve([]),
    remember: prompt => remembered.push(prompt),
    face: {
      show: notice => notices.push(notice),
      failed: error => notices.push({type: 'text', tone: 'error', text: describeError(error)}),
      choose({title, choices}) {
        events.push(`choose ${title}: ${choices.length}`);
      },
      opened: ({id}, {clearScreen}) => events.push(`opened ${id} ${clearScreen}`),
      moved: (_conversation, {text}) => events.push(`moved ${text}`),
      edit: editText => events.push(`edit ${editText}`),
      view: () => events.push('view'),
      giveBack: (text, note) => events.push(`given back ${text}${note && ' (edit)'}`),
      compare: async () => ({pane: undefined, promoted: false}),
      manage: async () => undefined,
      quit: () => events.push('quit'),
    },
    ...change,
  });
  const prompts = (): string[] => backend.requests.map(request => request.messages.at(-1)?.text ?? '');
  return {backend, session, context, notices, remembered, events, chat, prompts};
}

const told = (notices: readonly Notice[]): string[] =>
  notices.map(notice => (notice.type === 'text' ? `${notice.tone}: ${notice.text}` : notice.type));

describe('a request that the model refuses for what it needs', () => {
  const refusal = new LlmError({kind: 'capability', message: 'image input is not supported'});

  it('is asked about at once, and sent again without when that is chosen', async () => {
    const guard = vi.fn(async (): Promise<CommandResult | undefined> => undefined);
    const {backend, chat, events, prompts} = prepared({beforeSend: guard});
    backend.enqueue(refusal);
    backend.enqueue(text('yes'), finish());
    backend.enqueue(text('more'), finish());
    const choice = {label: 'Send it without', run: (): CommandResult => ({type: 'send'})};
    guard
      .mockResolvedValueOnce(undefined)
      .mockResolvedValueOnce({type: 'choose', title: 'No images', choices: [choice]});
    await chat.submit('look');
    expect(events).toEqual(['choose No images: 1']);
    const waits = chat.submit('next');
    expect(chat.queue()).toEqual(['next']);
    await chat.pick(choice);
    await waits;
    expect(prompts()).toEqual(['look', 'look', 'next']);
  });

  it('is left as it is when nothing is to be asked, or the list is closed', async () => {
    const guard = vi.fn(async (): Promise<CommandResult | undefined> => undefined);
    const {backend, chat, events, prompts} = prepared({beforeSend: guard});
    backend.enqueue(refusal);
    await chat.submit('look');
    expect(events).toEqual([]);
    backend.enqueue(refusal);
    backend.enqueue(text('yes'), finish());
    guard
      .mockResolvedValueOnce(undefined)
      .mockResolvedValueOnce({type: 'choose', title: 'No images', choices: []});
    await chat.submit('again');
    chat.dismiss();
    await chat.submit('on');
    expect(prompts().at(-1)).toContain('on');
    expect(prompts()).toHaveLength(3);
  });
});

describe('submitting lines', () => {
  it('sends prompts one after the other, in the order of typing', async () => {
    const {backend, chat, prompts} = prepared();
    const {step, open} = gate();
    backend.enqueue(step, text('1'), finish());
    backend.enqueue(text('2'), finish());
    backend.enqueue(text('3'), finish());
    const all = [chat.submit('one'), chat.submit('two'), chat.submit('three')];
    await vi.waitFor(() => expect(prompts()).toEqual(['one']));
    expect(chat.queue()).toEqual(['two', 'three']);
    open();
    await Promise.all(all);
    expect(prompts()).toEqual(['one', 'two', 'three']);
    expect(chat.queue()).toEqual([]);
  });

  it('tells subscribers about the queue, and gives the same array until it changes', async () => {
    const {backend, chat} = prepared();
    backend.enqueue(gate().step);
    const seen: (readonly string[])[] = [];
    const leave = chat.subscribe(() => seen.push(chat.queue()));
    expect(chat.queue()).toBe(chat.queue());
    void chat.submit('one');
    void chat.submit('two');
    await vi.waitFor(() => expect(seen.at(-1)).toEqual(['two']));
    leave();
    void chat.submit('three');
    expect(seen.at(-1)).toEqual(['two']);
    await chat.stop();
  });

  it('remembers prompts as they are sent, and no commands', async () => {
    const {backend, chat, remembered} = prepared();
    backend.enqueue(text('a'), finish());
    backend.enqueue(text('b'), finish());
    await chat.submit('hello');
    await chat.submit('//model is a word');
    await chat.submit('/system Be brief');
    await chat.submit('   ');
    expect(remembered).toEqual(['hello', '/model is a word']);
  });

  it('does not lose a prompt when the prompt history cannot be written', async () => {
    const {backend, chat, notices, prompts} = prepared({
      remember() {
        throw new LlmError({kind: 'storage', message: 'the disk is full'});
      },
    });
    for (const word of ['a', 'b']) backend.enqueue(text(word), finish());
    await chat.submit('hello');
    await chat.submit('again');
    expect(prompts()).toEqual(['hello', 'again']);
    // That is told once.
    expect(told(notices)).toEqual(['error: the disk is full']);
  });

  it('sends and runs nothing before it is ready, but what may act at once', async () => {
    const {step, open} = gate();
    const {backend, chat, prompts, notices} = prepared({ready: step.then(() => [])});
    backend.enqueue(text('a'), finish());
    const sent = chat.submit('hello');
    await chat.submit('/help');
    expect(told(notices)).toEqual(['markdown']);
    expect(prompts()).toEqual([]);
    expect(chat.queue()).toEqual(['hello']);
    open();
    await sent;
    expect(prompts()).toEqual(['hello']);
  });

  it('shows why it will never be ready, and keeps what was typed', async () => {
    const {chat, notices, prompts} = prepared({
      ready: Promise.reject(new LlmError({kind: 'model-unknown', message: 'no such model', hint: 'Try -m'})),
    });
    await chat.submit('hello');
    expect(told(notices)).toEqual(['error: no such model. Try -m']);
    expect(prompts()).toEqual([]);
    expect(chat.queue()).toEqual(['hello']);
  });
});

describe('while an answer streams', () => {
  it('runs immediate commands at once and lets the others wait their turn', async () => {
    const {backend, chat, session, events, notices} = prepared();
    const {step, open} = gate();
    backend.enqueue(text('so far'), step, text(' more'), finish());
    const sent = chat.submit('hello');
    await vi.waitFor(() => expect(session.snapshot().live).not.toBeNull());
    const fresh = chat.submit('/new');
    await chat.submit('/model');
    await chat.submit('/model gemma');
    expect(events).toEqual(['choose Choose a model: 3']);
    expect(session.snapshot().conversation.model).toBe('ollama/gemma');
    expect(told(notices)).toEqual(['success: The next answers come from ollama/gemma.']);
    expect(chat.queue()).toEqual(['/new']);
    open();
    await Promise.all([sent, fresh]);
    expect(events).toEqual(['choose Choose a model: 3', 'opened fresh1 false']);
  });

  it('stops the answer, keeps its text, and gives the waiting lines back', async () => {
    const {backend, chat, session, prompts, events, notices} = prepared();
    backend.enqueue(text('so far'), gate().step);
    const sent = chat.submit('one');
    void chat.submit('two');
    void chat.submit('/new');
    await vi.waitFor(() => expect(session.snapshot().live?.text).toBe('so far'));
    await chat.stop();
    expect(events).toContain('given back two');
    expect(told(notices)).toEqual(['info: Not done: /new']);
    await sent;
    expect(chat.queue()).toEqual([]);
    expect(prompts()).toEqual(['one']);
    const {conversation} = session.snapshot();
    expect(conversation.nodes.get(conversation.head ?? '')).toMatchObject({text: 'so far', stop: 'aborted'});
  });

  it('goes on with new lines after a stop', async () => {
    const {backend, chat, session, prompts} = prepared();
    backend.enqueue(gate().step);
    backend.enqueue(text('b'), finish());
    const sent = chat.submit('one');
    await vi.waitFor(() => expect(session.snapshot().live).not.toBeNull());
    await chat.stop();
    await sent;
    await chat.submit('two');
    expect(prompts()).toEqual(['one', 'one\n\ntwo']);
  });
});

describe('what commands ask for', () => {
  it('opens, clears, quits and retries', async () => {
    const {backend, chat, events, session} = prepared();
    backend.enqueue(text('a'), finish());
    backend.enqueue(text('b'), finish());
    await chat.submit('hello');
    await chat.submit('/retry');
    expect(session.snapshot().conversation.nodes.size).toBe(3);
    await chat.submit('/clear');
    await chat.submit('/quit');
    expect(events).toEqual(['opened fresh1 true', 'quit']);
  });

  it('explains a command that it does not know, and says how to send the text after all', async () => {
    const {chat, notices} = prepared();
    await chat.submit('/frobnicate');
    await chat.submit('/re');
    await chat.submit('/');
    expect(told(notices)).toEqual([
      'error: There is no command /frobnicate. See /help. To send a text that begins with a slash, begin it with two.',
      'error: There is no command /re. Did you mean /reset, /retry, /resume, /rename?',
      'error: A command wants a name. See /help. To send a text that begins with a slash, begin it with two.',
    ]);
  });

  it('reports what a command throws, and goes on', async () => {
    const {backend, chat, notices} = prepared();
    backend.enqueue(text('a'), finish());
    await chat.submit('/model no\u001b[2Jpe');
    await chat.submit('/set temperature hot');
    await chat.submit('hello');
    expect(told(notices)).toEqual([
      'error: no model is called no\u001b[2Jpe',
      'error: /set temperature wants a number from 0 to 5. For example: /set temperature 0.7',
    ]);
  });
});

describe('what is told after a turn', () => {
  it('reports an error with its hint, and neutralised warnings before it', async () => {
    const {backend, chat, notices} = prepared();
    backend.enqueue(
      {type: 'warning', message: 'old\u001b]0;x\u0007 model'},
      text('half'),
      new LlmError({kind: 'overloaded', message: 'the server is\nbusy', hint: 'Wait a minute.'}),
    );
    await chat.submit('hello');
    expect(told(notices)).toEqual(['warning: old␛]0;x␇ model', 'error: the server is\nbusy. Wait a minute.']);
  });

  it('says nothing about an answer that was stopped', async () => {
    const {backend, chat, notices, session} = prepared();
    backend.enqueue(gate().step);
    const sent = chat.submit('hello');
    await vi.waitFor(() => expect(session.snapshot().live).not.toBeNull());
    await chat.stop();
    await sent;
    expect(notices).toEqual([]);
  });

  it('reports once that nothing is stored any more, and once that all is stored again', async () => {
    let isFull = true;
    const refuse = () => {
      if (isFull) throw new LlmError({kind: 'storage', message: 'the disk is full'});
    };
    const journal = {...recordingJournal().journal, addMessage: refuse, addConversation: refuse};
    const {backend, chat, notices} = prepared({}, {journal});
    for (const word of ['a', 'b', 'c', 'd']) backend.enqueue(text(word), finish());
    await chat.submit('1');
    await chat.submit('2');
    const lost =
      'error: This conversation is no longer being stored: the disk is full. Export it to keep it: /export';
    expect(told(notices)).toEqual([lost]);
    isFull = false;
    await chat.submit('3');
    await chat.submit('4');
    expect(told(notices)).toEqual([
      lost,
      'success: This conversation is stored again, with all that was said in it.',
    ]);
  });

  it('says that all is stored again also when that happens between two prompts', async () => {
    let isFull = true;
    const refuse = () => {
      if (isFull) throw new LlmError({kind: 'storage', message: 'the disk is full'});
    };
    const journal = {...recordingJournal().journal, addMessage: refuse, addConversation: refuse};
    const {backend, chat, notices} = prepared({}, {journal, storeAgainMs: 1});
    backend.enqueue(text('a'), finish());
    await chat.submit('1');
    isFull = false;
    await vi.waitFor(() =>
      expect(told(notices).at(-1)).toBe(
        'success: This conversation is stored again, with all that was said in it.',
      ),
    );
  });

  it('does not repeat what was said at the start: that nothing is stored', async () => {
    const storageError = new LlmError({kind: 'storage', message: 'the disk is full'});
    const journal = {
      ...recordingJournal().journal,
      addConversation() {
        throw storageError;
      },
    };
    const {backend, chat, notices} = prepared({}, {journal, storageError});
    backend.enqueue(text('a'), finish());
    await chat.submit('1');
    expect(told(notices)).toEqual([]);
  });
});
