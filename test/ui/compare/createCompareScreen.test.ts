import {describe, expect, it, vi} from 'vitest';
import type {CompareEnd} from '../../../src/commands/chatFace.ts';
import {createKeyBindings} from '../../../src/commands/keyBindings.ts';
import type {Contestant} from '../../../src/core/compare/contestant.ts';
import {createComparison} from '../../../src/core/compare/createComparison.ts';
import {createTurnGate} from '../../../src/core/compare/createTurnGate.ts';
import {LlmError} from '../../../src/core/errors.ts';
import type {CompareSettings, Judgement} from '../../../src/ui/compare/compareSettings.ts';
import {createCompareScreen} from '../../../src/ui/compare/createCompareScreen.ts';
import {createComposer} from '../../../src/ui/composer/createComposer.ts';
import {createPicker} from '../../../src/ui/picker/createPicker.ts';
import {fakeContext, sampleModels} from '../../commands/fakeContext.ts';
import {conversationOf, sessionOver} from '../../core/sampleSession.ts';
import {createScriptedBackend, finish, gate, type Step, text} from '../../core/scriptedBackend.ts';
import {plainStyles} from '../look.ts';
import {countedMarkdown} from '../viewer/openTestViewer.ts';

/** Panes of models whose answers are written down, by the names of the models. */
function opened(
  answers: Readonly<Record<string, readonly (readonly Step[])[]>>,
  {
    asked = true,
    size = {columns: 130, rows: 20},
    contestants = Object.keys(answers).map(model => ({model: `test/${model}`})),
    change = {},
  }: {
    asked?: boolean;
    size?: {columns: number; rows: number};
    contestants?: readonly Contestant[];
    change?: Partial<CompareSettings>;
  } = {},
) {
  const backends = new Map(
    Object.entries(answers).map(([model, scripts]) => {
      const backend = createScriptedBackend();
      for (const steps of scripts) backend.enqueue(...steps);
      return [`test/${model}`, backend];
    }),
  );
  const home = sessionOver(createScriptedBackend(), {
    conversation: conversationOf(asked ? ['earlier', 'old', 'the prompt', 'old answer'] : []),
    resolve: async name => {
      const backend = backends.get(name);
      if (!backend) throw new LlmError({kind: 'model-unknown', message: `no model ${name}`});
      return {backend, model: name};
    },
  });
  const comparison = createComparison({
    home,
    at: asked ? 'n3' : null,
    contestants,
    gate: createTurnGate(() => undefined),
  });
  const context = fakeContext(home);
  const ends: CompareEnd[] = [];
  const judged: Judgement[] = [];
  const copied: string[] = [];
  const screen = createCompareScreen({
    comparison,
    styles: () => plainStyles,
    markdown: countedMarkdown.stream,
    bindings: createKeyBindings(),
    composer: createComposer({
      context: {...context, commands: []},
      history: {at: () => undefined, suggest: () => undefined},
      width: () => size.columns - 3,
    }),
    picker: createPicker(),
    listModels: async () => [...sampleModels, {id: 'c', backend: 'test'}],
    gatherFiles: async () => [],
    remember() {},
    async judge(judgement) {
      judged.push(judgement);
    },
    async copy(answer) {
      copied.push(answer);
      return 'copied with OSC 52';
    },
    size,
    hasChat: true,
    close: end => ends.push(end),
    suspend() {},
    redraw() {},
    now: Date.now,
    random: () => 0,
    ...change,
  });
  const rows = (): string[] => screen.frame().rows.map(row => row.trimEnd());
  const key = (...names: string[]): void => {
    for (const name of names) screen.press({type: 'key', name});
  };
  const type = (typed: string): void => {
    for (const character of typed) screen.press({type: 'text', text: character});
  };
  const done = (): Promise<void> =>
    vi.waitFor(() => expect(comparison.panes().every(pane => pane.answer() !== undefined)).toBe(true));
  return {
    screen,
    comparison,
    home,
    backends,
    ends,
    judged,
    copied,
    rows,
    footer: () => screen.frame().footer,
    key,
    type,
    done,
    sent: (model: string) =>
      backends.get(`test/${model}`)?.requests.map(({messages}) => messages.map(each => each.text).join('|')),
  };
}

