import {describe, expect, it} from 'vitest';
import {idle, patience, setUpStage} from './stage.ts';
import type {Terminal} from './terminal.ts';

const stage = setUpStage();
const models = ['one:latest', 'two:latest'];
const words = 'Some **words** of an answer.\n\n```sh\nls -l\n```\n'.match(/\s*\S+\s*/g) ?? [];

/** The terminal has everything back that a program may have changed. */
function expectSane(terminal: Terminal): void {
  expect(terminal.alternate()).toBe(false);
  expect(terminal.cursor().visible).toBe(true);
  expect(terminal.modes()).toMatchObject({
    bracketedPasteMode: false,
    mouseTrackingMode: 'none',
    wraparoundMode: true,
  });
}

describe('/compare in a real terminal', {timeout: 90_000}, () => {
  it('streams two models side by side, takes a vote, and brings the chat back with a pane to go on with', async () => {
    const server = await stage.server({models, text: words, tokens: words.length, rate: 60});
    const home = stage.folder();
    const chat = await stage.readyChat({
      server,
      home,
      args: ['-m', 'ollama/one:latest'],
      cols: 100,
      rows: 30,
    });
    chat.write('hello\r');
    await chat.waitFor(/tok\/s[\s\S]*· \/help/, patience);
    const before = chat.text();
    chat.write('/compare one:latest two:latest\r');
    await chat.waitFor(/▶ 1 ollama\/one:latest +│ {3}2 ollama\/two:latest/, patience);
    expect(chat.alternate()).toBe(true);
    await chat.waitFor(
      terminal => (terminal.text().match(/ls -l/g) ?? []).length >= 2 && /Esc leaves/.test(terminal.text()),
      patience,
    );
    chat.write('2');
    await chat.waitFor('2 ollama/two:latest ★', patience);
    chat.write('\t');
    await chat.waitFor('▶ 2 ollama/two:latest', patience);
    chat.resize(70, 30);
    await chat.waitFor(/▶ 2 ollama\/two:latest ★.*─/, patience);
    chat.write('p');
    await chat.waitFor('Going on with ollama/two:latest', patience);
    await chat.waitFor(idle, patience);
    expect(chat.alternate()).toBe(false);
    expect(chat.text()).toContain(before.split('\n').find(line => line.includes('hello')) ?? 'nothing');
    chat.write('\u0004');
    expect((await chat.exit).code).toBe(0);
    expectSane(chat);
    const {stdout} = await stage.run(['compare', '--leaderboard'], {home});
    expect(stdout).toMatch(/ollama\/two:latest +1\d{3} .* 1 +1 +0 +0\n.*ollama\/one:latest/);
  });

  it('keeps its rows in their places where the terminal makes a cluster wider than they allow for', async () => {
    // The headless terminal gives each of the three its own two columns.
    const text = ['👩‍👩‍👧 '.repeat(30), '\n\nthe end'];
    const server = await stage.server({models, text, tokens: text.length});
    const args = ['compare', '-m', 'one:latest', '-m', 'two:latest', 'families'];
    const panes = stage.terminal(args, {server, cols: 100, rows: 24});
    await panes.waitFor(terminal => (terminal.text().match(/the end/g) ?? []).length === 2, patience);
    await panes.waitFor(/Esc leaves/, patience);
    expect(panes.screen()[0]).toMatch(/^▶ 1 ollama\/one:latest +│ {3}2 ollama\/two:latest/);
    expect(panes.screen().at(-1)).toMatch(/Esc leaves/);
    panes.write('\u001b');
    await panes.waitFor('Leave the comparison?', patience);
    panes.write('\r');
    await panes.exit;
    expectSane(panes);
  });

  it('leaves the terminal sane when it is ended from outside, and keeps what had come', async () => {
    const server = await stage.server({models, rate: 20, tokens: Number.POSITIVE_INFINITY});
    for (const signal of ['SIGHUP', 'SIGTERM', 'SIGKILL'] as const) {
      const home = stage.folder();
      const panes = stage.terminal(['compare', '-m', 'one:latest', '-m', 'two:latest', 'go on'], {
        server,
        home,
        cols: 100,
        rows: 30,
      });
      // So many that the first of them are stored, whatever ends the program.
      await panes.waitFor(
        terminal => (terminal.text().match(/~[3-9]\d tok(?!\/)/g) ?? []).length === 2,
        patience,
      );
      panes.kill(signal);
      const {code} = await panes.exit;
      if (signal !== 'SIGKILL') {
        expect(code).toBe(signal === 'SIGHUP' ? 129 : 143);
        expectSane(panes);
      }
      const {stdout} = await stage.run(['history', 'show', '--json'], {home});
      const {messages, head} = JSON.parse(stdout);
      const answers = messages.filter((node: {role: string}) => node.role === 'assistant');
      expect(answers).toHaveLength(2);
      for (const answer of answers) expect(answer.text.length).toBeGreaterThan(0);
      // The next start shows one of them, not the bare prompt.
      expect(answers.map(({id}: {id: string}) => id)).toContain(head);
    }
  });

  it('asks for the prompt where none is given, and leaves on request', async () => {
    const server = await stage.server({models, text: words, tokens: words.length});
    const panes = stage.terminal(['compare', '-m', 'one:latest', '-m', 'two:latest'], {
      server,
      cols: 100,
      rows: 30,
    });
    await panes.waitFor('Ask all of them', patience);
    panes.write('what now?\r');
    await panes.waitFor(terminal => (terminal.text().match(/ls -l/g) ?? []).length === 2, patience);
    await panes.waitFor('Esc leaves', patience);
    panes.write('\u001b');
    await panes.waitFor('Leave the comparison?', patience);
    panes.write('\r');
    expect((await panes.exit).code).toBe(0);
    expectSane(panes);
    expect(panes.text()).toContain('llm chat -c');
  });
});
