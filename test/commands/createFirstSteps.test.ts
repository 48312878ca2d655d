import {describe, expect, it} from 'vitest';
import type {CommandResult} from '../../src/commands/command.ts';
import {createFirstSteps, type SetupPort} from '../../src/commands/createFirstSteps.ts';
import {describeStep, type NextStep, type OfferedModel, shortStep} from '../../src/commands/nextStep.ts';
import {LlmError} from '../../src/core/errors.ts';
import {sessionOver} from '../core/sampleSession.ts';
import {createScriptedBackend, gate} from '../core/scriptedBackend.ts';
import {chatOver} from './chatOver.ts';

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
    async pull({backend, name}, _signal, onProgress) {
      did.push(`pulled ${name}`);
      onProgress({status: 'pulling', digest: 'a', completed: 5e8, total: 2.5e9});
      return `${backend}/${name}`;
    },
    ...change,
  };
}

function prepared(steps: NextStep[], change: Partial<SetupPort> = {}) {
  const session = sessionOver(createScriptedBackend());
  const port = machine(steps, change);
  const firstSteps = createFirstSteps({session, port, pauseMs: 0});
  const model = (): string => session.snapshot().conversation.model;
  return {session, port, firstSteps, model};
}

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
      'Ollama runs. The next answers come from ollama/there:1b.',
    );
    expect(port.did).toEqual(['started']);
    expect(model()).toBe('ollama/there:1b');
    expect(firstSteps.offer()).toBeNull();
  });

  it('offer to pull one where the server has none, and pull only when that is taken too', async () => {
    const {firstSteps, port, model} = prepared([
      {type: 'start', server: 'Ollama'},
      {type: 'pull', pull: qwen},
    ]);
    await firstSteps.look();
    expect(textOf(await firstSteps.take(how))).toBe(
      'Ollama runs. A model for real work on this machine is Qwen3 4B (2.5 GB, licence Apache-2.0). Enter on an empty line pulls it from the library.',
    );
    expect(port.did).toEqual(['started']);
    expect(textOf(await firstSteps.take(how))).toContain('The next answers come from ollama/qwen3:4b.');
    expect(port.did).toEqual(['started', 'pulled qwen3:4b']);
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
    const {step: wait, open} = gate();
    const {firstSteps} = prepared([{type: 'pull', pull: qwen}], {
      async pull(_model, _signal, onProgress) {
        onProgress({status: 'pulling', digest: 'a', completed: 5e8, total: 2.5e9});
        await wait;
        return 'ollama/qwen3:4b';
      },
    });
    const heard: (number | undefined)[] = [];
    firstSteps.subscribe(() => heard.push(firstSteps.work()?.figures?.completed));
    await firstSteps.look();
    const taken = firstSteps.take(how);
    await expect.poll(() => heard.at(-1)).toBe(5e8);
    expect(firstSteps.work()).toMatchObject({kind: 'pulling', name: 'Qwen3 4B'});
    // What is under way is not offered once more.
    expect(firstSteps.offer()).toBeNull();
    expect(textOf(await firstSteps.take(how))).toBe('That is under way already.');
    open();
    await taken;
    expect(firstSteps.work()).toBeNull();
  });

  it('can be stopped, and are offered again then', async () => {
    const {firstSteps, model} = prepared([{type: 'pull', pull: qwen}], {
      pull: (_model, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () =>
            reject(new LlmError({kind: 'cancelled', message: 'stopped'})),
          );
        }),
    });
    await firstSteps.look();
    const taken = firstSteps.take(how);
    await expect.poll(() => firstSteps.work()).not.toBeNull();
    await firstSteps.stop();
    expect(textOf(await taken)).toBe('Stopped; what has come is kept. Enter on an empty line goes on.');
    expect(firstSteps.offer()).toEqual({type: 'pull', pull: qwen});
    expect(model()).toBe('test/model');
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
  it('says what is wrong with a sent prompt, and offers the way out', async () => {
    const {backend, type, told, session} = chatOver({}, session => ({
      firstSteps: createFirstSteps({session, port: machine([{type: 'engine', bytes: 85e6}])}),
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
    const {type, told, session} = chatOver({}, session => ({
      firstSteps: createFirstSteps({session, port: machine([{type: 'pull', pull: qwen}])}),
    }));
    await type('/setu');
    expect(told.at(-1)).toContain('error:');
    // What it is about to do is said first.
    await type('/setup');
    expect(told.at(-1)).toMatch(/^info: A model for real work on this machine is Qwen3 4B/);
    await type('/setup');
    expect(told.at(-1)).toBe('success: Qwen3 4B is there. The next answers come from ollama/qwen3:4b.');
    expect(session.snapshot().conversation.model).toBe('ollama/qwen3:4b');
    await type('/setup now');
    expect(told.at(-1)).toContain('/setup takes nothing after it');
  });
});
