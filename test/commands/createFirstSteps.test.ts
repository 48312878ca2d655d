import {describe, expect, it} from 'vitest';
import type {CommandResult} from '../../src/commands/command.ts';
import {createFirstSteps, type SetupPort} from '../../src/commands/createFirstSteps.ts';
import type {Pull} from '../../src/commands/createPulls.ts';
import {describeStep, type NextStep, type OfferedModel, shortStep} from '../../src/commands/nextStep.ts';
import {LlmError} from '../../src/core/errors.ts';
import type {Session} from '../../src/core/session.ts';
import {emptyConversation, sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, gate} from '../core/scriptedBackend.ts';
import {chatOver} from './chatOver.ts';
import {type FakePulls, fakePulls} from './fakePulls.ts';
import {fakeSettings} from './fakeSettings.ts';

const qwen: OfferedModel = {
  backend: 'ollama',
  name: 'qwen3:4b',
  title: 'Qwen3 4B',
  bytes: 2.5e9,
  licence: 'Apache-2.0',
  source: 'the library',
};
const how = 'Enter on an empty line';

/** A machine that calls for these steps, one after the other; the last one stays. */
function machine(steps: NextStep[], change: Partial<SetupPort> = {}): SetupPort & {did: string[]} {
  const did: string[] = [];
  return {
    did,
    next: async () => (steps.length > 1 ? steps.shift() : steps[0]) ?? {type: 'advice', text: 'none'},
    async startServer() {
      did.push('started');
    },
    async installEngine() {
      did.push('installed');
    },
    ...change,
  };
}

type Prepared = {pulls?: FakePulls; set?: Record<string, unknown>};

function prepared(
  steps: NextStep[],
  change: Partial<SetupPort> = {},
  {pulls = fakePulls(), set = {}}: Prepared = {},
) {
  const session = sessionOver(createScriptedBackend());
  const port = machine(steps, change);
  const settings = fakeSettings(set);
  const firstSteps = createFirstSteps({session, port, pulls, settings});
  const model = (): string => session.snapshot().conversation.model;
  const configured = (): unknown => settings.list().find(({key}) => key === 'model')?.value;
  return {session, port, pulls, settings, firstSteps, model, configured};
}

const kept = 'New chats and runs begin with it from now on; `llm config unset model` forgets it.';
/** The name of `qwen` among the pulls. */
const pulled = 'ollama/qwen3:4b';

const textOf = (result: CommandResult): string =>
  result.type === 'notice' && result.notice.type === 'text' ? result.notice.text : result.type;

