import {PassThrough} from 'node:stream';
import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink';
import stringWidth from 'string-width';
import {afterEach, beforeAll, describe, expect, it, vi} from 'vitest';
import {createChat} from '../../src/commands/createChat.ts';
import {createFirstSteps, type SetupPort} from '../../src/commands/createFirstSteps.ts';
import type {Pulls} from '../../src/commands/createPulls.ts';
import type {MarkdownStream} from '../../src/markdown/markdownStream.ts';
import {App} from '../../src/ui/App.tsx';
import {createComposer} from '../../src/ui/composer/createComposer.ts';
import {createContextGauge} from '../../src/ui/createContextGauge.ts';
import {createInvitation} from '../../src/ui/createInvitation.ts';
import {createHint} from '../../src/ui/hint.ts';
import {createLiveFrameRecord} from '../../src/ui/liveFrame.ts';
import {choicePicker} from '../../src/ui/picker/choicePicker.ts';
import {createPicker} from '../../src/ui/picker/createPicker.ts';
import {createTranscript} from '../../src/ui/transcript.ts';
import {fakeContext} from '../commands/fakeContext.ts';
import {fakePulls} from '../commands/fakePulls.ts';
import {fakeSettings} from '../commands/fakeSettings.ts';
import {sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, text} from '../core/scriptedBackend.ts';
import {loadPlainMarkdown, plainStyles} from './look.ts';

