import {afterEach, describe, expect, it, vi} from 'vitest';
import {createChat} from '../../src/commands/createChat.ts';
import {createFirstSteps, type SetupPort} from '../../src/commands/createFirstSteps.ts';
import {LlmError} from '../../src/core/errors.ts';
import {createComposer} from '../../src/ui/composer/createComposer.ts';
import {createViEditing} from '../../src/ui/composer/vi/createViEditing.ts';
import {createInvitation} from '../../src/ui/createInvitation.ts';
import {createKeyHandler} from '../../src/ui/createKeyHandler.ts';
import {createHint} from '../../src/ui/hint.ts';
import {parseKeys} from '../../src/ui/keys/parseKeys.ts';
import {choicePicker} from '../../src/ui/picker/choicePicker.ts';
import {createPicker} from '../../src/ui/picker/createPicker.ts';
import {fakeContext} from '../commands/fakeContext.ts';
import {fakePulls} from '../commands/fakePulls.ts';
import {fakeSettings} from '../commands/fakeSettings.ts';
import {sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, type Step, text} from '../core/scriptedBackend.ts';

function prepared({
  vi: isVi = false,
  port,
  restMs = 0,
}: {
  vi?: boolean;
  port?: SetupPort;
  restMs?: number;
} = {}) {
  const backend = createScriptedBackend();
  const session = sessionOver(backend);
  const steps = {session, pulls: fakePulls(), settings: fakeSettings()};
  const context = fakeContext(session, port ? {firstSteps: createFirstSteps({...steps, port})} : {});
  const did: string[] = [];
  const replies: string[] = [];
  const picker = createPicker();
  const chat = createChat({
    context,
    ready: Promise.resolve([]),
    remember() {},
    face: {
      show: notice => did.push(notice.type),
      failed: error => did.push(error.message),
      choose: request => picker.open(choicePicker(request, chat.pick, () => {})),
      opened() {},
      moved() {},
      edit: (text, note) => composer.edit(text, note),
      view: () => did.push('viewer'),
      giveBack: text => composer.setText([text, composer.text()].filter(Boolean).join('\n')),
      compare: async () => ({pane: undefined, promoted: false}),
      manage: async () => undefined,
      quit: () => did.push('quit command'),
    },
  });
  const plain = createComposer({
    context,
    history: {at: index => ['earlier'][index], suggest: () => undefined},
    width: () => 40,
  });
  const composer = isVi ? createViEditing(plain, () => session.snapshot().live !== null) : plain;
  const hint = createHint();
  const handle = createKeyHandler({
    session,
    chat,
    composer,
    picker,
    bindings: context.keys,
    hint,
    firstSteps: context.firstSteps,
    invitation: createInvitation({session, chat, firstSteps: context.firstSteps, restMs}),
    attachments: context.attachments,
    actions: {
      quit: () => did.push('quit'),
      suspend: () => did.push('suspend'),
      redraw: () => did.push('redraw'),
      searchPrompts: () => did.push('search'),
      editInEditor: () => did.push('editor'),
      view: () => did.push('view'),
      toggleThinking: () => did.push('thinking'),
      toggleMarkdown: () => did.push('markdown key'),
      reply: sequence => replies.push(sequence),
    },
  });
  const press = (input: string): void => {
    for (const event of parseKeys(input).events) handle(event);
  };
  /** Presses the Escape key, which raw input alone cannot tell from the beginning of a sequence. */
  const pressEscape = (): void => handle({type: 'key', name: 'escape'});
  const streaming = async (...steps: Step[]): Promise<void> => {
    backend.enqueue(...steps);
    press('hello\r');
    await vi.waitFor(() => expect(session.snapshot().live).not.toBeNull());
  };
  const draft = (): string => composer.snapshot().buffer.text;
  return {
    backend,
    session,
    context,
    chat,
    composer,
    picker,
    replies,
    hint,
    did,
    press,
    pressEscape,
    streaming,
    draft,
  };
}

const prompts = ({backend}: ReturnType<typeof prepared>): (string | undefined)[] =>
  backend.requests.map(request => request.messages.at(-1)?.text);

afterEach(() => {
  vi.useRealTimers();
});

