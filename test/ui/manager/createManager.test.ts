import {describe, expect, it, vi} from 'vitest';
import {createPulls} from '../../../src/commands/createPulls.ts';
import {managerKeys} from '../../../src/commands/managerKeys.ts';
import {LlmError} from '../../../src/core/errors.ts';
import type {UnfinishedPull} from '../../../src/storage/unfinishedPulls.ts';
import {lineWidth} from '../../../src/ui/viewer/styledLine.ts';
import {openTestManager, sample} from './openTestManager.ts';

describe('the list of models', () => {
  it('has them by their backends with what is known of each, and begins at the one in use', () => {
    const {screen, selected} = openTestManager();
    expect(screen().slice(0, 8)).toEqual([
      'Models  [Installed 3]   Running 1    asking …',
      '',
      'ollama · ollama here',
      '› tiny:1b  ●   1.0 GB  1B Q4  4.1k  current',
      '  big:70b     40.0 GB         131k',
      '',
      'local · local here',
      '  guide',
    ]);
    expect(selected()).toContain('tiny:1b');
  });

  it('shows what was known at once, then what the backends say', async () => {
    const {promise, resolve} = Promise.withResolvers<typeof sample>();
    const {text, screen} = openTestManager({known: () => [], list: () => promise});
    expect(text()).toContain('Asking the backends …');
    resolve(sample);
    await vi.waitFor(() => expect(text()).toContain('big:70b'));
    expect(screen()[0]).toBe('Models  [Installed 3]   Running 1');
  });

  it('names a server that has not answered, beside what it had and where it had nothing', async () => {
    const silent = [
      {backend: 'ollama', text: 'Ollama\u0007 has not answered in time'},
      {backend: 'vllm', text: 'vLLM does not answer'},
    ];
    const {screen} = openTestManager({silent: () => silent});
    await vi.waitFor(() => expect(screen()[0]).not.toContain('asking'));
    expect(screen()[2]).toBe('ollama · Ollama␇ has not answered in time');
    expect(screen().slice(6, 11)).toEqual([
      'local · local here',
      '  guide',
      '',
      'vllm · vLLM does not answer',
      '',
    ]);
  });

  it('shows what becomes known of a model that is looked at, and asks about no other', async () => {
    let models = sample;
    let listener = (): void => {};
    const asked: string[] = [];
    const {key, text, shelf} = openTestManager({
      known: () => models,
      list: async () => models,
      subscribe(follower) {
        listener = follower;
        return () => {};
      },
      async learn(name) {
        asked.push(name);
        models = models.map(model => (model.id === 'guide' ? {...model, contextMax: 2048} : model));
        listener();
      },
    });
    await shelf.list();
    key('end');
    text();
    await vi.waitFor(() => expect(text()).toContain('2.0k'));
    expect(asked).toEqual(['local/guide']);
  });

  it('does not go on with a model that makes embeddings', () => {
    const {key, bottom, text, calls} = openTestManager({}, {}, [
      {id: 'embed', backend: 'ollama', capabilities: ['embedding']},
    ]);
    key('enter');
    expect(text()).toContain('ollama/embed makes embeddings, it does not chat.');
    expect(bottom()).toMatch(/^Esc leaves/);
    expect(calls).toEqual([]);
  });

  it('says what is wrong when they cannot be listed, and goes on with what was known', async () => {
    const broken = async (): Promise<never> => {
      throw new LlmError({kind: 'unreachable', message: 'nothing\u001b[2J answers', hint: 'Start it.'});
    };
    const {text, bottom, key, calls} = openTestManager({list: broken});
    await vi.waitFor(() => expect(text()).toContain('nothing␛[2J answers'));
    expect(text()).toContain('tiny:1b');
    expect(bottom()).toMatch(/^Esc leaves/);
    key('escape');
    expect(calls).toEqual(['close']);
  });

  it('moves, goes on in the chat with what is selected, and leaves', () => {
    const {key, type, selected, calls} = openTestManager();
    key('down', 'down', 'down');
    expect(selected()).toBe('› guide');
    type('k');
    key('enter');
    type('q');
    key('ctrl+c', 'ctrl+z', 'ctrl+l');
    expect(calls).toEqual(['close ollama/big:70b', 'close', 'close', 'suspend', 'redraw']);
  });

  it('narrows down to what is typed after /, and shows all again', () => {
    const {key, type, text, frame, screen, bottom, calls} = openTestManager();
    type('/big');
    expect(text()).not.toContain('tiny');
    expect(screen()[0]).toMatch(/\/big$/);
    expect(frame().cursor).toEqual({x: screen()[0]?.length, y: 0});
    key('enter');
    expect(frame().cursor).toBeUndefined();
    expect(bottom()).toMatch(/^Esc shows all/);
    type('/q');
    expect(text()).toContain('Nothing fits the filter');
    key('escape');
    expect(text()).toContain('tiny');
    expect(calls).toEqual([]);
  });

  it('shows what is loaded: its memory, where that is, how long it stays', async () => {
    const list = vi.fn(async () => sample);
    const {key, text, tick, screen} = openTestManager({list});
    await vi.waitFor(() => expect(text()).not.toContain('asking'));
    tick();
    expect(list).toHaveBeenCalledTimes(1);
    key('tab');
    expect(screen()[0]).toMatch(/^Models {3}Installed 3 {3}\[Running 1\]/);
    expect(screen()).toContain('› tiny:1b  2.0 GB  100 % GPU  5 min 0 s left  4.1k context');
    expect(text()).not.toContain('big');
    await vi.waitFor(() => expect(text()).not.toContain('asking'));
    tick();
    expect(list).toHaveBeenCalledTimes(3);
  });

  it('asks about what is loaded without a word each time, and lets no late answer bring back what is gone', async () => {
    const {promise: late, resolve} = Promise.withResolvers<typeof sample>();
    const answers = [Promise.resolve(sample), late, Promise.resolve(sample.slice(1))];
    let asked = 0;
    const list = async () => answers[Math.min(asked++, 2)] ?? sample;
    const {key, type, text, tick} = openTestManager({list});
    await vi.waitFor(() => expect(text()).not.toContain('asking'));
    key('tab');
    expect(text()).toContain('asking …');
    type('R');
    await vi.waitFor(() => expect(text()).toContain('This is what they have now.'));
    expect(text()).toContain('Installed 2');
    resolve(sample);
    await late;
    await new Promise(setImmediate);
    expect(text()).toContain('Installed 2');
    tick();
    expect(asked).toBe(4);
    expect(text()).not.toContain('asking');
  });

  it('keeps every row within the screen, and what is selected in sight, in any size', () => {
    const many = Array.from({length: 60}, (_, index) => ({
      ...{id: `a-model-with-a-long-name-世界-${index}:latest`, backend: index < 30 ? 'ollama' : 'local'},
      ...{size: 1e9 * (index + 1), parameters: '8.2B', quantization: 'Q4_K_M', contextMax: 32_768},
    }));
    const manager = openTestManager({}, {}, many);
    for (const [columns, rows] of [
      [200, 60],
      [80, 24],
      [40, 10],
      [20, 5],
    ] as const) {
      manager.resize(columns, rows);
      for (const press of ['home', 'pagedown', 'down', 'end', 'pageup'] as const) {
        manager.key(press);
        expect(manager.screen()).toHaveLength(rows);
        for (const row of manager.screen()) expect(lineWidth(row)).toBeLessThan(columns);
        expect(manager.selected()).not.toBe('');
      }
      manager.type('?');
      for (const row of manager.screen()) expect(lineWidth(row)).toBeLessThan(columns);
      manager.type('q');
    }
  });

  it('explains its keys', () => {
    const {type, key, text, calls} = openTestManager();
    type('?');
    for (const {summary} of managerKeys) expect(text()).toContain(summary.slice(0, 40));
    key('escape');
    expect(text()).toContain('tiny:1b');
    expect(calls).toEqual([]);
  });

  it.each([40, 70])('explains them in %i columns to the last word', columns => {
    const {type, resize, screen} = openTestManager();
    resize(columns, 90);
    type('?');
    const words = screen().slice(0, -1).join(' ').replace(/\s+/g, ' ');
    for (const {summary} of managerKeys) for (const word of summary.split(' ')) expect(words).toContain(word);
    for (const row of screen()) expect(lineWidth(row)).toBeLessThan(columns);
  });
});

