import {describe, expect, it, vi} from 'vitest';
import type {Backend} from '../../../src/core/backend.ts';
import type {Contestant} from '../../../src/core/compare/contestant.ts';
import {contestantLabel, isSameContestant} from '../../../src/core/compare/contestant.ts';
import {type Comparison, createComparison} from '../../../src/core/compare/createComparison.ts';
import {createTurnGate} from '../../../src/core/compare/createTurnGate.ts';
import type {SessionSettings} from '../../../src/core/createSession.ts';
import {LlmError} from '../../../src/core/errors.ts';
import {conversationOf, recordingJournal, sessionOver} from '../sampleSession.ts';
import {createScriptedBackend, finish, gate, type Step, text} from '../scriptedBackend.ts';

/** A comparison of models that each have a backend of their own, so that what they answer can be written down. */
function prepared(
  answers: Readonly<Record<string, readonly (readonly Step[])[]>>,
  {
    settings = {},
    at = null,
    limit,
    contestants = Object.keys(answers).map(model => ({model: `test/${model}`})),
  }: {
    settings?: Partial<SessionSettings>;
    at?: string | null;
    limit?: number;
    contestants?: readonly Contestant[];
  } = {},
) {
  const backends = new Map(
    Object.entries(answers).map(([model, scripts]) => {
      const backend = createScriptedBackend();
      for (const steps of scripts) backend.enqueue(...steps);
      return [`test/${model}` as string, backend] as const;
    }),
  );
  const home = sessionOver(createScriptedBackend(), {
    resolve: async name => {
      const backend: Backend | undefined = backends.get(name);
      if (!backend) throw new LlmError({kind: 'model-unknown', message: `no model ${name}`});
      return {backend, model: name};
    },
    ...settings,
  });
  const comparison = createComparison({home, at, contestants, gate: createTurnGate(() => limit)});
  const sent = (model: string): string[] =>
    backends.get(`test/${model}`)?.requests.map(({messages}) => messages.map(each => each.text).join('|')) ??
    [];
  return {backends, home, comparison, sent};
}

const states = (comparison: Comparison): string[] => comparison.panes().map(pane => pane.state());
const texts = (comparison: Comparison): (string | undefined)[] =>
  comparison.panes().map(pane => pane.answer()?.text);