describe('the first steps', () => {
  it('offer nothing, and do nothing, before they are asked', async () => {
    const {firstSteps, port} = prepared([{type: 'start', server: 'Ollama'}]);
    expect(firstSteps.offer()).toBeNull();
    await firstSteps.look();
    expect(firstSteps.offer()).toEqual({type: 'start', server: 'Ollama'});
    expect(port.did).toEqual([]);
  });

  it('lead from a server that does not run to its first model', async () => {
    const {firstSteps, port, model} = prepared([
      {type: 'start', server: 'Ollama'},
      {type: 'use', model: 'ollama/there:1b'},
    ]);
    await firstSteps.look();
    expect(textOf(await firstSteps.take(how))).toBe(
      `Ollama runs. The next answers come from ollama/there:1b. ${kept}`,
    );
    expect(port.did).toEqual(['started']);
    expect(model()).toBe('ollama/there:1b');
    expect(firstSteps.offer()).toBeNull();
  });

  it('offer to pull one where the server has none, and pull only when that is taken too', async () => {
    const {firstSteps, port, pulls, model} = prepared([
      {type: 'start', server: 'Ollama'},
      {type: 'pull', pull: qwen},
    ]);
    await firstSteps.look();
    expect(textOf(await firstSteps.take(how))).toBe(
      'Ollama runs. A model for real work on this machine is Qwen3 4B (about 2.5 GB, licence Apache-2.0). Enter on an empty line pulls it from the library.',
    );
    expect(port.did).toEqual(['started']);
    expect(pulls.started).toEqual([]);
    const taken = firstSteps.take(how);
    pulls.arrives(pulled);
    expect(textOf(await taken)).toContain('The next answers come from ollama/qwen3:4b.');
    expect(pulls.started).toEqual([pulled]);
    expect(model()).toBe('ollama/qwen3:4b');
  });

  it('go on after the engine was fetched', async () => {
    const {firstSteps, port} = prepared([
      {type: 'engine', bytes: 85e6},
      {type: 'pull', pull: {...qwen, backend: 'local'}},
    ]);
    await firstSteps.look();
    expect(textOf(await firstSteps.take('`/setup`'))).toMatch(
      /^The embedded engine is installed\. A model .* `\/setup` pulls it/,
    );
    expect(port.did).toEqual(['installed']);
  });

  it('tell what is under way, and how far it is', async () => {
    const {firstSteps, pulls} = prepared([{type: 'pull', pull: qwen}]);
    const heard: (number | undefined)[] = [];
    firstSteps.subscribe(() => heard.push(firstSteps.work()?.figures?.completed));
    await firstSteps.look();
    const taken = firstSteps.take(how);
    pulls.comes(pulled, 5e8, 2.5e9);
    expect(heard.at(-1)).toBe(5e8);
    expect(firstSteps.work()).toMatchObject({kind: 'pulling', name: 'Qwen3 4B', pull: pulled});
    // What is under way is not offered once more.
    expect(firstSteps.offer()).toBeNull();
    expect(textOf(await firstSteps.take(how))).toBe('That is under way already.');
    pulls.arrives(pulled);
    await taken;
    expect(firstSteps.work()).toBeNull();
  });

  it('can be stopped, and are offered again then, with what has come', async () => {
    const {firstSteps, pulls, model} = prepared([{type: 'pull', pull: qwen}]);
    await firstSteps.look();
    const taken = firstSteps.take(how);
    pulls.comes(pulled, 5e8, 2.5e9);
    await firstSteps.stop();
    expect(pulls.list()).toMatchObject([{name: pulled, state: 'stopped'}]);
    expect(textOf(await taken)).toBe('Stopped; what has come is kept. Enter on an empty line goes on.');
    expect(firstSteps.offer()).toEqual({type: 'pull', pull: {...qwen, come: 5e8}});
    expect(model()).toBe('test/model');
  });

  it('end with a pull that was stopped among the others', async () => {
    const {firstSteps, pulls} = prepared([{type: 'pull', pull: qwen}]);
    await firstSteps.look();
    const taken = firstSteps.take(how);
    pulls.stop(pulled);
    expect(textOf(await taken)).toContain('Stopped');
    expect(firstSteps.work()).toBeNull();
  });

  it('go on with a pull that was cut, and say how much of it is there', async () => {
    const cut: Pull = {
      name: pulled,
      state: 'stopped',
      figures: {status: '', completed: 1.2e9, total: 2.5e9, parts: 0},
    };
    const asked: unknown[] = [];
    const {firstSteps} = prepared(
      [],
      {
        async next(situation) {
          asked.push(situation);
          return {type: 'pull', pull: qwen};
        },
      },
      {pulls: fakePulls([cut])},
    );
    const step = await firstSteps.look();
    expect(asked).toEqual([{model: 'test/model', begun: [pulled]}]);
    expect(describeStep(step, how)).toBe(
      '1.2 GB of Qwen3 4B (about 2.5 GB, licence Apache-2.0) have come already. Enter on an empty line goes on pulling it from the library.',
    );
    expect(shortStep(step)).toBe('goes on pulling Qwen3 4B, about 2.5 GB');
  });

  it('take part in a pull that is under way already', async () => {
    const running: Pull = {name: pulled, state: 'running'};
    const {firstSteps, pulls, model} = prepared(
      [{type: 'pull', pull: qwen}],
      {},
      {pulls: fakePulls([running])},
    );
    await firstSteps.look();
    const taken = firstSteps.take(how);
    pulls.arrives(pulled);
    await taken;
    expect(model()).toBe(pulled);
  });

  it('tell why a pull has failed', async () => {
    const {firstSteps, pulls} = prepared([{type: 'pull', pull: qwen}]);
    await firstSteps.look();
    const taken = firstSteps.take(how);
    pulls.fails(pulled, new LlmError({kind: 'unreachable', message: 'no way there'}));
    await expect(taken).rejects.toMatchObject({kind: 'unreachable', message: 'no way there'});
    expect(firstSteps.offer()).toEqual({type: 'pull', pull: qwen});
  });

  it('leave a pull to the end of all pulls when the program ends, and say nothing more', async () => {
    const {firstSteps, pulls, model} = prepared([{type: 'pull', pull: qwen}]);
    await firstSteps.look();
    const taken = firstSteps.take(how);
    await firstSteps.close();
    expect(await taken).toEqual({type: 'none'});
    expect(pulls.list()).toMatchObject([{state: 'running'}]);
    pulls.arrives(pulled);
    expect(model()).toBe('test/model');
  });

  it('take no answers away from a model that was chosen meanwhile', async () => {
    const {firstSteps, pulls, session, model, configured} = prepared([{type: 'pull', pull: qwen}]);
    await firstSteps.look();
    const taken = firstSteps.take(how);
    session.use('local/mine');
    pulls.arrives(pulled);
    expect(textOf(await taken)).toBe('Qwen3 4B is there. /model ollama/qwen3:4b goes on with it.');
    expect(model()).toBe('local/mine');
    expect(firstSteps.offer()).toBeNull();
    expect(configured()).toBeUndefined();
  });

  it('leave another conversation alone that was begun meanwhile, and offer it the model', async () => {
    const {firstSteps, pulls, session, model, configured} = prepared([{type: 'pull', pull: qwen}]);
    await firstSteps.look();
    const taken = firstSteps.take(how);
    session.open(emptyConversation({id: 'another', model: model()}));
    pulls.arrives(pulled);
    expect(textOf(await taken)).toBe(`Qwen3 4B is there. /model ollama/qwen3:4b goes on with it. ${kept}`);
    expect(model()).toBe('test/model');
    expect(firstSteps.offer()).toEqual({type: 'use', model: pulled});
    expect(configured()).toBe(pulled);
  });

  it('take none away either when a server has come up', async () => {
    const {step, open} = gate();
    const {firstSteps, session, model} = prepared(
      [
        {type: 'start', server: 'Ollama'},
        {type: 'use', model: 'ollama/there:1b'},
      ],
      {startServer: () => step.then(() => {})},
    );
    await firstSteps.look();
    const taken = firstSteps.take(how);
    session.use('local/mine');
    open();
    expect(textOf(await taken)).toBe('Ollama runs. /model ollama/there:1b goes on with it.');
    expect(model()).toBe('local/mine');
  });

  it('make the model that of the settings, where they name none', async () => {
    const step: NextStep = {type: 'use', model: 'ollama/there:1b'};
    const fresh = prepared([step]);
    await fresh.firstSteps.look();
    await fresh.firstSteps.take(how);
    expect(fresh.configured()).toBe('ollama/there:1b');

    const settled = prepared([step], {}, {set: {model: 'local/guide'}});
    await settled.firstSteps.look();
    expect(textOf(await settled.firstSteps.take(how))).toBe('The next answers come from ollama/there:1b.');
    expect(settled.configured()).toBe('local/guide');
  });

  it('go on where the settings cannot be written, and say so', async () => {
    const {firstSteps, settings, model} = prepared([{type: 'use', model: 'ollama/there:1b'}]);
    settings.set = () => Promise.reject(new LlmError({kind: 'storage', message: 'read-only'}));
    await firstSteps.look();
    expect(textOf(await firstSteps.take(how))).toBe(
      'The next answers come from ollama/there:1b. For the next time it could not be kept: read-only',
    );
    expect(model()).toBe('ollama/there:1b');
  });

  it('are over where the model that answers is one for real work', async () => {
    const {firstSteps} = prepared([{type: 'ready', model: 'local/mine'}]);
    expect(textOf(await firstSteps.take(how))).toMatch(
      /^Nothing is left to set up: the answers come from local\/mine\. \/model .*\/models/,
    );
    expect(firstSteps.offer()).toBeNull();
    expect(await firstSteps.afterFailure(new LlmError({kind: 'file', message: 'broken'}))).toBeUndefined();
  });

  it('start the server of the model that answers when it is away', async () => {
    const {firstSteps} = prepared([
      {type: 'start', server: 'Ollama'},
      {type: 'ready', model: 'ollama/there:1b'},
    ]);
    const away = new LlmError({kind: 'unreachable', message: 'nobody answers'});
    expect(await firstSteps.afterFailure(away)).toEqual({type: 'start', server: 'Ollama'});
    expect(textOf(await firstSteps.take(how))).toBe(
      'Ollama runs. The next answers come from ollama/there:1b.',
    );
    expect(await firstSteps.afterFailure(away)).toBeUndefined();
  });

  it('are offered again after a failure, which is told', async () => {
    const {firstSteps} = prepared([{type: 'start', server: 'Ollama'}], {
      startServer: () => Promise.reject(new LlmError({kind: 'unreachable', message: 'no port'})),
    });
    await firstSteps.look();
    await expect(firstSteps.take(how)).rejects.toMatchObject({message: 'no port'});
    expect(firstSteps.work()).toBeNull();
    expect(firstSteps.offer()).toEqual({type: 'start', server: 'Ollama'});
  });

  it('are no longer offered when another model was chosen', async () => {
    const {firstSteps, session} = prepared([{type: 'pull', pull: qwen}]);
    await firstSteps.look();
    session.use('cloud/other');
    expect(firstSteps.offer()).toBeNull();
  });

  it('have nothing to take where there is only advice, which is given', async () => {
    const {firstSteps} = prepared([{type: 'advice', text: 'Install Ollama.'}]);
    expect(describeStep(await firstSteps.look(), how)).toBe('Install Ollama.');
    expect(firstSteps.offer()).toBeNull();
    expect(textOf(await firstSteps.take(how))).toBe('Install Ollama.');
  });

  it('come up after a failure only where they help', async () => {
    const engine = new LlmError({kind: 'engine', message: 'not installed'});
    const {firstSteps} = prepared([
      {type: 'pull', pull: qwen},
      {type: 'engine', bytes: 85e6},
    ]);
    expect(
      await firstSteps.afterFailure(new LlmError({kind: 'overloaded', message: 'busy'})),
    ).toBeUndefined();
    // The engine is there, and a model of the person's own has failed.
    expect(await firstSteps.afterFailure(engine)).toBeUndefined();
    expect(await firstSteps.afterFailure(engine)).toEqual({type: 'engine', bytes: 85e6});
    expect(firstSteps.offer()).toEqual({type: 'engine', bytes: 85e6});
  });

  it('show no escape sequences of a name', () => {
    const step: NextStep = {type: 'use', model: 'ollama/a\u001b[2Jb'};
    expect(describeStep(step, how) + shortStep(step)).not.toContain('\u001b');
  });
});

