import {describe, expect, it} from 'vitest';
import {answers, idle, patience, say, scripted, setUpStage, streaming} from './stage.ts';

const stage = setUpStage();
/** An answer that comes slowly enough to be seen half done, and never ends. */
const endless = {rate: 50, tokens: Number.POSITIVE_INFINITY, text: ['word ', 'after ', 'word\n\n']};

describe('an answer that is stopped', () => {
  it('by Esc keeps its text, and the server learns it', async () => {
    const server = await stage.server(endless);
    const home = stage.folder();
    const chat = await stage.readyChat({server, home});
    say(chat, 'go on for ever');
    await chat.waitFor('word after word', patience);
    chat.write('\x1b');
    await answers(chat, 1);
    expect(chat.text()).toMatch(/word after word[\s\S]*tok\/s · ~\d+ tokens ·\s+stopped/);
    await expect.poll(() => server.closedEarly, {timeout: patience}).toBe(1);
    const {stdout} = await stage.run(['history', 'show'], {home});
    expect(stdout).toMatch(/^> go on for ever\n\nword after word[\s\S]*· stopped\)/);
  });

  it('by Ctrl+C keeps the draft', async () => {
    const server = await stage.server(endless);
    const chat = await stage.readyChat({server});
    say(chat, 'go');
    await chat.waitFor('word after word', patience);
    expect(chat.screen().join('\n')).toContain(streaming);
    chat.write('my next thought');
    await chat.waitFor('❯ my next thought', patience);
    chat.write('\x03');
    await answers(chat, 1);
    expect(chat.screen()).toContain('❯ my next thought');
    await expect.poll(() => server.closedEarly, {timeout: patience}).toBe(1);
  });

  it('before its first token ends at once', async () => {
    const server = await stage.server({headerDelayMs: 600_000});
    const chat = await stage.readyChat({server});
    say(chat, 'go');
    await chat.waitFor('waiting for', patience);
    chat.write('\x1b');
    await chat.waitFor(/stopped/, patience);
    await chat.waitFor(idle, patience);
    await expect.poll(() => server.closedEarly, {timeout: patience}).toBeGreaterThan(0);
  });

  it('by the end of its server keeps its text, says what happened, and the chat lives on', async () => {
    const server = await stage.server(endless);
    const chat = await stage.readyChat({server});
    say(chat, 'go');
    await chat.waitFor('word after word', patience);
    await server.close();
    await answers(chat, 1);
    expect(chat.text()).toMatch(
      /word after word[\s\S]* ·\s+interrupted · \/continue goes on\n\n✗ [^\n]*Ollama/,
    );
    say(chat, 'still there?');
    await chat.waitFor(({text}) => /❯ still there\?[\s\S]*✗ [^\n]*(?:answer|reach)/.test(text()), patience);
    await chat.waitFor(idle, patience);
  });

  it('by an error inside the stream keeps its text and shows the error', async () => {
    const server = await stage.server({text: ['half ', 'of it', ' never'], errorAfter: 2});
    const chat = await stage.readyChat({server});
    say(chat, 'go');
    await answers(chat, 1);
    expect(chat.text()).toMatch(
      /half of it\n\n[\s\S]* ·\s+failed · \/continue goes on\n\n✗ [^\n]*an error was encountered/,
    );
  });

  it('by kill -9 is there again, marked, with llm chat -c', async () => {
    const server = await stage.server({...endless, text: ['counted '], rate: 100});
    const home = stage.folder();
    const chat = await stage.readyChat({server, home});
    say(chat, 'count for me');
    await chat.waitFor(/(counted\s+){20}/, patience);
    await expect
      .poll(async () => (await stage.run(['history', 'show'], {home})).stdout, {timeout: patience})
      .toMatch(/(counted\s+){10}/);
    chat.kill('SIGKILL');
    await chat.exit;

    const again = await stage.readyChat({server, home, args: ['-c']});
    await again.waitFor('interrupted', patience);
    expect(again.text()).toMatch(
      /continued[\s\S]*❯ count for me\n\n● \S+\n(counted\s+){10,}[\s\S]*interrupted/,
    );
    await again.waitFor(new RegExp(`${scripted} `), patience);
  });
});

describe('the end of the chat', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)(
    'by %s stores the partial answer, restores the terminal and has status %i',
    async (signal, status) => {
      const server = await stage.server(endless);
      const home = stage.folder();
      const chat = await stage.readyChat({server, home});
      say(chat, 'go');
      await chat.waitFor('word after word', patience);
      expect(chat.modes().bracketedPasteMode).toBe(true);
      chat.kill(signal);
      expect(await chat.exit).toEqual({code: status, signal: 0});
      expect(chat.modes().bracketedPasteMode).toBe(false);
      expect(chat.cursor().visible).toBe(true);
      expect(chat.alternate()).toBe(false);
      expect(chat.text()).not.toContain(streaming);
      expect(chat.text()).not.toContain(idle);
      expect((await stage.run(['history', 'show'], {home})).stdout).toContain('word after word');
      await expect.poll(() => server.closedEarly, {timeout: patience}).toBe(1);
    },
  );

  it.each([
    ['/quit', '/quit\r'],
    ['/exit', '/exit\r'],
    ['Ctrl+D on an empty line', '\x04'],
    ['Ctrl+C twice', '\x03\x03'],
  ])('by %s has status 0 and leaves the transcript on the screen', async (_name, keys) => {
    const server = await stage.server({text: ['All is said.']});
    const chat = await stage.readyChat({server});
    say(chat, 'hi');
    await answers(chat, 1);
    chat.write(keys);
    expect(await chat.exit).toEqual({code: 0, signal: 0});
    expect(chat.text()).toContain('All is said.');
    expect(chat.text()).not.toContain('Ask anything');
    expect(chat.modes().bracketedPasteMode).toBe(false);
    expect(chat.cursor().visible).toBe(true);
  });

  it('does not come by one Ctrl+C, nor by Ctrl+D on a filled line', async () => {
    const server = await stage.server({text: ['Still here.']});
    const chat = await stage.readyChat({server});
    chat.write('draft\x04');
    chat.write('\x03');
    await chat.waitFor('❯ Ask anything', patience);
    chat.write('\x03');
    await chat.waitFor('Ctrl+C again quits', patience);
    say(chat, 'hi');
    await chat.waitFor('Still here.', patience);
  });
});