describe('a comparison', () => {
  it('has several models answer one prompt, each with its own context afterwards', async () => {
    const {comparison, sent, home} = prepared({
      a: [
        [text('A1'), finish()],
        [text('A2'), finish()],
      ],
      b: [
        [text('B1'), finish()],
        [text('B2'), finish()],
      ],
    });
    expect(states(comparison)).toEqual(['idle', 'idle']);
    const turns = await comparison.send('first');
    expect(turns.map(({turn}) => turn.reply.text)).toEqual(['A1', 'B1']);
    await comparison.send('second');
    expect(sent('a')).toEqual(['first', 'first|A1|second']);
    expect(sent('b')).toEqual(['first', 'first|B1|second']);
    expect(comparison.prompts()).toEqual(['first', 'second']);
    const head = comparison.panes()[1]?.answer()?.id ?? null;
    comparison.keep(head);
    const {nodes, head: kept} = home.snapshot().conversation;
    expect(kept).toBe(head);
    expect([...nodes.values()].map(node => node.text).sort()).toEqual(
      ['A1', 'A2', 'B1', 'B2', 'first', 'second', 'second'].sort(),
    );
    // The first answers are other answers to one prompt.
    const [first] = [...nodes.values()].filter(node => node.text === 'first');
    expect(
      [...nodes.values()]
        .filter(node => node.parent === first?.id)
        .map(node => node.text)
        .sort(),
    ).toEqual(['A1', 'B1']);
  });

  it('stores every answer in the one conversation as it comes, and leaves the fields of that alone', async () => {
    const {journal, entries} = recordingJournal();
    const {comparison, home} = prepared(
      {a: [[text('A'), finish()]], b: [[text('B'), finish()]]},
      {settings: {journal}},
    );
    await comparison.send('prompt');
    const finished = entries.flatMap(entry => (entry.call === 'finishMessage' ? [entry.node] : []));
    expect(finished.map(node => node.text).sort()).toEqual(['A', 'B']);
    expect(new Set(finished.map(node => node.parent)).size).toBe(1);
    expect(entries.filter(entry => entry.call === 'saveConversation').map(entry => entry.model)).toEqual(
      entries.filter(entry => entry.call === 'saveConversation').map(() => 'test/model'),
    );
    comparison.keep(finished[0]?.id ?? null);
    expect(entries.at(-1)).toMatchObject({call: 'saveConversation', head: finished[0]?.id});
    expect(home.snapshot().conversation.model).toBe('test/model');
  });

  it('answers a prompt again that was answered before, beside that answer', async () => {
    const {comparison, sent, home} = prepared(
      {a: [[text('A'), finish()]], b: [[text('B'), finish()]]},
      {settings: {conversation: conversationOf(['one', 'old', 'two', 'old2'])}, at: 'n3'},
    );
    await comparison.begin();
    expect(sent('a')).toEqual(['one|old|two']);
    expect(texts(comparison)).toEqual(['A', 'B']);
    comparison.keep('n4');
    expect(home.snapshot().conversation.nodes.size).toBe(6);
    expect(home.snapshot().conversation.head).toBe('n4');
  });

  it('asks one model in several ways', async () => {
    const {comparison, backends} = prepared(
      {
        a: [
          [text('x'), finish()],
          [text('y'), finish()],
        ],
      },
      {
        settings: {conversation: {...conversationOf([]), options: {seed: 1}, system: 'usual'}},
        contestants: [
          {model: 'test/a', options: {temperature: 0}},
          {model: 'test/a', system: 'other'},
        ],
      },
    );
    await comparison.send('p');
    expect(
      backends.get('test/a')?.requests.map(({options, messages}) => [options, messages[0]?.text]),
    ).toEqual([
      [{seed: 1, temperature: 0}, 'usual'],
      [{seed: 1}, 'other'],
    ]);
  });

  it('lets one pane fail without disturbing the others, and asks it again', async () => {
    const broken = new LlmError({kind: 'overloaded', message: 'busy'});
    const {comparison} = prepared({
      a: [[broken], [text('A'), finish()]],
      b: [[text('B'), finish()]],
    });
    const turns = await comparison.send('p');
    expect(states(comparison)).toEqual(['failed', 'done']);
    expect(turns[0]?.turn.error).toBe(broken);
    await comparison.retry(comparison.panes()[0]?.id ?? 0);
    expect(states(comparison)).toEqual(['done', 'done']);
    expect(texts(comparison)).toEqual(['A', 'B']);
  });

  it('keeps a pane waiting while its backend is busy with another, and tells of it', async () => {
    const {step, open} = gate();
    const {comparison, sent} = prepared(
      {a: [[step, text('A'), finish()]], b: [[text('B'), finish()]]},
      {limit: 1},
    );
    const told = vi.fn();
    comparison.subscribe(told);
    const done = comparison.send('p');
    await vi.waitFor(() => expect(states(comparison)).toEqual(['answering', 'waiting']));
    expect(sent('b')).toEqual([]);
    expect(comparison.isBusy()).toBe(true);
    open();
    await done;
    expect(states(comparison)).toEqual(['done', 'done']);
    expect(comparison.isBusy()).toBe(false);
    expect(told).toHaveBeenCalled();
  });

  it('stops what streams and what waits, and goes on when it is asked again', async () => {
    const {comparison, sent} = prepared(
      {
        a: [
          [text('Half'), gate().step],
          [text('A'), finish()],
        ],
        b: [[text('B'), finish()]],
      },
      {limit: 1},
    );
    const done = comparison.send('p');
    await vi.waitFor(() => expect(comparison.panes()[0]?.session.snapshot().live?.text).toBe('Half'));
    await comparison.stop();
    expect(await done).toHaveLength(1);
    expect(states(comparison)).toEqual(['stopped', 'stopped']);
    expect(texts(comparison)).toEqual(['Half', undefined]);
    expect(sent('b')).toEqual([]);
    await Promise.all(comparison.panes().map(({id}) => comparison.retry(id)));
    expect(texts(comparison)).toEqual(['A', 'B']);
  });

  it('has a pane that comes later answer all that was asked, and keeps what one that goes has said', async () => {
    const {comparison, sent, home} = prepared(
      {
        a: [
          [text('A1'), finish()],
          [text('A2'), finish()],
        ],
        b: [
          [text('B1'), finish()],
          [text('B2'), finish()],
        ],
      },
      {contestants: [{model: 'test/a'}]},
    );
    await comparison.send('one');
    await comparison.send('two');
    await comparison.add({model: 'test/b'}, comparison.panes()[0]?.id);
    expect(comparison.panes().map(({contestant}) => contestant.model)).toEqual(['test/b']);
    expect(sent('b')).toEqual(['one', 'one|B1|two']);
    await comparison.remove(comparison.panes()[0]?.id ?? 0);
    expect(comparison.panes()).toEqual([]);
    comparison.keep(null);
    const said = [...home.snapshot().conversation.nodes.values()].map(node => node.text);
    for (const answer of ['A1', 'A2', 'B1', 'B2']) expect(said).toContain(answer);
  });

  it('names a model that is unknown in its own pane', async () => {
    const {comparison} = prepared(
      {a: [[text('A'), finish()]]},
      {contestants: [{model: 'test/a'}, {model: 'test/none'}]},
    );
    const turns = await comparison.send('p');
    expect(turns[1]?.turn.error?.kind).toBe('model-unknown');
    expect(texts(comparison)[0]).toBe('A');
  });
});

describe('a contestant', () => {
  it('is told from others by all that is different about it', () => {
    expect(contestantLabel({model: 'a/b'})).toBe('a/b');
    expect(contestantLabel({model: 'a/b', options: {temperature: 0, stop: ['x', 'y']}})).toBe(
      'a/b · temperature 0 · stop x y',
    );
    expect(contestantLabel({model: 'a/b', system: `Answer\n  in  ${'one '.repeat(20)}`})).toBe(
      'a/b · system “Answer in one one one o…”',
    );
    expect(contestantLabel({model: 'a/b', system: ''})).toBe('a/b · no system prompt');
    expect(
      isSameContestant(
        {model: 'a', options: {seed: 1, top_k: 2}},
        {model: 'a', options: {top_k: 2, seed: 1}},
      ),
    ).toBe(true);
    expect(isSameContestant({model: 'a'}, {model: 'a', system: ''})).toBe(false);
  });
});