const two = () => ({
  a: [
    [text('The answer of a'), finish()],
    [text('a again'), finish()],
  ],
  b: [
    [text('The reply of b'), finish()],
    [text('b again'), finish()],
  ],
});

describe('the panes', () => {
  it('stand side by side, each with its model, its figures and its answer to the prompt alone', async () => {
    const {rows, done, footer} = opened(two());
    await done();
    expect(rows()[0]).toMatch(/^▶ 1 test\/a +│ {3}2 test\/b$/);
    expect(rows()[1]).toMatch(/✓ · \d+ ms first · .*~\d+ tok .*│ .*ms first/);
    const body = rows().join('\n');
    expect(body).toMatch(/❯ the prompt +│ ❯ the prompt/);
    expect(body).toMatch(/The answer of a +│ The reply of b/);
    expect(body).not.toContain('old answer');
    expect(body).not.toContain('<2/');
    expect(rows()).toHaveLength(19);
    expect(footer()).toMatch(/^Panes · Esc leaves · \? keys/);
  });

  it('fill the screen at every size, below each other or one at a time where it is narrow', async () => {
    const {screen, rows, done, key} = opened(two());
    await done();
    for (const [columns, height] of [
      [130, 40],
      [80, 24],
      [60, 30],
      [39, 12],
      [20, 8],
      [200, 60],
      [80, 2],
    ] as const) {
      screen.resize(columns, height);
      expect(screen.frame().rows).toHaveLength(height - 1);
      for (const row of screen.frame().rows) expect(row.length).toBeLessThanOrEqual(columns);
    }
    screen.resize(60, 30);
    expect(rows()[0]).toMatch(/^▶ 1 test\/a .*─$/);
    expect(rows().some(row => /^ {2}2 test\/b/.test(row))).toBe(true);
    screen.resize(39, 20);
    expect(rows()[0]).toBe('▶ 1 test/a │ 2');
    expect(rows().join('\n')).not.toContain('The reply of b');
    key('tab');
    expect(rows()[0]).toBe('1 │ ▶ 2 test/b');
    expect(rows().join('\n')).toContain('The reply of b');
  });

  it('show one alone when it is zoomed, and move the focus around', async () => {
    const {rows, done, key, type} = opened(two());
    await done();
    type('z');
    expect(rows()[0]).toBe('▶ 1 test/a │ 2');
    key('left');
    expect(rows()[0]).toBe('1 │ ▶ 2 test/b');
    type('z');
    expect(rows()[0]).toMatch(/^ {2}1 test\/a +│ ▶ 2 test\/b$/);
  });

  it('scroll by themselves, or together', async () => {
    const long = Array.from({length: 60}, (_, index) => `line ${index}`).join('\n\n');
    const {rows, done, key, type} = opened({a: [[text(long), finish()]], b: [[text(long), finish()]]});
    await done();
    expect(rows().at(-1)).toMatch(/line 59 +│ line 59/);
    key('home');
    expect(rows()[3]).toMatch(/^❯ the prompt +│/);
    type('Gs');
    key('pageup');
    const seen = rows().flatMap(row => /^line (\d+) +│ line (\d+)$/.exec(row)?.slice(1) ?? []);
    expect(seen.length).toBeGreaterThan(4);
    expect(seen.at(-1)).toBe(seen.at(-2));
    expect(Number(seen.at(-1))).toBeLessThan(59);
  });

  it('keep a failing one apart: it says what is wrong, and answers again when asked', async () => {
    const {rows, done, type, comparison} = opened({
      a: [
        [
          new LlmError({
            kind: 'overloaded',
            message: 'the server is busy',
            hint: 'Wait a little, then /retry.',
          }),
        ],
        [text('At last'), finish()],
      ],
      b: [[new LlmError({kind: 'auth', message: 'no key', hint: 'Set it: llm keys set test'})]],
    });
    await done();
    expect(rows().join('\n')).toMatch(/r asks again · m takes another model.*Set it: llm keys set test/);
    expect(rows().join('\n')).not.toMatch(/\/retry|e shows the details/);
    expect(rows().join('\n')).toMatch(/✗ the server is busy/);
    expect(rows()[1]).toContain('failed');
    type('r');
    await vi.waitFor(() => expect(comparison.panes()[0]?.answer()?.text).toBe('At last'));
    expect(rows().join('\n')).toMatch(/At last/);
  });
});

