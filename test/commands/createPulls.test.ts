import {describe, expect, it, vi} from 'vitest';
import {createPulls, type PullEnd, type PullsSettings} from '../../src/commands/createPulls.ts';
import type {Backend} from '../../src/core/backend.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {PullProgress} from '../../src/core/pull.ts';
import type {ProcessIdentity} from '../../src/storage/processIdentity.ts';
import type {UnfinishedPull} from '../../src/storage/unfinishedPulls.ts';
import {createScriptedBackend} from '../core/scriptedBackend.ts';

const half: PullProgress = {status: 'pulling', digest: 'a', completed: 50, total: 100};

const program = (pid: number): ProcessIdentity => ({pid, host: 'h', boot: 'b', space: 's', started: '1'});
const own = program(1);
const other = program(2);
const dead = program(3);

/** Pulls over a backend whose steps are taken one by one. */
function prepared(
  kept: UnfinishedPull[] = [],
  change: Partial<Backend> = {},
  settings: Partial<PullsSettings> = {},
) {
  let list: readonly UnfinishedPull[] = kept;
  const asked: string[] = [];
  const steps: ((step: PullProgress | 'end' | Error) => void)[] = [];
  const next = () => new Promise<PullProgress | 'end' | Error>(resolve => steps.push(resolve));
  const backend: Backend = {
    ...createScriptedBackend(),
    async *pull(model, signal) {
      asked.push(model);
      const stopped = new Promise<Error>(resolve => {
        const error = new LlmError({kind: 'cancelled', message: 'stopped'});
        signal.addEventListener('abort', () => resolve(error), {once: true});
      });
      for (;;) {
        const step = await Promise.race([next(), stopped]);
        if (step === 'end') return;
        if (step instanceof Error) throw step;
        yield step;
      }
    },
    ...change,
  };
  const pulls = createPulls({
    resolve: async name => ({backend, model: name.slice(name.indexOf('/') + 1)}),
    unfinished: {
      read: () => list,
      change(how) {
        list = how(list);
      },
      own: () => own,
      isAlive: ({pid}) => pid !== dead.pid,
    },
    pauseMs: 0,
    ...settings,
  });
  const ends: PullEnd[] = [];
  pulls.onEnd(end => ends.push(end));
  const step = async (to: PullProgress | 'end' | Error): Promise<void> => {
    await vi.waitFor(() => expect(steps.length).toBeGreaterThan(0));
    steps.shift()?.(to);
  };
  const write = (next: readonly UnfinishedPull[]): void => {
    list = next;
  };
  return {pulls, ends, asked, step, kept: () => list, write};
}

