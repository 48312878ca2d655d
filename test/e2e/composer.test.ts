import {describe, expect, it} from 'vitest';
import {answers, chatBodies, heldAnswer, idle, patience, say, setUpStage, streaming} from './stage.ts';
import type {Terminal} from './terminal.ts';

const stage = setUpStage();
const up = '\x1b[A';
const down = '\x1b[B';

/** The rows from the prompt sign of the composer to the row above the status line. */
function composer(chat: Terminal): string[] {
  const rows = chat.screen();
  const status = rows.findLastIndex(row => row.includes(idle) || row.includes(streaming));
  const first = rows.findLastIndex((row, index) => index < status && row.startsWith('❯'));
  return rows.slice(first, status);
}

describe('the composer', () => {
  it('takes new lines by Ctrl+J and Alt+Enter and sends them as one prompt', async () => {
    const server = await stage.server({text: ['Yes.']});
    const chat = await stage.readyChat({server});
    chat.write('one\ntwo\x1b\rthree');
    await chat.waitFor(() => composer(chat).length === 3, patience);
    expect(composer(chat)).toEqual(['❯ one', '  two', '  three']);
    expect(chat.cursor()).toMatchObject({x: 7, visible: true});
    expect(chat.screen()[chat.cursor().y]).toBe('  three');
    chat.write('\r');
    await answers(chat, 1);
    expect(chatBodies(server).at(-1)?.messages.at(-1)?.content).toBe('one\ntwo\nthree');
  });

  it('keeps a paste of several lines until Enter, whole and without its control characters', async () => {
    const server = await stage.server({text: ['Yes.']});
    const chat = await stage.readyChat({server});
    expect(chat.modes().bracketedPasteMode).toBe(true);
    chat.write('\x1b[200~first\rsecond\r\n\tthird \x1b]0;title\x07\x1b[201~');
    await chat.waitFor('third', patience);
    expect(chatBodies(server)).toHaveLength(0);
    chat.write('\r');
    await answers(chat, 1);
    const sent = chatBodies(server).at(-1)?.messages.at(-1)?.content ?? '';
    expect(sent.split('\n').slice(0, 2)).toEqual(['first', 'second']);
    expect(sent).toContain('\tthird');
    expect(sent).not.toContain('\x1b');
  });

  it('edits by graphemes', async () => {
    const server = await stage.server({text: ['Yes.']});
    const chat = await stage.readyChat({server});
    chat.write('a👩‍👩‍👧é漢\x7f\x7f\x7fb');
    await chat.waitFor('❯ ab', patience);
    say(chat, '\x01>\x05<');
    await answers(chat, 1);
    expect(chatBodies(server).at(-1)?.messages.at(-1)?.content).toBe('>ab<');
  });

  it('opens a menu at /, filters it, closes it with Esc and runs the chosen command with Enter', async () => {
    const chat = await stage.readyChat({server: await stage.server()});
    chat.write('/');
    await chat.waitFor('/help [command', patience);
    await chat.waitFor('/model [name]', patience);
    chat.write('his');
    await chat.waitFor(({screen}) => !screen().join('\n').includes('/model'), patience);
    expect(chat.screen().join('\n')).toContain('/history');
    chat.write('\x1b');
    await chat.waitFor(({screen}) => !screen().join('\n').includes('show this conversation'), patience);
    expect(composer(chat)).toEqual(['❯ /his']);
    chat.write('t');
    await chat.waitFor('show this conversation', patience);
    chat.write('\r');
    await chat.waitFor('Nothing has been said yet.', patience);
    expect(composer(chat)).toEqual(['❯ Ask anything']);
  });

  it('recalls earlier prompts, also of an earlier run, and comes back to the draft', async () => {
    const server = await stage.server({text: ['Yes.']});
    const home = stage.folder();
    const first = await stage.readyChat({server, home});
    say(first, 'from the first run');
    await answers(first, 1);
    say(first, '/quit');
    await first.exit;

    const chat = await stage.readyChat({server, home});
    say(chat, 'from this run');
    await answers(chat, 1);
    chat.write(`draft${up}`);
    await chat.waitFor(() => composer(chat)[0] === '❯ from this run', patience);
    chat.write(up);
    await chat.waitFor(() => composer(chat)[0] === '❯ from the first run', patience);
    chat.write(down + down);
    await chat.waitFor(() => composer(chat)[0] === '❯ draft', patience);
  });

  it('queues what is sent while an answer streams, and sends it afterwards', async () => {
    const held = heldAnswer({content: 'Half '}, {content: 'done.'});
    const server = await stage.server({routes: held.routes});
    const chat = await stage.readyChat({server});
    say(chat, 'one');
    await chat.waitFor('Half', patience);
    say(chat, 'two');
    await chat.waitFor('⋯ two', patience);
    expect(chatBodies(server)).toHaveLength(1);
    held.release();
    await answers(chat, 2);
    expect(chatBodies(server).map(({messages}) => messages.at(-1)?.content)).toEqual(['one', 'two']);
    expect(chat.text()).not.toContain('⋯ two');
    expect(chat.text()).toMatch(
      /❯ one\n\n● \S+\nHalf done\.[\s\S]* · 2 tokens[\s\S]*❯ two\n\n● \S+\nHalf done\./,
    );
  });

  it('gets the queue back when Esc stops the answer', async () => {
    const server = await stage.server({rate: 50, tokens: Number.POSITIVE_INFINITY});
    const chat = await stage.readyChat({server});
    say(chat, 'one');
    await chat.waitFor(streaming, patience);
    say(chat, 'two');
    say(chat, 'three');
    await chat.waitFor('⋯ three', patience);
    chat.write('draft\x1b');
    await chat.waitFor(idle, patience);
    await chat.waitFor(() => composer(chat).join('|') === '❯ two|  three|  draft', patience);
    expect(chatBodies(server).length).toBeLessThanOrEqual(1);
  });

  it('runs some commands at once while an answer streams', async () => {
    const server = await stage.server({rate: 50, tokens: Number.POSITIVE_INFINITY});
    const chat = await stage.readyChat({server, rows: 50});
    say(chat, 'one');
    await chat.waitFor(streaming, patience);
    say(chat, '/help');
    await chat.waitFor(({text}) => text().includes('A unique prefix'), patience);
    await chat.waitFor(streaming, patience);
    expect(server.closedEarly).toBe(0);
  });

  it('shows help at F1 and at ? on an empty line', async () => {
    const chat = await stage.readyChat({server: await stage.server()});
    chat.write('?');
    await chat.waitFor(({text}) => (text().match(/A unique prefix/g)?.length ?? 0) === 1, patience);
    chat.write('\x1bOP');
    await chat.waitFor(({text}) => (text().match(/A unique prefix/g)?.length ?? 0) === 2, patience);
    chat.write('why?');
    await chat.waitFor('❯ why?', patience);
  });
});
