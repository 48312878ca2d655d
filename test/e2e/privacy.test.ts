import {chmodSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {openStore} from '../../src/storage/openStore.ts';
import {answer, emptyConversation, prompt, record} from '../storage/sampleConversation.ts';
import {answers, patience, say, scripted, setUpStage, streaming} from './stage.ts';
import type {Terminal} from './terminal.ts';

const stage = setUpStage();
/** Said in every way there is, and to be found in no file. */
const canary = 'quetzalcanary';

/** All files below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
}

const holders = (...folders: string[]): string[] =>
  folders.flatMap(filesIn).filter(file => file.includes(canary) || readFileSync(file).includes(canary));

/** Folders for everything that the program could write to, and an editor beside them that waits for a file `go`. */
function scene() {
  const home = stage.folder();
  const temporary = stage.folder();
  const beside = stage.folder();
  const editor = path.join(beside, 'editor.sh');
  writeFileSync(
    editor,
    `#!/bin/sh\nprintf '${canary} edited' > "$1"\necho "editing $1"\nwhile [ ! -e '${beside}/go' ]; do sleep 0.02; done\n`,
  );
  chmodSync(editor, 0o755);
  const attachment = path.join(beside, 'notes.txt');
  writeFileSync(attachment, `notes of a ${canary}`);
  return {
    home,
    temporary,
    attachment,
    env: {TMPDIR: temporary, EDITOR: editor},
    letEditorGo: () => writeFileSync(path.join(beside, 'go'), ''),
  };
}

/** Says the word by typing, pasting and editing; the answer says it too. */
async function talk(chat: Terminal, letEditorGo: () => void): Promise<void> {
  say(chat, `typed ${canary}`);
  await answers(chat, 1);
  chat.write(
    `\x1b[200~${Array.from({length: 20}, (_, row) => `pasted ${canary} ${row}`).join('\n')}\x1b[201~`,
  );
  await chat.waitFor('[pasted 20 lines]', patience);
  chat.write('\r');
  await answers(chat, 2);
  chat.write('\x07');
  await chat.waitFor('editing ', patience);
  letEditorGo();
  await chat.waitFor(`❯ ${canary} edited`, patience);
  chat.write('\r');
  await answers(chat, 3);
  say(chat, `/rename ${canary} title`);
  await chat.waitFor('The title is', patience);
}

describe('a chat without history', () => {
  it.each([
    ['-n', ['-n'], undefined],
    ['/incognito', [], '/incognito'],
  ])('with %s leaves nothing of what was said in any file', async (_how, flags, command) => {
    const server = await stage.server({text: [`It is a ${canary}.`]});
    const {home, temporary, attachment, env, letEditorGo} = scene();
    const chat = await stage.readyChat({
      server,
      home,
      env,
      args: ['-m', scripted, '-s', `Be a ${canary}`, '-a', attachment, ...flags],
    });
    if (command) {
      say(chat, command);
      await chat.waitFor('Incognito', patience);
    }
    await talk(chat, letEditorGo);
    expect(holders(home, temporary)).toEqual([]);
    say(chat, '/quit');
    expect(await chat.exit).toMatchObject({code: 0});
    expect(holders(home, temporary)).toEqual([]);
    expect(filesIn(temporary)).toEqual([]);
  });

  it('leaves nothing either when it is killed while an answer streams', async () => {
    const server = await stage.server({text: [`${canary} `], rate: 100, tokens: 2000});
    const {home, temporary, env} = scene();
    const chat = await stage.readyChat({server, home, env, args: ['-m', scripted, '-n']});
    say(chat, `typed ${canary}`);
    await chat.waitFor(streaming, patience);
    await chat.waitFor(canary, patience);
    chat.kill('SIGKILL');
    await chat.exit;
    expect(holders(home, temporary)).toEqual([]);
  });

  it('has a prompt removed by the next start when it is killed while that is in the editor', async () => {
    const server = await stage.server({text: ['Yes.']});
    const {home, temporary, env, letEditorGo} = scene();
    const chat = await stage.readyChat({server, home, env, args: ['-m', scripted, '-n']});
    chat.write('\x07');
    await chat.waitFor('editing ', patience);
    chat.kill('SIGKILL');
    await chat.exit;
    expect(holders(temporary)).toHaveLength(1);
    letEditorGo();
    const next = await stage.readyChat({server, home, env, args: ['-m', scripted, '-n']});
    await next.waitFor(() => filesIn(temporary).length === 0, patience);
    expect(holders(home, temporary)).toEqual([]);
  });
});

describe('deleting in the chat', () => {
  /** A chat beside a conversation full of the word, its list open with that one selected. */
  async function withList() {
    const home = stage.folder();
    const store = openStore({path: path.join(home, 'llm.db')});
    record(
      store,
      emptyConversation('other'),
      prompt('o-p', null, 'about dogs'),
      answer('o-a', 'o-p', 'They bark.'),
    );
    record(
      store,
      emptyConversation('secret', 2000),
      prompt('s-p', null, `about ${canary}`, 2000),
      answer('s-a', 's-p', `A ${canary} it is. `.repeat(300), 2000),
    );
    store.close();
    const server = await stage.server({text: ['Yes.']});
    const chat = await stage.readyChat({server, home});
    say(chat, '/sessions');
    await chat.waitFor(`› 1 about ${canary}`, patience);
    return {home, chat, server};
  }

  it('is undone until quitting, and leaves nothing in any file after it', async () => {
    const {home, chat} = await withList();
    await chat.waitFor('Ctrl+X delete · Alt+R rename · Alt+A archive', patience);
    chat.write('\x18');
    await chat.waitFor('› 1 about dogs', patience);
    expect(chat.screen().join('\n')).toContain(`Deleted “about ${canary}”; /sessions undo`);
    chat.write('\x1f');
    await chat.waitFor(`› 1 about ${canary}`, patience);
    chat.write('\x18');
    await chat.waitFor('› 1 about dogs', patience);
    expect(holders(home)).not.toEqual([]);
    chat.write('\x1b');
    await chat.waitFor('❯ Ask anything', patience);
    say(chat, '/quit');
    await chat.exit;
    expect(holders(home)).toEqual([]);
    expect((await stage.run(['history', 'list'], {home})).stdout).toMatch(/^other .*about dogs/);
  });

  it('does both of two that are typed at once', async () => {
    const {chat} = await withList();
    chat.write('\x1b[B\x18\x1b[B\x18');
    await chat.waitFor('Deleted “about dogs”', patience);
    await chat.waitFor(`Deleted “about ${canary}”`, patience);
    await chat.waitFor('❯ Ask anything', patience);
  });

  it('is finished by the next start of any kind when the program is killed', async () => {
    const {home, chat} = await withList();
    chat.write('\x18');
    await chat.waitFor('› 1 about dogs', patience);
    // Another program beside it leaves the undo alone.
    await stage.run(['history', 'list'], {home});
    expect(holders(home)).not.toEqual([]);
    chat.kill('SIGKILL');
    await chat.exit;
    expect((await stage.run(['history', 'search', canary], {home})).stdout).toBe('');
    expect(holders(home)).toEqual([]);
  });

  it('lets a title be finished in the composer', async () => {
    const {home, chat} = await withList();
    chat.write('\x1br');
    await chat.waitFor(`❯ /sessions rename secret about ${canary}`, patience);
    chat.write(' and more\r');
    await chat.waitFor('and more” now.', patience);
    expect((await stage.run(['history', 'list'], {home})).stdout).toContain(`about ${canary} and more`);
  });
});

describe('history.retentionDays', () => {
  it('deletes what is older once the chat stands, and says so', async () => {
    const home = stage.folder();
    const store = openStore({path: path.join(home, 'llm.db')});
    const now = Date.now();
    for (const [id, age] of [
      ['old', 10],
      ['archived', 10],
      ['young', 1],
    ] as const) {
      const created = now - age * 86_400_000;
      const title = `${id} ${canary}`;
      record(store, emptyConversation(id, created), prompt(`${id}-p`, null, title, created));
    }
    store.archive('archived', true);
    store.close();
    const server = await stage.server({text: ['Yes.']});
    expect(await stage.run(['config', 'set', 'history.retentionDays', '7'], {home})).toMatchObject({
      status: 0,
    });
    const chat = await stage.readyChat({server, home});
    await chat.waitFor('1 conversation was not changed for 7 days and deleted', patience);
    say(chat, '/quit');
    await chat.exit;
    const list = await stage.run(['history', 'list'], {home});
    expect(list.stdout).toMatch(/^young /);
    expect(list.stdout.trim().split('\n')).toHaveLength(1);
    expect((await stage.run(['history', 'list', '--archived'], {home})).stdout).toMatch(/^archive /);
    expect(readFileSync(path.join(home, 'llm.db')).includes(`old ${canary}`)).toBe(false);
  });
});

describe.each(['000', '022'])('with umask %s', umask => {
  it('every file is for its owner alone, and so is every folder', async () => {
    const server = await stage.server({text: ['Yes.']});
    const {temporary, env, letEditorGo} = scene();
    const home = path.join(stage.folder(), 'home');
    const modes = (folder: string): Record<string, string> => {
      const names = ['', ...readdirSync(folder, {recursive: true, encoding: 'utf8'})];
      const entries = names.map(name => [name, (statSync(path.join(folder, name)).mode & 0o777).toString(8)]);
      return Object.fromEntries(entries.sort());
    };
    const scenery = {server, home, env: {...env, HOME: stage.folder()}, cwd: temporary};
    const llm = (line: string) => stage.shell(`umask ${umask}; ${line}`, scenery);

    await llm('llm run hello -m ollama/scripted:latest; llm config set theme nord');
    const chat = stage.terminal(['chat', '-m', scripted], {
      ...scenery,
      umask,
    });
    await chat.waitFor('· /help', patience);
    say(chat, 'hello again');
    await answers(chat, 1);
    chat.write('\x07');
    await chat.waitFor('editing ', patience);
    expect(modes(home)).toEqual({
      '': '700',
      '.llm_chat_history': '600',
      'config.json': '600',
      'llm.db': '600',
      'llm.db-shm': '600',
      'llm.db-wal': '600',
    });
    const editing = Object.entries(modes(temporary)).filter(([name]) => name !== '');
    expect(editing.map(([name, mode]) => [path.basename(name).replace(/prompt-.*/, 'prompt'), mode])).toEqual(
      [
        ['llm-prompt', '700'],
        ['.owner.json', '600'],
        ['prompt.md', '600'],
      ],
    );
    letEditorGo();
    await chat.waitFor('edited', patience);
    await llm(`llm history backup copy.db; llm history forget hello --yes`);
    expect(modes(home)['.llm_chat_history']).toBe('600');
    expect(modes(temporary)['copy.db']).toBe('600');
    chat.kill('SIGTERM');
    await chat.exit;
  });
});