let markdownAt: (width: number) => MarkdownStream;
beforeAll(async () => {
  markdownAt = await loadPlainMarkdown();
});

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** The live region of a terminal of this size; `lines()` are those of the frame that was drawn last. */
function mount(
  columns: number,
  rows: number,
  window?: number,
  {port, pulls = fakePulls()}: {port?: SetupPort; pulls?: Pulls} = {},
) {
  const stdout = Object.assign(new PassThrough(), {columns, rows, isTTY: true});
  const stdin = Object.assign(new PassThrough(), {isTTY: true, setRawMode() {}, ref() {}, unref() {}});
  let frame = '';
  stdout.setEncoding('utf8');
  stdout.on('data', (chunk: string) => {
    const drawn = stripVTControlCharacters(chunk);
    if (drawn.trim() !== '') frame = drawn;
  });
  const backend = createScriptedBackend();
  const picker = createPicker();
  const session = sessionOver(backend, {notifyMs: 0});
  const steps = {session, pulls, settings: fakeSettings()};
  const context = fakeContext(session, port ? {firstSteps: createFirstSteps({...steps, port})} : {});
  const chat = createChat({
    context,
    ready: Promise.resolve([]),
    remember() {},
    face: {
      show() {},
      failed() {},
      choose: request =>
        picker.open(
          choicePicker(
            request,
            () => {},
            () => {},
          ),
        ),
      opened() {},
      moved() {},
      edit() {},
      view() {},
      giveBack() {},
      compare: async () => ({pane: undefined, promoted: false}),
      manage: async () => undefined,
      quit() {},
    },
  });
  const composer = createComposer({
    context,
    history: {at: () => undefined, suggest: prefix => (prefix === 'git' ? 'git commit' : undefined)},
    width: () => columns - 3,
  });
  const transcript = createTranscript({
    print() {},
    markdown: () => markdownAt(columns - 1),
    styles: () => plainStyles,
    width: () => columns - 1,
    hideThinking: false,
  });
  session.subscribe(() => transcript.follow(session.snapshot()));
  const hint = createHint();
  const record = createLiveFrameRecord();
  const gauge = createContextGauge(session, async () =>
    window === undefined ? undefined : {allocated: window},
  );
  const instance = render(
    <App
      {...{session, chat, composer, picker, transcript, hint, gauge}}
      look={{styles: () => plainStyles, subscribe: () => () => {}}}
      attachments={context.attachments}
      bindings={context.keys}
      frame={record}
      firstSteps={context.firstSteps}
      invitation={createInvitation({session, chat, firstSteps: context.firstSteps, restMs: 0})}
      pulls={pulls}
      motion
    />,
    {
      stdout: stdout as unknown as NodeJS.WriteStream,
      stdin: stdin as unknown as NodeJS.ReadStream,
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  cleanUps.push(() => instance.unmount());
  const lines = (): string[] => frame.replace(/\n$/, '').split('\n');
  return {session, backend, chat, composer, picker, context, transcript, hint, record, lines};
}

describe.each([40, 80])('the live region on %d columns', columns => {
  it('shows the composer with its placeholder and the model with the keys', async () => {
    const {lines} = mount(columns, 24);
    await vi.waitFor(() => expect(lines()).toHaveLength(2));
    expect(lines()[0]).toBe('❯ Ask anything');
    expect(lines()[1]).toBe('test/model · /help · Ctrl+D quits');
  });

  it('wraps what is typed and never draws a line as wide as the terminal', async () => {
    const {composer, lines, record} = mount(columns, 24);
    composer.paste(`${'word '.repeat(20)}\n世界${'x'.repeat(100)}`);
    await vi.waitFor(() => expect(lines().join('')).toContain('世界'));
    for (const line of lines()) expect(stringWidth(line)).toBeLessThan(columns);
    expect(lines().join('').match(/word/g)).toHaveLength(20);
    // Where the terminal's cursor is put: below every row of the text but the last.
    expect(record.get().widthsAbove).toHaveLength(lines().length - 2);
  });

  it('tells a suggestion from what is typed where nothing has a colour', async () => {
    const {composer, lines} = mount(columns, 24);
    composer.type('git');
    await vi.waitFor(() => expect(lines()[0]).toBe('❯ git[ commit]'));
  });

  it('shows the tail of an answer that streams, and what waits', async () => {
    const {backend, session, chat, transcript, lines} = mount(columns, 24);
    backend.enqueue(text('An answer that has not ended'), gate().step);
    void chat.submit('hello');
    void chat.submit('and \u001b[2Jthen?');
    await vi.waitFor(() => expect(lines().join('\n')).toContain('has not ended'));
    expect(transcript.tail().length).toBeGreaterThan(0);
    expect(lines()).toContain('⋯ and ␛[2Jthen?');
    expect(lines().at(-1)).toContain('Esc stops');
    await session.stop();
    await vi.waitFor(() => expect(lines().join('\n')).not.toContain('has not ended'));
  });

  it('says how much of what is unfinished it has no room for', async () => {
    const {backend, session, chat, lines} = mount(columns, 24);
    const quote = Array.from({length: 30}, (_, index) => `> - line ${index}\n`).join('');
    backend.enqueue(text(quote), gate().step);
    void chat.submit('hello');
    await vi.waitFor(() => expect(lines().join('\n')).toContain('line 29'));
    expect(lines()[0]).toBe('⋮ 19 lines above');
    expect(lines()[1]).toContain('line 19');
    await session.stop();
  });

  it('shows what is waited for before the text comes', async () => {
    const {backend, chat, session, lines} = mount(columns, 24);
    backend.enqueue({type: 'progress', phase: 'load', ratio: 0.42}, gate().step, text('x'), finish());
    void chat.submit('hello');
    await vi.waitFor(() => expect(lines()[0]).toMatch(/loading (test\/)?model 42 %/));
    for (const line of lines()) expect(stringWidth(line)).toBeLessThan(columns + 1);
    await session.stop();
  });

  it('shows the menu below the composer and a hint in the status line', async () => {
    const {composer, hint, lines} = mount(columns, 24);
    composer.type('/');
    hint.show('Ctrl+C again quits');
    await vi.waitFor(() => expect(lines().at(-1)).toContain('Ctrl+C again quits'));
    expect(lines()[0]).toBe('❯ /');
    expect(lines()[1]).toMatch(/^› \/help/);
  });
});

describe('the status line', () => {
  it('shows the window of the model, and how much of it the last exchange took', async () => {
    const {backend, chat, lines} = mount(80, 24, 32_768);
    await vi.waitFor(() => expect(lines().at(-1)).toBe('test/model · 33k context · /help · Ctrl+D quits'));
    backend.enqueue(text('a'), {type: 'usage', input: 900, output: 150}, finish());
    await chat.submit('hello');
    await vi.waitFor(() => expect(lines().at(-1)).toContain('1.1k of 33k tokens'));
  });
});

describe('the height of the live region', () => {
  const fill = async (columns: number, rows: number): Promise<string[]> => {
    const {backend, session, chat, composer, lines} = mount(columns, rows);
    backend.enqueue(text(`${'A long paragraph that has not ended. '.repeat(200)}`), gate().step);
    void chat.submit('hello');
    for (const line of ['one', 'two', 'three', 'four']) void chat.submit(line);
    await vi.waitFor(() => expect(session.snapshot().live?.phase).toBe('answering'));
    composer.paste('line\n'.repeat(50));
    await vi.waitFor(() => expect(lines().join('\n')).toContain('⋯ four'));
    const drawn = lines();
    await session.stop();
    return drawn;
  };

  it.each([
    [40, 24],
    [80, 24],
    [80, 50],
    [40, 16],
  ])('stays below that of a terminal of %d × %d, however much there is to show', async (columns, rows) => {
    expect((await fill(columns, rows)).length).toBeLessThan(rows);
  });

  it.each([12, 8, 5])(
    'stays below that of a terminal of 80 × %d with a menu, waiting lines and an answer to come',
    async rows => {
      const {backend, session, chat, picker, lines} = mount(80, rows);
      backend.enqueue(gate().step);
      void chat.submit('hello');
      for (const line of ['one', 'two', 'three']) void chat.submit(line);
      const choices = Array.from({length: 20}, (_, index) => ({label: `${index}`, line: `${index}`}));
      picker.open(
        choicePicker(
          {title: 'Choose', choices},
          () => {},
          () => {},
        ),
      );
      await vi.waitFor(() => expect(lines().join('\n')).toMatch(/Choose[\s\S]*test\/model/));
      const height = lines().length;
      await session.stop();
      expect(height).toBeLessThan(rows);
    },
  );
});

describe('the way to a first model', () => {
  it('is shown where one types, then how far it is', async () => {
    const pull = {
      backend: 'test',
      name: 'qwen3:4b',
      title: 'Qwen3 4B',
      bytes: 2.5e9,
      licence: 'Apache-2.0',
      source: 'x',
    };
    const pulls = fakePulls();
    const port: SetupPort = {
      next: async () => ({type: 'pull', pull}),
      startServer: async () => {},
      installEngine: async () => {},
    };
    const {context, lines, composer, backend, session} = mount(80, 24, undefined, {port, pulls});
    await vi.waitFor(() => expect(lines()).toContain('❯ Ask anything'));
    await context.firstSteps.look();
    await vi.waitFor(() =>
      expect(lines()).toContain('❯ Ask anything, or Enter: pulls Qwen3 4B, about 2.5 GB'),
    );
    const taken = context.firstSteps.take('Enter');
    pulls.comes('test/qwen3:4b', 5e8, 2.5e9);
    await vi.waitFor(() =>
      expect(lines()[0]).toMatch(/^. pulling Qwen3 4B 20 % · 500 MB of 2\.5 GB · Esc stops$/),
    );
    // What is told once is not told again below.
    expect(lines().at(-1)).not.toContain('↓');
    // One goes on talking meanwhile.
    composer.type('hi');
    await vi.waitFor(() => expect(lines().at(-1)).toMatch(/\/help · Ctrl\+D quits$/));
    backend.enqueue(gate().step);
    void session.send('hi');
    await vi.waitFor(() => expect(lines().at(-1)).toContain('↓ qwen3:4b 20 %'));
    expect(lines().join()).not.toContain('pulling');
    await session.stop();
    await vi.waitFor(() => expect(lines().join()).toContain('pulling'));
    pulls.arrives('test/qwen3:4b');
    await taken;
    await vi.waitFor(() => expect(lines().join()).not.toContain('pulling'));
    expect(lines().at(-1)).toContain('test/qwen3:4b');
  });
});