describe('typing', () => {
  it('goes into the composer and Enter sends it', async () => {
    const all = prepared();
    all.backend.enqueue(text('a'), finish());
    all.press('hel');
    all.press('\u001b[200~lo\nthere\u001b[201~');
    expect(all.draft()).toBe('hello\nthere');
    all.press('\r');
    await vi.waitFor(() => expect(prompts(all)).toEqual(['hello\nthere']));
    expect(all.draft()).toBe('');
  });

  it('ignores what the terminal answers and keys that mean nothing', () => {
    const {press, draft, did, replies} = prepared();
    press('\u001b]11;rgb:1e1e/1e1e/2e2e\u0007\u001b[?62c\u001b[24~\u001b[1;6A');
    expect(draft()).toBe('');
    expect(did).toEqual([]);
    expect(replies).toEqual(['\u001b]11;rgb:1e1e/1e1e/2e2e\u0007', '\u001b[?62c']);
  });

  it('shows help on F1 and on a question mark in an empty line', async () => {
    const {press, did} = prepared();
    press('?');
    press('\u001bOP');
    await vi.waitFor(() => expect(did).toEqual(['markdown', 'markdown']));
  });

  it("suspends and redraws, and opens what is not the composer's", () => {
    const {press, did} = prepared();
    press('\u001a\u000c\u0012\u0007\u000f\u0014\u001bm');
    expect(did).toEqual(['suspend', 'redraw', 'search', 'editor', 'view', 'thinking', 'markdown key']);
  });

  it('goes into an open list, which alone gets the keys then', async () => {
    const {press, pressEscape, draft, picker, did} = prepared();
    picker.open({
      title: 'Choose',
      find(_query, show) {
        show({items: [], complete: true});
        return () => {};
      },
      choose() {},
    });
    press('ab');
    press('\u001b[200~cd\u001b[201~');
    expect(picker.snapshot()?.filter.text).toBe('abcd');
    press('\u0012\u0004');
    expect(did).toEqual([]);
    pressEscape();
    expect(picker.isOpen()).toBe(false);
    expect(draft()).toBe('');
  });

  it('takes waiting lines back, the last of them first, with the upward key in an empty line', async () => {
    const all = prepared();
    await all.streaming(gate().step);
    all.press('second\r');
    all.press('third\r');
    all.press('\u001b[A');
    expect(all.draft()).toBe('third');
    expect(all.chat.queue()).toEqual(['second']);
    await all.chat.stop();
  });
});

describe('stopping', () => {
  it.each([
    ['Esc', 'escape'],
    ['Ctrl+C', 'ctrl+c'],
  ])(
    '%s stops the answer, keeps its text, and brings the queue back before the draft',
    async (_key, name) => {
      const all = prepared();
      await all.streaming(text('so far'), gate().step);
      all.press('second\r');
      all.press('third\r');
      all.press('my draft');
      if (name === 'escape') all.pressEscape();
      else all.press('\u0003');
      await vi.waitFor(() => expect(all.session.snapshot().live).toBeNull());
      await vi.waitFor(() => expect(all.draft()).toBe('second\nthird\nmy draft'));
      const {conversation} = all.session.snapshot();
      expect(conversation.nodes.get(conversation.head ?? '')).toMatchObject({stop: 'aborted'});
      expect(prompts(all)).toEqual(['hello']);
      expect(all.did).toEqual([]);
    },
  );

  it('Ctrl+C while an answer streams keeps the draft', async () => {
    const all = prepared();
    await all.streaming(gate().step);
    all.press('my draft\u0003');
    await vi.waitFor(() => expect(all.session.snapshot().live).toBeNull());
    expect(all.draft()).toBe('my draft');
    expect(all.did).toEqual([]);
    expect(all.hint.snapshot()).toBe('');
  });

  it('Esc closes an open menu first, and stops only then', async () => {
    const all = prepared();
    await all.streaming(gate().step);
    all.press('/he');
    all.pressEscape();
    expect(all.session.snapshot().live).not.toBeNull();
    expect(all.draft()).toBe('/he');
    all.pressEscape();
    await vi.waitFor(() => expect(all.session.snapshot().live).toBeNull());
  });

  it('Esc twice on an empty line offers the earlier prompts, and choosing one is an edit of it', async () => {
    const all = prepared();
    all.backend.enqueue(text('an answer'), finish());
    all.press('hello\r');
    await vi.waitFor(() => expect(all.session.snapshot().conversation.nodes.size).toBe(2));
    await vi.waitFor(() => expect(all.session.snapshot().live).toBeNull());
    all.pressEscape();
    expect(all.hint.snapshot()).toBe('Esc again edits an earlier prompt');
    all.pressEscape();
    await vi.waitFor(() => expect(all.picker.isOpen()).toBe(true));
    all.press('\r');
    await vi.waitFor(() => expect(all.draft()).toBe('hello'));
    all.backend.enqueue(text('another'), finish());
    all.press(' again\r');
    await vi.waitFor(() => expect(all.session.snapshot().conversation.nodes.size).toBe(4));
    const roots = [...all.session.snapshot().conversation.nodes.values()].filter(
      ({parent}) => parent === null,
    );
    expect(roots.map(node => node.text)).toEqual(['hello', 'hello again']);
  });

  it('a second Esc counts as long as its hint is shown, which goes when the list opens', async () => {
    const all = prepared();
    all.backend.enqueue(text('a'), finish());
    all.press('hello\r');
    await vi.waitFor(() => expect(all.session.snapshot().conversation.nodes.size).toBe(2));
    await vi.waitFor(() => expect(all.session.snapshot().live).toBeNull());
    vi.useFakeTimers();
    all.pressEscape();
    vi.advanceTimersByTime(2000);
    expect(all.hint.snapshot()).toBe('');
    all.pressEscape();
    vi.advanceTimersByTime(1900);
    expect(all.hint.snapshot()).toBe('Esc again edits an earlier prompt');
    all.pressEscape();
    expect(all.hint.snapshot()).toBe('');
    vi.useRealTimers();
    await vi.waitFor(() => expect(all.picker.isOpen()).toBe(true));
  });

  it('Alt and an arrow in an empty line go to the other answers, and to words in a filled one', async () => {
    const all = prepared();
    all.press('\u001b[1;3D');
    await vi.waitFor(() => expect(all.did.length).toBe(1));
    all.press('ab cd\u001b[1;3D');
    expect(all.composer.snapshot().buffer.cursor).toBe(3);
    expect(all.did.length).toBe(1);
  });

  it('Esc does nothing while nothing streams', () => {
    const {pressEscape, press, draft, did} = prepared();
    press('text');
    pressEscape();
    expect(draft()).toBe('text');
    expect(did).toEqual([]);
  });

  it('keeps what is typed between the stop and its end', async () => {
    const all = prepared();
    await all.streaming(gate().step);
    all.press('second\r');
    all.press('dra');
    all.pressEscape();
    all.press('ft');
    await vi.waitFor(() => expect(all.draft()).toContain('second'));
    expect(all.draft()).toBe('second\ndraft');
  });
});

