import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {answers, chatBodies, ollamaLine, patience, say, setUpStage} from './stage.ts';
import type {Terminal} from './terminal.ts';

const stage = setUpStage();
const down = '\x1b[B';

/** Waits for a text anywhere in the transcript, however far it has scrolled. */
function seen(chat: Terminal, pattern: RegExp): Promise<void> {
  return chat.waitFor(({text}) => pattern.test(text()), patience);
}

describe('the slash commands', () => {
  it('/model switches by name, and by the arrow keys in a list', async () => {
    const server = await stage.server({models: ['aa:1b', 'bb:2b', 'cc:3b'], text: ['Yes.']});
    const chat = await stage.readyChat({server, args: ['-m', 'ollama/aa:1b']});
    say(chat, '/model bb:2b');
    await chat.waitFor('The next answers come from ollama/bb:2b.', patience);
    say(chat, 'to b');
    await answers(chat, 1);
    say(chat, '/model');
    await chat.waitFor('Choose a model', patience);
    await chat.waitFor('local/guide', patience);
    const selected = (): string => chat.screen().find(row => row.startsWith('› ')) ?? '';
    while (!selected().includes('cc:3b')) {
      const before = selected();
      chat.write(down);
      await chat.waitFor(() => selected() !== before, patience);
    }
    chat.write('\r');
    await chat.waitFor('The next answers come from ollama/cc:3b.', patience);
    say(chat, 'to c');
    await answers(chat, 2);
    expect(chatBodies(server).map(({model}) => model)).toEqual(['bb:2b', 'cc:3b']);
    expect(chat.text()).toMatch(/ollama\/bb:2b · [^\n]*tokens[\s\S]*ollama\/cc:3b · [^\n]*tokens/);
  });

  it('/model with an unknown name says so and changes nothing', async () => {
    const server = await stage.server({models: ['aa:1b'], text: ['Yes.']});
    const chat = await stage.readyChat({server, args: ['-m', 'ollama/aa:1b']});
    say(chat, '/model zz');
    await chat.waitFor(/✗ .*zz/, patience);
    say(chat, 'hi');
    await answers(chat, 1);
    expect(chatBodies(server)[0]?.model).toBe('aa:1b');
  });

  it('/new, /clear and /reset begin anew; only /reset keeps the system prompt and the options', async () => {
    const server = await stage.server({text: ['Yes.']});
    const chat = await stage.readyChat({server});
    say(chat, '/system Be brief.');
    await seen(chat, /system prompt is set/);
    say(chat, '/set temperature 0.25');
    await seen(chat, /temperature is 0\.25/);
    say(chat, 'one');
    await answers(chat, 1);
    say(chat, '/reset');
    await seen(chat, /New conversation, same settings/);
    say(chat, 'two');
    await answers(chat, 2);
    say(chat, '/new');
    await seen(chat, /── New conversation ──/);
    say(chat, 'three');
    await answers(chat, 3);
    say(chat, '/clear');
    await chat.waitFor(({screen}) => screen()[0]?.includes('New conversation') === true, patience);
    expect(chat.scrollback().join('\n')).toContain('❯ three');
    say(chat, 'four');
    await answers(chat, 4);
    const sent = chatBodies(server).map(({messages, options}) => ({
      said: messages.map(({content}) => content),
      temperature: options?.temperature,
    }));
    expect(sent).toEqual([
      {said: ['Be brief.', 'one'], temperature: 0.25},
      {said: ['Be brief.', 'two'], temperature: 0.25},
      {said: ['three'], temperature: undefined},
      {said: ['four'], temperature: undefined},
    ]);
    expect(chat.clears()).toEqual({screen: 0, scrollback: 0, alternate: 0});
  });

  it('/retry answers the last prompt again and keeps both answers', async () => {
    const answersInTurn = ['The first.', 'The second.'];
    let asked = 0;
    const server = await stage.server({
      routes: {
        'POST /api/chat': () => ({
          headers: {'content-type': 'application/x-ndjson'},
          body:
            ollamaLine({content: answersInTurn[asked++] ?? ''}) +
            ollamaLine({}, {done: true, done_reason: 'stop'}),
        }),
      },
    });
    const home = stage.folder();
    const chat = await stage.readyChat({server, home});
    say(chat, 'hi');
    await answers(chat, 1);
    say(chat, '/retry');
    await answers(chat, 2);
    expect(chat.text()).toMatch(/The first\.[\s\S]*── another answer ──[\s\S]*The second\./);
    expect(chatBodies(server).map(({messages}) => messages.map(({content}) => content))).toEqual([
      ['hi'],
      ['hi'],
    ]);
    say(chat, '/quit');
    await chat.exit;
    const {stdout} = await stage.run(['history', 'show', '--json'], {home});
    expect(stdout).toContain('The first.');
    expect(stdout).toContain('The second.');
  });

  it('/export writes the conversation, and over an existing file only with !', async () => {
    const server = await stage.server({text: ['The answer.']});
    const home = stage.folder();
    const chat = await stage.readyChat({server, home, cols: 200});
    say(chat, '/export');
    await seen(chat, /Nothing has been said yet/);
    say(chat, 'The question');
    await answers(chat, 1);
    const file = path.join(home, 'notes.md');
    writeFileSync(file, 'mine');
    say(chat, '/export notes.md');
    await seen(chat, /✗ [^\n]*notes\.md/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    say(chat, '/export notes.md !');
    await seen(chat, /✓ Exported to [^\n]*notes\.md/);
    expect(readFileSync(file, 'utf8')).toMatch(/The question[\s\S]*The answer\./);
    say(chat, '/export chat.json');
    await seen(chat, /✓ Exported to [^\n]*chat\.json/);
    expect(JSON.stringify(JSON.parse(readFileSync(path.join(home, 'chat.json'), 'utf8')))).toContain(
      'The answer.',
    );
    say(chat, '/export');
    await seen(chat, /✓ Exported to [^\n]*\/llm-[^\n/]*\.md/);
    expect(
      readdirSync(home).filter(name => /^llm-.*question.*\d{4}-\d\d-\d\d\.md$/i.test(name)),
    ).toHaveLength(1);
  });

  it('/history shows this conversation, shortened', async () => {
    const server = await stage.server({text: ['long '], tokens: 60});
    const chat = await stage.readyChat({server, cols: 160});
    say(chat, 'a question');
    await answers(chat, 1);
    say(chat, '/history');
    await seen(chat, /1 > a question\n +(long ){15,20}l?o?n?g?…/);
  });

  it('an unknown command names the nearest, and quitting wants its whole name', async () => {
    const server = await stage.server();
    const home = stage.folder();
    const chat = await stage.readyChat({server, home});
    say(chat, '/frobnicate');
    await seen(chat, /✗ There is no command \/frobnicate/);
    chat.write('/qui');
    await chat.waitFor('leave;', patience);
    chat.write('\x1b');
    await chat.waitFor(({screen}) => !screen().join('\n').includes('leave;'), patience);
    chat.write('\r');
    await seen(chat, /✗ [^\n]*\/qui\b[^\n]*\/quit/);
    expect(chatBodies(server)).toHaveLength(0);
    expect(existsSync(path.join(home, '.llm_chat_history'))).toBe(false);
  });
});
