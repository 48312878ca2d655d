import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Command} from 'commander';
import {describe, expect, it} from 'vitest';
import {defineHistory, history} from '../../../src/cli/history/history.ts';
import {orderArguments} from '../../../src/cli/orderArguments.ts';
import {appendPrompt, parsePromptHistory} from '../../../src/storage/promptHistory.ts';
import {answer, emptyConversation, prompt, record} from '../../storage/sampleConversation.ts';
import {fakeIo} from '../fakeIo.ts';
import {scriptedServices} from '../fakeServices.ts';

/** Two conversations on disk, `aaa…` about cats and `bbb…` about dogs, whose prompts are in the prompt history. */
async function prepared() {
  const {services} = scriptedServices();
  const {paths} = services.environment;
  const store = await services.store();
  for (const [id, topic] of [
    ['aaa11111111', 'cats'],
    ['bbb22222222', 'dogs'],
  ] as const) {
    const asked = prompt(`${id}-p`, null, `about ${topic}\nplease`);
    record(store, emptyConversation(id), asked, answer(`${id}-a`, asked.id, `${topic} are animals`));
    appendPrompt(paths.promptHistory, asked.text, 1000);
  }
  appendPrompt(paths.promptHistory, 'about nothing', 1000);
  /** Runs an action; `typed` is what a person answers on a terminal, null is a pipe. */
  const run = async (args: readonly string[], typed: string | null = null) => {
    const fake = fakeIo(typed === null ? {stdin: ''} : {});
    const command = defineHistory(new Command('llm history').exitOverride());
    command.parse(orderArguments([...args]), {from: 'user'});
    if (typed !== null) (fake.io.stdin as unknown as NodeJS.WritableStream).write(typed);
    const status = await history({command, services, io: fake.io, firstFrame: null});
    return {status, out: fake.stdout(), err: fake.stderr()};
  };
  const titles = () => store.list({limit: 10}).map(row => row.title);
  const prompts = () =>
    parsePromptHistory(readFileSync(paths.promptHistory, 'utf8')).map(entry => entry.prompt);
  return {run, titles, prompts, store, paths, services};
}

describe('llm history rename', () => {
  it('gives another title, on one line', async () => {
    const {run, titles} = await prepared();
    expect(await run(['rename', 'aaa', 'Purring', '\u001b[2Jthings'])).toMatchObject({
      status: 0,
      out: '',
      err: 'llm: aaa1111111 “about cats” is “Purring ␛[2Jthings” now\n',
    });
    expect(titles()).toContain('Purring ␛[2Jthings');
    expect(JSON.parse((await run(['rename', 'aaa', 'Cats', '--json'])).out)).toEqual({
      id: 'aaa11111111',
      title: 'Cats',
    });
  });

  it.each([[[]], [['aaa']], [['zzz', 'title']]])('refuses %j', async words => {
    const {run} = await prepared();
    await expect(run(['rename', ...words])).rejects.toMatchObject({kind: 'usage'});
  });
});

describe('llm history archive', () => {
  it('puts conversations away and back', async () => {
    const {run, titles} = await prepared();
    expect((await run(['archive', 'aaa', 'aaa1'])).err).toBe('llm: aaa1111111 “about cats” is archived\n');
    expect(titles()).toEqual(['about dogs']);
    expect((await run(['list', '--archived'])).out).toContain('about cats');
    expect((await run(['search', 'cats'])).out).toContain('about cats  (archived)');
    expect((await run(['search', 'dogs'])).out).not.toContain('archived');
    expect(JSON.parse((await run(['unarchive', 'aaa', '--json'])).out)).toEqual({
      unarchived: ['aaa11111111'],
    });
    expect(titles()).toHaveLength(2);
    expect(await run(['list', '--archived'])).toMatchObject({
      out: '',
      err: 'llm: no conversation is archived\n',
    });
    await expect(run(['archive'])).rejects.toMatchObject({kind: 'usage'});
  });
});