describe('quitting', () => {
  it('takes Ctrl+C twice on an empty line, and says so after the first', () => {
    const {press, did, hint, draft} = prepared();
    press('text\u0003');
    expect(draft()).toBe('');
    expect(did).toEqual([]);
    press('\u0003');
    expect(did).toEqual([]);
    expect(hint.snapshot()).toBe('Ctrl+C again quits');
    press('\u0003');
    expect(did).toEqual(['quit']);
  });

  it('takes a second Ctrl+C only while the hint stands', () => {
    vi.useFakeTimers();
    const {press, did, hint} = prepared();
    press('\u0003');
    vi.advanceTimersByTime(2001);
    expect(hint.snapshot()).toBe('');
    press('\u0003');
    expect(did).toEqual([]);
    press('\u0003');
    expect(did).toEqual(['quit']);
  });

  it('takes Ctrl+D on an empty line only', () => {
    const {press, did} = prepared();
    press('a\u0004');
    expect(did).toEqual([]);
    press('\u007f\u0004');
    expect(did).toEqual(['quit']);
  });

  it('never happens by Esc, and by /q only after it was completed', async () => {
    const {press, pressEscape, did, draft} = prepared();
    pressEscape();
    pressEscape();
    press('/q\r');
    expect(did).toEqual([]);
    expect(draft()).toBe('/quit');
    press('\r');
    await vi.waitFor(() => expect(did).toEqual(['quit command']));
  });
});

describe('the hint', () => {
  it('goes away by itself, later when it is shown again, and tells its subscribers', () => {
    vi.useFakeTimers();
    const hint = createHint(1000);
    const seen: string[] = [];
    const leave = hint.subscribe(() => seen.push(hint.snapshot()));
    hint.show('one');
    vi.advanceTimersByTime(900);
    hint.show('two');
    vi.advanceTimersByTime(900);
    expect(hint.snapshot()).toBe('two');
    vi.advanceTimersByTime(100);
    expect(seen).toEqual(['one', 'two', '']);
    leave();
    hint.show('three');
    expect(seen).toHaveLength(3);
    hint.drop('another');
    expect(hint.snapshot()).toBe('three');
    hint.drop('three');
    expect(hint.snapshot()).toBe('');
  });
});

