import {copyFileSync} from 'node:fs';
import {Command} from 'commander';
import {describe, expect, it} from 'vitest';
import {defineHistory, history} from '../../../src/cli/history/history.ts';
import {orderArguments} from '../../../src/cli/orderArguments.ts';
import {newId} from '../../../src/storage/newId.ts';
import {sessionOver} from '../../core/sampleSession.ts';
import {finish, text} from '../../core/scriptedBackend.ts';
import {breakTree, storedDatabase} from '../../storage/salvage/brokenStore.ts';
import {fakeIo} from '../fakeIo.ts';
import {scriptedServices} from '../fakeServices.ts';

/** Two conversations on disk, the second the later one. */
async function prepared(terminal = false) {
  const {services, backend} = scriptedServices();
  const store = await services.store();
  const talk = async (now: number, prompt: string, answer: string): Promise<string> => {
    const conversation = {...services.newConversation(newId(now), 'test/model'), created: now, updated: now};
    backend.enqueue(text(answer), finish());
    await sessionOver(backend, {conversation, journal: store, newId, now: () => now}).send(prompt);
    return conversation.id;
  };
  const first = await talk(
    1_000_000_000_000,
    'Why is the sky blue?',
    'Rayleigh scattering\u001b[2J of light',
  );
  const second = await talk(1_700_000_000_000, 'Tell a joke', 'Knock knock');
  const run = async (...args: string[]) => {
    const fake = fakeIo({terminal});
    const command = defineHistory(new Command('llm history').exitOverride());
    command.parse(orderArguments(args), {from: 'user'});
    const status = await history({command, services, io: fake.io, firstFrame: null});
    return {status, out: fake.stdout(), err: fake.stderr()};
  };
  return {run, first, second};
}

it('tells of damage that shows only when something is read, and lists what was saved', async () => {
  const {services} = scriptedServices();
  const {paths} = services.environment;
  copyFileSync(storedDatabase(12, 10), paths.database);
  breakTree(paths.database, 'messages_conversation');
  const fake = fakeIo();
  const command = defineHistory(new Command('llm history').exitOverride());
  command.parse(orderArguments(['list']), {from: 'user'});
  expect(await history({command, services, io: fake.io, firstFrame: null})).toBe(0);
  expect(fake.stdout().trimEnd().split('\n')).toHaveLength(12);
  expect(fake.stderr()).toMatch(
    /^llm: \S+llm\.db was damaged\. Saved into a new one: 12 conversations [^\n]*\n$/,
  );
});

describe('llm history list', () => {
  it('lists the conversations, the latest first, a line each', async () => {
    const {run} = await prepared();
    const {status, out} = await run('list');
    expect(status).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/ {2}2 messages {2}Tell a joke {2}\(test\/model\)$/);
    expect(lines[1]).toContain('Why is the sky blue?');
    expect((await run('list', '--limit', '1')).out.trimEnd().split('\n')).toHaveLength(1);
  });

  it('gives JSON', async () => {
    const {run, second} = await prepared();
    expect(JSON.parse((await run('list', '--json')).out)[0]).toMatchObject({
      id: second,
      title: 'Tell a joke',
      messages: 2,
    });
  });

  it.each(['0', '-1', 'many', '1.5'])('refuses --limit=%s', async limit => {
    const {run} = await prepared();
    await expect(run('list', `--limit=${limit}`)).rejects.toMatchObject({kind: 'usage'});
  });

  it('says what to do when there is nothing', async () => {
    const {services} = scriptedServices();
    const fake = fakeIo();
    const command = defineHistory(new Command('llm history').exitOverride());
    command.parse(['list'], {from: 'user'});
    expect(await history({command, services, io: fake.io, firstFrame: null})).toBe(0);
    expect(fake.stdout()).toBe('');
    expect(fake.stderr()).toContain('llm chat');
  });
});

describe('llm history show', () => {
  it('shows the latest conversation, or the one whose id begins so', async () => {
    const {run, first} = await prepared();
    const latest = await run('show');
    expect(latest.out).toContain('> Tell a joke\n\nKnock knock\n');
    expect((await run('show', first.slice(0, 12))).out).toContain('> Why is the sky blue?');
    await expect(run('show', 'zzz')).rejects.toMatchObject({kind: 'usage'});
  });

  it('neutralises what goes to a terminal, and leaves a pipe alone', async () => {
    const terminal = await prepared(true);
    expect((await terminal.run('show', terminal.first)).out).toContain('scattering␛[2J of');
    const pipe = await prepared();
    expect((await pipe.run('show', pipe.first)).out).toContain('scattering\u001b[2J of');
  });

  it('gives JSON', async () => {
    const {run} = await prepared();
    const {out} = await run('show', '--json');
    expect(JSON.stringify(JSON.parse(out))).toContain('Knock knock');
    expect(out).toMatch(/[^\n]\n$/);
  });
});

describe('llm history search', () => {
  it('finds words in prompts and answers, and shows where', async () => {
    const {run, first} = await prepared();
    const {status, out} = await run('search', 'Rayleigh', 'light');
    expect(status).toBe(0);
    expect(out).toContain(first.slice(0, 10));
    expect(out).toContain('Rayleigh');
    expect(out).not.toContain('\u001b');
    expect(JSON.parse((await run('search', 'knock', '--json')).out)[0]).toMatchObject({title: 'Tell a joke'});
  });

  it('marks the hits on a terminal, and lets nothing else through', async () => {
    const {run} = await prepared(true);
    const {out} = await run('search', 'Rayleigh');
    expect(out).toContain('\u001b[1mRayleigh\u001b[22m');
    expect(out.replaceAll(/\u001b\[(1|22)m/g, '')).not.toContain('\u001b');
  });

  it('says so when nothing is found, and refuses to search for nothing', async () => {
    const {run} = await prepared();
    expect(await run('search', 'xyzzy')).toMatchObject({
      status: 0,
      out: '',
      err: expect.stringContaining('xyzzy'),
    });
    await expect(run('search')).rejects.toMatchObject({kind: 'usage'});
  });
});

describe('llm history with words that an action does not take', () => {
  it.each([
    [['list', 'docker', 'a b'], 'list does not take "docker"', "llm history search docker 'a b'"],
    [['show', '', 'b\u001b[2J'], 'show does not take "b␛[2J"', 'llm history show ID'],
    [['path', 'extra'], 'path does not take "extra"', 'llm help history'],
  ])('refuses %j', async (words, message, hint) => {
    const {run} = await prepared();
    await expect(run(...words)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });
});