describe('what is asked in the panes', () => {
  it('is asked of all, each with what it said itself', async () => {
    const {done, key, type, sent, footer, screen} = opened(two());
    await done();
    type('i');
    expect(footer()).toMatch(/^Composer · Enter asks all panes/);
    type('and then?');
    expect(screen.frame().cursor).toBeDefined();
    key('enter');
    await vi.waitFor(() => expect(sent('b')).toHaveLength(2));
    await done();
    expect(sent('a')?.at(-1)).toBe('earlier|old|the prompt|The answer of a|and then?');
    expect(sent('b')?.at(-1)).toBe('earlier|old|the prompt|The reply of b|and then?');
    expect(footer()).toMatch(/^Panes/);
  });

  it('is asked for first when there is no prompt yet, and leaving then asks before', async () => {
    const {key, type, sent, done, footer, ends} = opened(two(), {asked: false});
    expect(footer()).toMatch(/^Composer/);
    key('escape');
    expect(footer()).toMatch(/^Leave the comparison/);
    type('n');
    type('hello');
    key('enter');
    await vi.waitFor(() => expect(sent('a')).toEqual(['hello']));
    await done();
    expect(ends).toEqual([]);
  });

  it('is no command: that is said, and nothing is lost', async () => {
    const {done, key, type, footer, screen, sent} = opened(two());
    await done();
    type('i');
    type('/help');
    key('enter');
    await vi.waitFor(() => expect(footer()).toMatch(/^Commands are for the chat/));
    expect(screen.frame().composer?.shown.rows[0]?.text).toBe('/help');
    expect(sent('a')).toHaveLength(1);
  });
});

describe('judging', () => {
  it('takes the best by its number, a tie and none, once all have answered', async () => {
    const {step, open} = gate();
    const {judged, type, done, rows, footer, comparison} = opened({
      a: [[text('A'), finish()]],
      b: [[step, text('B'), finish()]],
    });
    await vi.waitFor(() => expect(comparison.panes()[0]?.answer()).toBeDefined());
    type('1');
    expect(footer()).toMatch(/^An answer is still to come/);
    expect(judged).toEqual([]);
    open();
    await done();
    type('2');
    await vi.waitFor(() => expect(rows()[0]).toMatch(/2 test\/b ★/));
    type('=');
    type('0');
    type('6');
    await vi.waitFor(() => expect(judged.map(({verdict}) => verdict)).toHaveLength(3));
    expect(judged.map(({verdict}) => verdict)).toEqual([
      {type: 'best', index: 1},
      {type: 'tie'},
      {type: 'bad'},
    ]);
    expect(judged.every(({blind}) => !blind)).toBe(true);
  });

  it('hides names, figures and order until it is done in a blind test', async () => {
    const {judged, type, done, rows} = opened(two());
    await done();
    type('b');
    const hidden = rows().join('\n');
    expect(hidden).not.toMatch(/test\/[ab]|ms first/);
    expect(rows()[0]).toMatch(/1 Answer A +│ {3}2 Answer B/);
    // With this order of chance the panes have changed places.
    expect(hidden).toMatch(/The reply of b +│ The answer of a/);
    type('1');
    await vi.waitFor(() => expect(rows()[0]).toMatch(/1 test\/b ★ +│ {3}2 test\/a/));
    expect(judged[0]).toMatchObject({blind: true, verdict: {type: 'best', index: 0}});
    expect(judged[0]?.panes.map(pane => pane.contestant.model)).toEqual(['test/b', 'test/a']);
    type('b');
    expect(rows()[0]).not.toContain('★');
  });

  it('marks no model in the list of a blind test, where the mark would tell who is who', async () => {
    const {type, key, done, screen} = opened(two(), {
      change: {listModels: async () => ['a', 'b'].map(id => ({id, backend: 'test'}))},
    });
    const marked = async (): Promise<(string | undefined)[]> => {
      type('m');
      await vi.waitFor(() => expect(screen.frame().picker?.items).toHaveLength(2));
      const names =
        screen
          .frame()
          .picker?.items.filter(item => item.current)
          .map(({label}) => label) ?? [];
      key('escape');
      return names;
    };
    await done();
    expect(await marked()).toEqual(['test/a']);
    type('b');
    expect(await marked()).toEqual([]);
  });

  it('says so when a judgement cannot be kept', async () => {
    const {type, done, footer} = opened(two(), {
      change: {judge: () => Promise.reject(new LlmError({kind: 'storage', message: 'the disk is full'}))},
    });
    await done();
    type('1');
    await vi.waitFor(() => expect(footer()).toBe('the disk is full'));
  });
});