describe('with vi editing', () => {
  it('k on an empty line takes back what waits, and then leads to earlier prompts, also typed at once', async () => {
    const all = prepared({vi: true});
    await all.streaming(gate().step, text('a'), finish());
    all.press('first\rsecond\r');
    await vi.waitFor(() => expect(all.chat.queue()).toEqual(['first', 'second']));
    all.press('x');
    all.pressEscape();
    all.press('xk');
    expect(all.draft()).toBe('second');
    expect(all.chat.queue()).toEqual(['first']);
    all.press('ddkk');
    expect(all.draft()).toBe('earlier');
    expect(all.chat.queue()).toEqual([]);
  });

  it('Esc Esc on an empty line in NORMAL edits an earlier prompt, as ever', async () => {
    const all = prepared({vi: true});
    all.backend.enqueue(text('a'), finish());
    all.press('hello\r');
    await vi.waitFor(() => expect(all.session.snapshot().conversation.nodes.size).toBe(2));
    await vi.waitFor(() => expect(all.session.snapshot().live).toBeNull());
    all.pressEscape();
    expect(all.hint.snapshot()).toBe('');
    all.pressEscape();
    expect(all.hint.snapshot()).toContain('Esc again');
    all.pressEscape();
    await vi.waitFor(() => expect(all.draft() !== '' || all.picker.isOpen()).toBe(true));
  });
});

describe('Enter on an empty line', () => {
  const machine = (change: Partial<SetupPort> = {}): SetupPort => ({
    next: async () => ({type: 'start', server: 'Ollama'}),
    startServer: async () => {},
    installEngine: async () => {},
    ...change,
  });

  it('does nothing as long as nothing is offered', () => {
    let started = 0;
    const {press, did} = prepared({port: machine({startServer: async () => void started++})});
    press('\r\r');
    expect(started).toBe(0);
    expect(did).toEqual([]);
  });

  it('takes the step that is offered; with something typed it sends', async () => {
    let started = 0;
    const talk = prepared({
      port: machine({
        async startServer() {
          started++;
        },
      }),
    });
    await talk.context.firstSteps.look();
    talk.backend.enqueue(text('Hello.'), finish());
    talk.press('hi\r');
    await vi.waitFor(() => expect(prompts(talk)).toEqual(['hi']));
    await vi.waitFor(() => expect(talk.session.snapshot().live).toBeNull());
    expect(started).toBe(0);
    talk.press('\r');
    await vi.waitFor(() => expect(started).toBe(1));
    expect(prompts(talk)).toEqual(['hi']);
  });

  it.each(['hello', '/help'])('takes none by a second Enter right after %s', async line => {
    let started = 0;
    const talk = prepared({port: machine({startServer: async () => void started++}), restMs: 60_000});
    vi.useFakeTimers();
    await talk.context.firstSteps.look();
    talk.press('\r');
    await vi.advanceTimersByTimeAsync(60_000);
    talk.backend.enqueue(text('Hello.'), finish());
    talk.press(`${line}\r`);
    await vi.advanceTimersByTimeAsync(50_000);
    expect(talk.session.snapshot().live).toBeNull();
    expect(talk.chat.queue()).toEqual([]);
    talk.press('\r');
    await vi.advanceTimersByTimeAsync(0);
    expect(started).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    talk.press('\r');
    await vi.advanceTimersByTimeAsync(0);
    expect(started).toBe(1);
  });

  it('takes none while an answer streams', async () => {
    let started = 0;
    const talk = prepared({port: machine({startServer: async () => void started++})});
    await talk.context.firstSteps.look();
    const open = gate();
    await talk.streaming(open.step, text('late'), finish());
    talk.press('\r');
    open.open();
    await vi.waitFor(() => expect(talk.session.snapshot().live).toBeNull());
    expect(started).toBe(0);
  });

  it.each(['Escape', 'Ctrl+C'])('is taken back by %s', async key => {
    let aborted = 0;
    const talk = prepared({
      port: machine({
        startServer: signal =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              aborted++;
              reject(new LlmError({kind: 'cancelled', message: 'stopped'}));
            });
          }),
      }),
    });
    await talk.context.firstSteps.look();
    talk.press('\r');
    await vi.waitFor(() => expect(talk.context.firstSteps.work()).not.toBeNull());
    if (key === 'Escape') talk.pressEscape();
    else talk.press('\u0003');
    await vi.waitFor(() => expect(talk.context.firstSteps.work()).toBeNull());
    expect(aborted).toBe(1);
    expect(talk.did).toEqual(['text']);
    expect(talk.hint.snapshot()).toBe('');
  });
});