describe('a chat without a model', () => {
  const stepsOver = (session: Session, steps: NextStep[], pulls = fakePulls()) =>
    createFirstSteps({session, port: machine(steps), pulls, settings: fakeSettings()});

  it('says what is wrong with a sent prompt, and offers the way out', async () => {
    const {backend, type, told, session} = chatOver({}, session => ({
      firstSteps: stepsOver(session, [{type: 'engine', bytes: 85e6}]),
    }));
    backend.enqueue(
      new LlmError({kind: 'engine', message: 'The embedded engine is not installed', hint: ''}),
    );
    await type('hello');
    expect(told).toEqual([
      'error: The embedded engine is not installed',
      'info: The embedded engine is not installed. Enter on an empty line fetches it with npm (about 85 MB, licence MIT).',
    ]);
    expect(session.snapshot().conversation.head).not.toBeNull();
  });

  it('takes the step with /setup, which nothing but its whole name calls', async () => {
    const pulls = fakePulls([], name => pulls.arrives(name));
    const {type, told, session} = chatOver({}, session => ({
      firstSteps: stepsOver(session, [{type: 'pull', pull: qwen}], pulls),
    }));
    await type('/setu');
    expect(told.at(-1)).toContain('error:');
    // What it is about to do is said first.
    await type('/setup');
    expect(told.at(-1)).toMatch(/^info: A model for real work on this machine is Qwen3 4B/);
    await type('/setup');
    expect(told.at(-1)).toBe(
      `success: Qwen3 4B is there. The next answers come from ollama/qwen3:4b. ${kept}`,
    );
    expect(session.snapshot().conversation.model).toBe('ollama/qwen3:4b');
    await type('/setup now');
    expect(told.at(-1)).toContain('/setup takes nothing after it');
  });
});