describe('llm history rm', () => {
  it('wants a yes, and does nothing without', async () => {
    const {run, titles} = await prepared();
    await expect(run(['rm', 'aaa'])).rejects.toMatchObject({kind: 'usage', hint: 'Add --yes'});
    expect((await run(['rm', 'aaa'], 'n\n')).err).toContain('nothing was deleted');
    await expect(run(['rm', '--yes'])).rejects.toMatchObject({kind: 'usage'});
    await expect(run(['rm', 'aaa', 'zzz', '--yes'])).rejects.toMatchObject({kind: 'usage'});
    expect(titles()).toHaveLength(2);
  });

  it('deletes after a yes, and names what else may hold the text', async () => {
    const {run, titles, prompts, paths} = await prepared();
    const copy = `${paths.database}.backup-v3-2026-01-01`;
    writeFileSync(copy, '');
    const {status, out, err} = await run(['rm', 'aaa'], 'y\n');
    expect({status, out}).toEqual({status: 0, out: ''});
    expect(err.split('\n')).toEqual([
      expect.stringContaining('Delete aaa1111111 “about cats” for good? [y/N] '),
      `llm: its prompts may still be in ${paths.promptHistory}; this removes them: llm history forget WORDS`,
      `llm: older copies may hold it; this removes them: rm ${copy}`,
      'llm: what you exported or backed up elsewhere is as it was',
      '',
    ]);
    expect(err).toContain('llm: deleted aaa1111111 “about cats”\n');
    expect(titles()).toEqual(['about dogs']);
    expect(prompts()).toHaveLength(3);
    expect(readFileSync(paths.database).includes('cats are animals')).toBe(false);
  });

  it('takes its prompts out of the prompt history where that is asked for', async () => {
    const {run, prompts, titles} = await prepared();
    const {out, err} = await run(['rm', '--prompts', '--yes', '--json', 'aaa', 'bbb']);
    expect(JSON.parse(out)).toEqual({
      deleted: ['aaa11111111', 'bbb22222222'],
      forgottenPrompts: 2,
      wiped: true,
    });
    expect(err).not.toContain('its prompts may');
    expect(prompts()).toEqual(['about nothing']);
    expect(titles()).toEqual([]);
  });
});

describe('llm history forget', () => {
  it('removes the prompts with all of the words, after showing them', async () => {
    const {run, prompts} = await prepared();
    await expect(run(['forget', 'about'])).rejects.toMatchObject({kind: 'usage', hint: 'Add --yes'});
    await expect(run(['forget'])).rejects.toMatchObject({kind: 'usage'});
    expect((await run(['forget', 'about'], 'no\n')).err).toMatch(
      /about cats please\n.*\n.*\nRemove these 3 prompts[\s\S]*nothing was/,
    );
    expect(prompts()).toHaveLength(3);
    expect((await run(['forget', 'CATS', 'please', '--yes'])).err).toContain('removed 1 from');
    expect(prompts()).toEqual(['about dogs\nplease', 'about nothing']);
    expect(JSON.parse((await run(['forget', 'about', '--yes', '--json'])).out)).toEqual({
      forgottenPrompts: 2,
    });
    expect(await run(['forget', 'about', '--yes'])).toMatchObject({status: 0, out: ''});
  });
});

describe('llm history path and backup', () => {
  it('prints where they are, also when the database cannot be opened', async () => {
    const {run, paths, services} = await prepared();
    expect((await run(['path'])).out).toBe(`${paths.database}\n`);
    expect(JSON.parse((await run(['path', '--json'])).out)).toEqual({
      database: paths.database,
      promptHistory: paths.promptHistory,
    });
    const broken = {...services, store: () => Promise.reject(new Error('broken'))};
    const fake = fakeIo();
    const command = defineHistory(new Command('llm history').exitOverride());
    command.parse(['path'], {from: 'user'});
    expect(await history({command, services: broken, io: fake.io, firstFrame: null})).toBe(0);
  });

  it('copies all of it to a new private file, and never over another', async () => {
    const {run, paths} = await prepared();
    const file = path.join(paths.data, 'copy.db');
    expect(JSON.parse((await run(['backup', file, '--json'])).out)).toEqual({
      file,
      bytes: statSync(file).size,
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes('cats are animals')).toBe(true);
    await expect(run(['backup', file])).rejects.toMatchObject({kind: 'usage'});
    await expect(run(['backup'])).rejects.toMatchObject({kind: 'usage'});
    const nowhere = `${file}.d/x.db`;
    await expect(run(['backup', nowhere])).rejects.toMatchObject({
      kind: 'file',
      message: `${nowhere}: there is no folder ${file}.d`,
    });
    expect(readdirSync(paths.data).filter(name => name.startsWith('copy'))).toEqual(['copy.db']);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });
});