describe('what is done with a model', () => {
  it('deletes only after a yes that names model and size', async () => {
    const remove = vi.fn(async () => {});
    const {type, key, text} = openTestManager({}, {remove});
    type('d');
    await vi.waitFor(() =>
      expect(text()).toContain(
        'Delete ollama/tiny:1b (1.0 GB) from the disk of the test backend? This chat is',
      ),
    );
    key('enter');
    expect(text()).toContain('Nothing was deleted.');
    expect(remove).not.toHaveBeenCalled();
    type('d');
    await vi.waitFor(() => expect(text()).toContain('y/N'));
    type('y');
    await vi.waitFor(() => expect(text()).toContain('ollama/tiny:1b is deleted.'));
    expect(remove).toHaveBeenCalledExactlyOnceWith('tiny:1b', expect.any(AbortSignal));
  });

  it('says what a backend cannot do', async () => {
    const {type, text} = openTestManager();
    for (const [key, what] of [
      ['d', 'does not delete models by asking'],
      ['c', 'gives models no second name'],
      ['l', 'loads models, and lets them go, by itself'],
      ['d', 'does not delete models by asking'],
      ['u', 'loads models, and lets them go, by itself'],
    ] as const) {
      type(key);
      await vi.waitFor(() => expect(text()).toContain(`The test backend ${what}`));
    }
  });

  it('loads, lets go and copies, and says what went wrong', async () => {
    const load = vi.fn(async () => {});
    const copy = vi.fn(async () => {});
    const unload = async (): Promise<never> => {
      throw new LlmError({kind: 'engine', message: 'it is busy', hint: 'Wait.'});
    };
    const {type, key, text} = openTestManager({}, {load, unload, copy});
    type('l');
    await vi.waitFor(() => expect(text()).toContain('ollama/tiny:1b is loaded.'));
    type('u');
    await vi.waitFor(() => expect(text()).toContain('it is busy. Wait.'));
    type('c');
    await vi.waitFor(() => expect(text()).toContain('A second name for ollama/tiny:1b'));
    type('mine');
    key('enter');
    await vi.waitFor(() => expect(text()).toContain('ollama/mine is a copy of ollama/tiny:1b.'));
    expect(copy).toHaveBeenCalledExactlyOnceWith('tiny:1b', 'mine', expect.any(AbortSignal));
  });

  it('asks before a copy takes the place of another model', async () => {
    const copy = vi.fn(async () => {});
    const {type, key, text} = openTestManager({}, {copy});
    const copyTo = async (name: string): Promise<void> => {
      type('c');
      await vi.waitFor(() => expect(text()).toContain('A second name for'));
      type(name);
      key('enter');
    };
    await copyTo('big:70b');
    await vi.waitFor(() => expect(text()).toContain('ollama/big:70b is there already. Replace it with a'));
    key('enter');
    expect(text()).toContain('Nothing was copied.');
    await copyTo('tiny:1b');
    await vi.waitFor(() => expect(text()).toContain('ollama/tiny:1b has this name already.'));
    expect(copy).not.toHaveBeenCalled();
    await copyTo('big:70b');
    await vi.waitFor(() => expect(text()).toContain('Replace it with a'));
    type('y');
    await vi.waitFor(() => expect(text()).toContain('ollama/big:70b is a copy of ollama/tiny:1b.'));
    expect(copy).toHaveBeenCalledExactlyOnceWith('tiny:1b', 'big:70b', expect.any(AbortSignal));
  });

  it('marks favourites, and gives and takes short names', async () => {
    const {type, key, text, shelf, selected, screen} = openTestManager();
    key('down');
    type('f');
    await vi.waitFor(() => expect(text()).toContain('★ ollama/big:70b is a favourite.'));
    expect(shelf.favourites()).toEqual(['ollama/big:70b']);
    expect(selected()).toMatch(/big:70b +★/);
    expect(screen()[3]).toContain('big');
    type('a');
    await vi.waitFor(() => expect(text()).toContain('A short name for ollama/big:70b'));
    type('large');
    key('enter');
    await vi.waitFor(() => expect(text()).toContain('large means ollama/big:70b'));
    expect(shelf.aliases()).toEqual({large: 'ollama/big:70b'});
    type('a');
    await vi.waitFor(() => expect(text()).toContain('nothing takes it away'));
    key('ctrl+u', 'enter');
    await vi.waitFor(() => expect(text()).toContain('has no short name any more'));
    expect(shelf.aliases()).toEqual({});
  });

  it('says what becomes of short names, and asks before one is taken from another model', async () => {
    const {type, key, text, shelf} = openTestManager();
    await shelf.setAlias('fast', 'ollama/big:70b');
    type('a');
    await vi.waitFor(() => expect(text()).toContain('A short name for'));
    key('enter');
    await vi.waitFor(() => expect(text()).toContain('ollama/tiny:1b has no short name.'));
    for (const answer of ['n', 'y']) {
      type('afast');
      key('enter');
      await vi.waitFor(() => expect(text()).toContain('fast means ollama/big:70b now. Shall it mean'));
      type(answer);
    }
    await vi.waitFor(() => expect(shelf.aliases()).toEqual({fast: 'ollama/tiny:1b'}));
    type('a');
    key('ctrl+u');
    type('quick');
    key('enter');
    await vi.waitFor(() => expect(text()).toContain('quick means ollama/tiny:1b from now on, in place of'));
    expect(shelf.aliases()).toEqual({quick: 'ollama/tiny:1b'});
  });

  it('says at once what cannot be done with a model', async () => {
    const models = [{id: 'guide', backend: 'local', builtIn: true}];
    const label = 'the embedded engine';
    const {type, text} = openTestManager({}, {label, remove: async () => {}}, models);
    type('d');
    await vi.waitFor(() =>
      expect(text()).toContain('local/guide comes with the program, and cannot be deleted.'),
    );
    type('c');
    await vi.waitFor(() => expect(text()).toContain('The embedded engine gives models no second name.'));
    type('l');
    await vi.waitFor(() => expect(text()).toContain('The embedded engine loads models, and lets them go,'));
  });

  it('shows details, harmless and scrolled, and goes on with it from there', async () => {
    const {type, key, text, calls, screen} = openTestManager(
      {},
      {
        describe: async id => ({
          ...{id, backend: 'ollama', digest: 'sha256:abc', contextMax: 131_072},
          texts: {template: '{{ .Prompt }}\u001b]0;x\u0007', licence: 'line\n'.repeat(100)},
        }),
      },
    );
    type('s');
    await vi.waitFor(() => expect(text()).toContain('sha256:abc'));
    expect(text()).toContain('{{ .Prompt }}␛]0;x␇');
    expect(screen()).toHaveLength(24);
    key('end');
    expect(text()).not.toContain('sha256');
    key('home', 'enter');
    expect(calls).toEqual(['close ollama/tiny:1b']);
    key('escape');
    expect(screen()[0]).toMatch(/^Models/);
  });

  it('says in the details why there are no more', async () => {
    const describe = async (): Promise<never> => {
      throw new LlmError({kind: 'unreachable', message: 'it is away'});
    };
    const {type, text} = openTestManager({}, {describe});
    type('s');
    await vi.waitFor(() => expect(text()).toContain('it is away'));
    expect(text()).toContain('1.0 GB');
  });
});

