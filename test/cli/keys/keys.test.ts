import {readFileSync, statSync, writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {Environment} from '../../../src/cli/environment.ts';
import {runProgram} from '../../../src/cli/program.ts';
import {fakeIo} from '../fakeIo.ts';
import {isolatedEnvironment} from '../fakeServices.ts';

const canary = 'sk-canary-c0ffee';

async function keys(environment: Environment, args: readonly string[], stdin?: string) {
  const fake = fakeIo(stdin === undefined ? {} : {stdin});
  const status = await runProgram(['keys', ...args], environment, fake.io, null);
  const out = fake.stdout();
  const err = fake.stderr();
  expect(out + err).not.toContain(canary);
  return {status, out, err};
}

/** The same at a terminal: `typed` is what the person types once the question stands. */
async function keysAtTerminal(environment: Environment, args: readonly string[], typed: readonly string[]) {
  const fake = fakeIo();
  const modes: boolean[] = [];
  Object.assign(fake.io.stdin, {
    isRaw: false,
    setRawMode(isRaw: boolean) {
      modes.push(isRaw);
      // The question stands: what is typed from now on is read.
      if (isRaw) for (const text of typed) fake.io.stdin.push(text);
    },
  });
  const status = await runProgram(['keys', ...args], environment, fake.io, null);
  return {status, modes, shown: fake.stdout() + fake.stderr()};
}

const stored = (environment: Environment): unknown =>
  JSON.parse(readFileSync(environment.paths.keys, 'utf8')).keys;

describe('llm keys set', () => {
  it('stores a key from a pipe in a file that only the person can read', async () => {
    const environment = isolatedEnvironment();
    const {status, out, err} = await keys(environment, ['set', 'openai', '--file'], `${canary}\n`);
    expect(status).toBe(0);
    expect(out).toBe('');
    expect(err).toBe(`llm: the key of openai is in ${environment.paths.keys}, readable by you alone\n`);
    expect(stored(environment)).toEqual({openai: {key: canary}});
    expect(statSync(environment.paths.keys).mode & 0o777).toBe(0o600);
  });

  it('asks for it on a terminal and shows nothing of it', async () => {
    const environment = isolatedEnvironment();
    const typed = ['wrong\u0015', 'sk-', '\u001b[200~canary-c0ffeX\u001b[201~', '\u007fe\u001b[D', '\r'];
    const {status, modes, shown} = await keysAtTerminal(environment, ['set', 'groq', '--file'], typed);
    expect(status).toBe(0);
    expect(modes).toEqual([true, false]);
    expect(stored(environment)).toEqual({groq: {key: canary}});
    expect(shown).toContain('Key of groq (not shown): \n');
    expect(shown).not.toMatch(/canary|wrong|\*/);
  });

  it('stores nothing after Ctrl+C', async () => {
    const environment = isolatedEnvironment();
    const {status, modes, shown} = await keysAtTerminal(
      environment,
      ['set', 'groq', '--file'],
      [`${canary}\u0003`],
    );
    expect(status).toBe(130);
    expect(modes).toEqual([true, false]);
    expect(shown).toContain('nothing was stored');
    expect(() => stored(environment)).toThrow('ENOENT');
  });

  it.each([
    [['set', 'openai', canary], 'takes no key on the command line'],
    [['set', 'openai', '--key', canary], 'takes no such option'],
    [['set', 'openai', `--key=${canary}`], 'takes no such option'],
    [['set', canary], 'does not know a backend of that name'],
    [[canary], 'does not know that action'],
    [['rm', 'openai', canary], 'takes one name'],
    [['set'], 'wants the name of a backend'],
    [['rm'], 'wants the name of a backend'],
    [['list', '--file'], 'takes no --file'],
    [['set', 'openai', '--json'], 'takes no --json'],
  ])('is not misled, and repeats nothing that may be a key: %#', async (args, words) => {
    const {status, err} = await keys(isolatedEnvironment(), args, 'piped');
    expect(status).toBe(2);
    expect(err).toContain(words);
    expect(err.split('\n')).toHaveLength(2);
  });

  it.each(['', ' \n', `${canary} ${canary}`, `${canary}\n${canary}`, 'ключ', 'x'.repeat(10_001)])(
    'refuses what cannot be a key: %#',
    async input => {
      const environment = isolatedEnvironment();
      const {status, err} = await keys(environment, ['set', 'openai', '--file'], input);
      expect(status).toBe(2);
      expect(err).toContain('nothing was stored');
      expect(() => stored(environment)).toThrow('ENOENT');
    },
  );

  it('takes a backend that is only in the settings, and none that has no address', async () => {
    const environment = isolatedEnvironment();
    writeFileSync(
      environment.paths.config,
      JSON.stringify({backends: {mine: {baseUrl: 'https://mine.example/v1'}}}),
      {mode: 0o600},
    );
    expect(await keys(environment, ['set', 'mine', '--file'], canary)).toMatchObject({status: 0});
    const {status, err} = await keys(environment, ['set', 'other', '--file'], canary);
    expect(status).toBe(2);
    expect(err).toContain('llm config set backends.NAME.baseUrl');
  });

  it('says when another key comes before it', async () => {
    const environment = isolatedEnvironment({OPENAI_API_KEY: 'sk-other'});
    const {err} = await keys(environment, ['set', 'openai', '--file'], canary);
    expect(err).toContain('another one comes before it: OPENAI_API_KEY');
    expect(err).not.toContain('sk-other');
  });
});

describe('llm keys list', () => {
  it('tells where each key comes from, and never what it is', async () => {
    const environment = isolatedEnvironment({OPENAI_API_KEY: canary});
    writeFileSync(environment.paths.config, JSON.stringify({backends: {groq: {keyCommand: 'pass groq'}}}), {
      mode: 0o600,
    });
    await keys(environment, ['set', 'openai', '--file'], `${canary}2`);
    await keys(environment, ['set', 'xai', '--file'], canary);
    const {out} = await keys(environment, ['list']);
    expect(out).toBe(
      'openai  OPENAI_API_KEY; not used: the file of keys\ngroq    its keyCommand\nxai     the file of keys\n',
    );
    const json = await keys(environment, ['list', '--json']);
    expect(JSON.parse(json.out)).toEqual([
      {id: 'openai', sources: [{from: 'environment', name: 'OPENAI_API_KEY'}, {from: 'file'}]},
      {id: 'groq', sources: [{from: 'keyCommand'}]},
      {id: 'xai', sources: [{from: 'file'}]},
    ]);
  });

  it('says how to store one when there is none', async () => {
    const {status, out, err} = await keys(isolatedEnvironment(), []);
    expect([status, out]).toEqual([0, '']);
    expect(err).toContain('llm keys set openai');
  });
});

describe('llm keys rm', () => {
  it('forgets the stored key, and says what is left', async () => {
    const environment = isolatedEnvironment({OPENAI_API_KEY: canary});
    await keys(environment, ['set', 'openai', '--file'], canary);
    expect(await keys(environment, ['rm', 'openai'])).toMatchObject({
      status: 0,
      err: 'llm: openai still has a key: OPENAI_API_KEY\n',
    });
    expect(stored(environment)).toEqual({});
    expect(await keys(environment, ['rm', 'xai'])).toMatchObject({
      status: 1,
      err: 'llm: no key of xai is stored\n',
    });
  });
});