describe('createPulls', () => {
  it('tells how far a model has come, and forgets it when it is there', async () => {
    const {pulls, ends, step, kept, asked} = prepared();
    pulls.start('ollama/qwen2.5:3b');
    pulls.start('ollama/qwen2.5:3b');
    expect(pulls.list()).toEqual([{name: 'ollama/qwen2.5:3b', state: 'running'}]);
    await step(half);
    await vi.waitFor(() =>
      expect(pulls.list()[0]?.figures).toMatchObject({completed: 50, total: 100, parts: 1}),
    );
    expect(kept()).toEqual([{name: 'ollama/qwen2.5:3b', completed: 50, total: 100, owner: own}]);
    await step('end');
    await vi.waitFor(() =>
      expect(ends).toEqual([{name: 'ollama/qwen2.5:3b', state: 'done', there: 'ollama/qwen2.5:3b'}]),
    );
    expect(pulls.list()).toEqual([]);
    expect(kept()).toEqual([]);
    expect(asked).toEqual(['qwen2.5:3b']);
  });

  it('tells under which name a model is there', async () => {
    const {pulls, ends, step} = prepared();
    pulls.start('local/hf:a/b');
    await step({status: 'done', model: 'a/b/b-Q4'});
    await step('end');
    await vi.waitFor(() => expect(ends).toMatchObject([{name: 'local/hf:a/b', there: 'test/a/b/b-Q4'}]));
  });

  it('stops one, keeps where it was, and goes on with it', async () => {
    const {pulls, ends, step, kept, asked} = prepared();
    pulls.start('ollama/a');
    await step(half);
    await vi.waitFor(() => expect(pulls.list()[0]?.figures).toBeDefined());
    pulls.stop('ollama/a');
    await vi.waitFor(() => expect(pulls.list()[0]?.state).toBe('stopped'));
    expect(kept()).toEqual([{name: 'ollama/a', completed: 50, total: 100}]);
    expect(ends).toEqual([]);
    pulls.start('ollama/a');
    expect(pulls.list()[0]).toMatchObject({state: 'running', figures: {completed: 50}});
    await vi.waitFor(() => expect(asked).toEqual(['a', 'a']));
  });

  it('goes on as soon as it has stopped, when that is asked for before', async () => {
    const {pulls, step, asked} = prepared();
    pulls.start('ollama/a');
    await step(half);
    pulls.stop('ollama/a');
    pulls.start('ollama/a');
    await vi.waitFor(() => expect(asked).toEqual(['a', 'a']));
    expect(pulls.list()).toMatchObject([{state: 'running'}]);
    pulls.stop('ollama/a');
    pulls.start('ollama/a');
    pulls.stop('ollama/a');
    await vi.waitFor(() => expect(pulls.list()).toMatchObject([{state: 'stopped'}]));
    expect(asked).toHaveLength(2);
  });

  it('remembers again and again how far it has come, for a program that is killed', async () => {
    const {pulls, step, kept} = prepared([], {}, {keepMs: 0});
    pulls.start('ollama/a');
    await step(half);
    await step({...half, completed: 80});
    await vi.waitFor(() => expect(kept()).toMatchObject([{completed: 80, total: 100}]));
  });

  it('tells what another program pulls, how far that is, and when it is over', async () => {
    const there = {name: 'ollama/a', completed: 1, total: 4, owner: other};
    const {pulls, asked, kept, write} = prepared([there, {...there, name: 'ollama/b', owner: dead}]);
    expect(pulls.list()).toMatchObject([
      {name: 'ollama/a', state: 'elsewhere'},
      {name: 'ollama/b', state: 'stopped'},
    ]);
    const before = pulls.list();
    pulls.look();
    expect(pulls.list()).toBe(before);
    pulls.forget('ollama/a');
    expect(kept()).toHaveLength(2);
    write([{...there, completed: 3}]);
    pulls.look();
    expect(pulls.list()).toMatchObject([{figures: {completed: 3}}, {name: 'ollama/b'}]);
    write([]);
    pulls.look();
    expect(pulls.list()).toMatchObject([{name: 'ollama/b', state: 'stopped'}]);
    expect(asked).toEqual([]);
  });

  it('begins with those that were cut the last time, and takes one off the list', () => {
    const {pulls, kept} = prepared([{name: 'ollama/a', completed: 1, total: 4}]);
    expect(pulls.list()).toMatchObject([
      {name: 'ollama/a', state: 'stopped', figures: {completed: 1, total: 4}},
    ]);
    pulls.forget('ollama/a');
    expect(pulls.list()).toEqual([]);
    expect(kept()).toEqual([]);
  });

  it('says why one has failed; what nobody has is not remembered, what had begun is', async () => {
    const {pulls, ends, step, kept} = prepared();
    const unknown = new LlmError({
      kind: 'model-unknown',
      message: 'There is no model a.',
      hint: 'See a list.',
    });
    pulls.start('ollama/a');
    await step(unknown);
    await vi.waitFor(() =>
      expect(ends).toEqual([
        {
          name: 'ollama/a',
          state: 'failed',
          error: 'There is no model a. See a list.',
          thrown: expect.objectContaining({kind: 'model-unknown'}),
        },
      ]),
    );
    expect(pulls.list()).toMatchObject([{state: 'failed', error: 'There is no model a. See a list.'}]);
    expect(kept()).toEqual([]);
    pulls.start('ollama/b');
    await vi.waitFor(() => expect(kept()).toHaveLength(1));
    await step(half);
    await step(new LlmError({kind: 'storage', message: 'no space left on device'}));
    await vi.waitFor(() => expect(ends).toHaveLength(2));
    expect(kept()).toEqual([{name: 'ollama/b', completed: 50, total: 100}]);
  });

  it('says so where a backend gets no models', async () => {
    const {pull: _, ...without} = createScriptedBackend();
    const pulls = createPulls({
      resolve: async () => ({backend: without, model: 'a'}),
      unfinished: {read: () => [], change() {}},
      pauseMs: 0,
    });
    pulls.start('test/a');
    await vi.waitFor(() =>
      expect(pulls.list()[0]).toMatchObject({
        state: 'failed',
        error: expect.stringMatching(/does not pull models by asking/),
      }),
    );
  });

  it('stops all of them when the program ends', async () => {
    const {pulls, step, kept} = prepared();
    pulls.start('ollama/a');
    await step(half);
    await vi.waitFor(() => expect(pulls.list()[0]?.figures).toBeDefined());
    await pulls.close();
    expect(pulls.list()).toMatchObject([{state: 'stopped'}]);
    expect(kept()).toHaveLength(1);
  });
});