describe('pulls', () => {
  const half = {status: 'pulling', digest: 'a', completed: 500_000_000, total: 1_000_000_000};

  it('shows how far they have come, stops one, goes on with it, and takes it off the list', async () => {
    const asked: string[] = [];
    const {type, key, text, selected, bottom, shelf} = openTestManager(
      {},
      {
        async *pull(model, signal) {
          asked.push(model);
          yield half;
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(new LlmError({kind: 'cancelled', message: 'x'}))),
          );
        },
      },
    );
    type('pqwen2.5:3b');
    expect(text()).toContain('Pull which model');
    key('enter');
    await vi.waitFor(() => expect(selected()).toMatch(/^› ↓ ollama\/qwen2\.5:3b {2}█+░+ 50 %$/));
    expect(text()).toContain('    500 MB of 1.0 GB · layer 1');
    expect(bottom()).toMatch(/x stops/);
    type('x');
    await vi.waitFor(() => expect(selected()).toMatch(/^› ‖/));
    expect(text()).toContain('The pull of ollama/qwen2.5:3b is stopped; what has come is kept.');
    key('end');
    type('r');
    await vi.waitFor(() => expect(asked).toEqual(['qwen2.5:3b', 'qwen2.5:3b']));
    key('home');
    type('x');
    await vi.waitFor(() => expect(selected()).toMatch(/^› ‖/));
    type('x');
    expect(shelf.pulls.list()).toEqual([]);
    type('x');
    expect(text()).toContain('There is no such pull.');
  });

  it('selects the model as soon as it is there', async () => {
    const models = [...sample];
    const {type, key, text, selected} = openTestManager(
      {list: async () => models},
      {
        async *pull() {
          yield half;
          models.push({id: 'new:1b', backend: 'ollama'});
        },
      },
    );
    type('pnew:1b');
    key('enter');
    await vi.waitFor(() => expect(selected()).toMatch(/^› new:1b/));
    expect(text()).toContain('ollama/new:1b is there.');
  });

  it('says why one has failed, on a narrow screen too', async () => {
    const {type, key, text, resize, screen} = openTestManager(
      {},
      {
        // biome-ignore lint/correctness/useYield: it fails before anything comes
        async *pull() {
          throw new LlmError({
            kind: 'model-unknown',
            message: 'nobody knows nope',
            hint: 'Look at the list.',
          });
        },
      },
    );
    resize(30, 12);
    type('pnope');
    key('enter');
    await vi.waitFor(() => expect(text()).toContain('✗ ollama/nope'));
    expect(text()).toContain('nobody knows nope');
    for (const row of screen()) expect(lineWidth(row)).toBeLessThan(30);
  });

  it('shows them among those that run too, and says there why one has failed', async () => {
    const {promise, reject} = Promise.withResolvers<void>();
    const {type, key, text, selected, bottom, shelf} = openTestManager(
      {},
      {
        async *pull() {
          yield half;
          await promise;
        },
      },
    );
    key('tab');
    type('pnew:1b');
    key('enter');
    await vi.waitFor(() => expect(selected()).toMatch(/^› ↓ ollama\/new:1b {2}█+░+ 50 %$/));
    type('s?');
    reject(new LlmError({kind: 'engine', message: 'no more of it', hint: 'What has come is kept.'}));
    await vi.waitFor(() => expect(shelf.pulls.list()).toMatchObject([{state: 'failed'}]));
    key('up', 'escape');
    expect(text()).toContain('ollama/new:1b was not pulled to its end: no more of it. What has come is');
    expect(text()).toContain('r goes on · x takes it off');
    key('up');
    expect(text()).not.toContain('was not pulled to its end');
    expect(bottom()).toContain('r goes on');
  });

  it('leaves alone what another program pulls', async () => {
    const owner = {pid: 1, host: '', boot: '', space: '', started: ''};
    let kept: UnfinishedPull[] = [{name: 'ollama/a', completed: 1e9, total: 2e9, owner}];
    const start = vi.fn();
    const pulls = createPulls({
      resolve: start,
      unfinished: {read: () => kept, change() {}, isAlive: () => true},
    });
    const list = vi.fn(async () => sample);
    const {key, text, selected, tick} = openTestManager({pulls, list});
    await vi.waitFor(() => expect(text()).not.toContain('asking'));
    expect(text()).toContain('    in another llm · 1.0 GB of 2.0 GB');
    key('home');
    expect(selected()).toMatch(/^› ↓ ollama\/a .*50 %/);
    for (const press of ['x', 'r', 'enter']) {
      key(press);
      expect(text()).toContain('Another llm pulls it; it can be stopped there.');
    }
    expect(start).not.toHaveBeenCalled();
    tick();
    expect(list).toHaveBeenCalledTimes(1);
    kept = [];
    tick();
    expect(text()).not.toContain('ollama/a');
    expect(list).toHaveBeenCalledTimes(2);
  });

  it('takes the names that the command line takes, and refuses what is none', async () => {
    const {type, key, text, shelf} = openTestManager();
    type('phf:bad');
    key('enter');
    expect(text()).toContain('"hf:bad" names no GGUF model of the hub.');
    type('ptwo words');
    key('enter');
    expect(text()).toContain('"two words" names no model that can be pulled.');
    expect(shelf.pulls.list()).toEqual([]);
    type('phttps://huggingface.co/a/b-GGUF');
    key('enter');
    expect(shelf.pulls.list()).toMatchObject([{name: 'local/hf:a/b-GGUF'}]);
    await vi.waitFor(() => expect(text()).toContain('✗'));
  });

  it('pastes a name on one line', () => {
    const manager = openTestManager();
    manager.type('p');
    manager.press({type: 'paste', text: 'hf.co/a/b\t:Q4'});
    expect(manager.bottom()).toBe('❯ hf.co/a/b :Q4');
    expect(manager.frame().cursor).toEqual({x: 15, y: 23});
    manager.key('escape');
    expect(manager.shelf.pulls.list()).toEqual([]);
  });
});
