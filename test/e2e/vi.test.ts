import {chmodSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {ScriptedServer} from '../backends/scriptedServer.ts';
import {answers, chatBodies, patience, say, setUpStage, streaming} from './stage.ts';
import type {Terminal} from './terminal.ts';

const stage = setUpStage();
const escapeKey = '\x1b';

/** A chat that edits as in vi. */
async function viChat(
  scene: {server?: ScriptedServer; env?: Record<string, string>} = {},
): Promise<Terminal> {
  const home = stage.folder();
  writeFileSync(path.join(home, 'config.json'), '{"input": {"editing": "vi"}}', {mode: 0o600});
  const chat = await stage.readyChat({...scene, server: scene.server ?? (await stage.server()), home});
  await chat.waitFor('-- INSERT --', patience);
  return chat;
}

/** The shapes that the cursor was given, by DECSCUSR: 6 a bar, 2 a block, 0 the person's own. */
function shapes(chat: Terminal): string {
  return [...chat.raw().matchAll(/\x1b\[(\d*) q/g)].map(([, shape]) => shape).join('');
}

async function toNormal(chat: Terminal): Promise<void> {
  chat.write(escapeKey);
  await chat.waitFor('-- NORMAL --', patience);
}

describe('vi editing', () => {
  it('edits in NORMAL, shows its mode and what is selected, and sends from there', async () => {
    const server = await stage.server({text: ['Yes.']});
    const chat = await viChat({server});
    expect(shapes(chat)).toMatch(/6$/);
    chat.write('tell me abuot the sky');
    await chat.waitFor('❯ tell me abuot the sky', patience);
    await toNormal(chat);
    expect(shapes(chat)).toMatch(/2$/);
    expect(chat.cursor()).toMatchObject({x: 22, visible: true});
    chat.write('3bciwabout');
    await chat.waitFor('❯ tell me about the sky', patience);
    await chat.waitFor('-- INSERT --', patience);
    await toNormal(chat);
    chat.write('wv$');
    await chat.waitFor('-- VISUAL --', patience);
    await chat.waitFor(({raw}) => /\x1b\[7mthe sky/.test(raw()), patience);
    chat.write('cthe sea');
    await chat.waitFor('❯ tell me about the sea', patience);
    await toNormal(chat);
    chat.write('u');
    await chat.waitFor('❯ tell me about the sky', patience);
    chat.write('\r');
    await answers(chat, 1);
    expect(chatBodies(server).at(-1)?.messages.at(-1)?.content).toBe('tell me about the sky');
    await chat.waitFor('-- INSERT --', patience);
    await toNormal(chat);
    chat.write('k');
    await chat.waitFor(/❯ tell me about the sky\n-- NORMAL --/, patience);
    chat.write('\x12');
    await chat.waitFor('Earlier prompts', patience);
    expect(shapes(chat)).toMatch(/6$/);
  });

  it('stops an answer by Esc: at once on an empty line, after NORMAL on a filled one', async () => {
    const words = ['word ', 'after ', 'word\n\n'];
    const server = await stage.server({rate: 50, tokens: Number.POSITIVE_INFINITY, text: words});
    const chat = await viChat({server});
    say(chat, 'go on');
    await chat.waitFor('word after word', patience);
    chat.write(escapeKey);
    await answers(chat, 1);
    expect(chat.screen().join('\n')).toContain('-- INSERT --');
    say(chat, 'and again');
    await chat.waitFor(({text}) => /❯ and again[\s\S]*word after word/.test(text()), patience);
    chat.write('draft');
    await chat.waitFor('❯ draft', patience);
    await toNormal(chat);
    expect(chat.screen().join('\n')).toContain(streaming);
    chat.write(escapeKey);
    await answers(chat, 2);
    expect(chat.screen()).toContain('❯ draft');
  });

  it('gives nobody the cursor of a mode who has not asked for vi', async () => {
    const chat = await stage.readyChat({server: await stage.server()});
    say(chat, '/quit');
    await chat.exit;
    expect(shapes(chat)).toBe('');
    expect(chat.text()).not.toContain('INSERT');
  });
});

describe('the shape of the cursor', () => {
  it.each([
    ['/quit', (chat: Terminal) => chat.write('i/quit\r')],
    ['Ctrl+D', (chat: Terminal) => chat.write('\x04')],
    ['SIGTERM', (chat: Terminal) => chat.kill('SIGTERM')],
    ['SIGHUP', (chat: Terminal) => chat.kill('SIGHUP')],
    ['a crash', (chat: Terminal) => chat.kill('SIGUSR2')],
  ])('is given back at the end by %s', async (_name, end) => {
    const crash = `process.on('SIGUSR2', () => { throw new Error('crash'); });`;
    const chat = await viChat({
      env: {NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`},
    });
    await toNormal(chat);
    end(chat);
    await chat.exit;
    expect(shapes(chat)).toMatch(/[26]0$/);
    expect(chat.modes().bracketedPasteMode).toBe(false);
  });

  it('is given back to an editor and to the shell, and is that of the mode afterwards', async () => {
    const folder = stage.folder();
    const editor = path.join(folder, 'editor.sh');
    writeFileSync(editor, '#!/bin/sh\nprintf "in the editor\\n"\nprintf "edited" > "$1"\n');
    chmodSync(editor, 0o700);
    const chat = await viChat({env: {EDITOR: editor}});
    await toNormal(chat);
    chat.write('\x07');
    await chat.waitFor('❯ edited', patience);
    expect(shapes(chat)).toMatch(/202$/);
    expect(chat.raw()).toMatch(/\x1b\[0 q(?:(?!\x1b\[\d q)[\s\S])*in the editor[\s\S]*\x1b\[2 q/);
    const before = shapes(chat).length;
    // Nobody continues it here, as no shell does its job control: it goes on by itself.
    chat.write('\x1a');
    await chat.waitFor(() => shapes(chat).length === before + 2, patience);
    expect(shapes(chat)).toMatch(/02$/);
  });
});