describe('the other keys of the panes', () => {
  it('show what differs, word by word, and the keys themselves', async () => {
    const {type, key, done, rows, footer} = opened(two());
    await done();
    type('d');
    expect(rows()[0]).toBe('[-test/a-] {+test/b+}');
    expect(rows()[2]).toBe('The [-answer-]{+reply+} of [-a-]{+b+}');
    expect(footer()).toMatch(/any other key goes back/);
    key('escape');
    expect(rows()[0]).toMatch(/▶ 1/);
    type('?');
    expect(rows()[0]).toContain('Keys among the panes');
    type('q');
    expect(rows()[0]).toMatch(/▶ 1/);
  });

  it('put another model into a pane, or add one, up to six', async () => {
    const {type, key, screen, comparison, done, sent} = opened(
      {
        ...two(),
        c: [
          [text('C'), finish()],
          [text('C'), finish()],
        ],
      },
      {contestants: [{model: 'test/a'}, {model: 'test/b'}]},
    );
    await done();
    type('m');
    await vi.waitFor(() => expect(screen.frame().picker).not.toBeNull());
    type('test/c');
    await vi.waitFor(() => expect(screen.frame().picker?.items[0]?.label).toBe('test/c'));
    key('tab');
    await vi.waitFor(() => expect(comparison.panes()).toHaveLength(3));
    await done();
    expect(sent('c')).toEqual(['earlier|old|the prompt']);
    type('x');
    await vi.waitFor(() => expect(comparison.panes()).toHaveLength(2));
    type('m');
    await vi.waitFor(() => expect(screen.frame().picker).not.toBeNull());
    key('escape');
    expect(screen.frame().picker).toBeNull();
    expect(comparison.panes()).toHaveLength(2);
  });

  it('say what going on with a pane is where there is a chat, and where there is none', async () => {
    for (const hasChat of [true, false]) {
      const {type, done, rows, footer} = opened(two(), {
        size: {columns: 140, rows: 30},
        change: {hasChat},
      });
      await done();
      expect(footer()).toMatch(hasChat ? /p goes on with it$/ : /p keeps this one$/);
      type('?');
      const said = hasChat ? /go on in the chat with this pane/ : /keep this one to go on with: llm chat -c/;
      expect(rows().join('\n')).toMatch(said);
    }
  });

  it('name the one for another model first where one is alone', async () => {
    const {done, footer} = opened({a: [[text('A'), finish()]]}, {size: {columns: 80, rows: 20}});
    await done();
    expect(footer()).toMatch(/^Panes · m, then Tab: another model beside it · Esc leaves/);
    expect(footer()).not.toMatch(/judge/);
  });

  it('copy the answer, and go on with a pane', async () => {
    const {type, key, copied, ends, done, footer} = opened(two());
    await done();
    key('tab');
    type('c');
    await vi.waitFor(() => expect(footer()).toBe('copied with OSC 52'));
    expect(copied).toEqual(['The reply of b']);
    type('p');
    expect(ends).toMatchObject([{promoted: true, pane: {contestant: {model: 'test/b'}}}]);
  });

  it('stop what streams first, and leave only when that is confirmed', async () => {
    const {key, type, ends, footer, comparison} = opened({
      a: [[text('Half'), gate().step]],
      b: [[text('B'), finish()]],
    });
    await vi.waitFor(() => expect(comparison.panes()[0]?.session.snapshot().live?.text).toBe('Half'));
    expect(footer()).toMatch(/Esc stops/);
    type('p');
    expect(footer()).toMatch(/^Esc stops what streams/);
    key('escape');
    await vi.waitFor(() => expect(footer()).toMatch(/^Stopped/));
    expect(comparison.panes()[0]?.answer()).toMatchObject({text: 'Half', stop: 'aborted'});
    key('escape');
    expect(footer()).toMatch(/^Leave the comparison/);
    type('j');
    expect(ends).toEqual([]);
    key('ctrl+c', 'enter');
    expect(ends).toMatchObject([{promoted: false, pane: {contestant: {model: 'test/a'}}}]);
  });
});
