import {describe, expect, it} from 'vitest';
import {answers, heldAnswer, idle, ollamaLine, patience, say, setUpStage} from './stage.ts';
import type {Terminal} from './terminal.ts';

const stage = setUpStage();
const openKey = '\x0f';
const end = '\x1b[F';

/** Forty paragraphs and a code block, so that the answer is longer than the screen. */
const longText = `${Array.from({length: 40}, (_, index) => `paragraph ${index + 1} of it\n\n`).join('')}\`\`\`js\nlet needle = 1;\n\`\`\`\n`;

const tokens = (text: string): string[] => text.match(/[\s\S]{1,6}/g) ?? [];

function bottom(chat: Terminal): string {
  return chat.screen().at(-1) ?? '';
}

/** What is printed above the composer, once that stands below the last line of figures. */
async function printed(chat: Terminal): Promise<string> {
  await chat.waitFor(({text}) => text().slice(text().lastIndexOf(' tokens')).includes(idle), patience);
  return chat.text().slice(0, chat.text().lastIndexOf('\n❯'));
}

async function open(chat: Terminal): Promise<void> {
  chat.write(openKey);
  await chat.waitFor(({alternate}) => alternate() && bottom(chat).includes('q closes'), patience);
}

async function close(chat: Terminal): Promise<void> {
  chat.write('q');
  await chat.waitFor(({alternate, screen}) => !alternate() && screen().join('\n').includes(idle), patience);
}

describe('the transcript viewer', () => {
  it('scrolls, searches and copies on a screen of its own, and leaves the main one as it was', async () => {
    const server = await stage.server({text: tokens(longText), tokens: tokens(longText).length});
    const chat = await stage.readyChat({server, env: {SSH_TTY: '/dev/pts/9'}});
    say(chat, 'tell me all');
    await answers(chat, 1);
    const before = await printed(chat);

    await open(chat);
    expect(chat.screen().join('\n')).toContain('let needle = 1;');
    expect(bottom(chat)).toContain('100 %');
    chat.write('g');
    await chat.waitFor(/❯ tell me all\n\n {2}paragraph 1 of it/, patience);
    chat.write(' ');
    await chat.waitFor('paragraph 15 of it', patience);
    chat.write('/needle');
    await chat.waitFor('› let needle = 1;', patience);
    await chat.waitFor(/\/needle +1\/1/, patience);
    chat.write('\r');
    await chat.waitFor('/needle 1/1', patience);
    while (!/▌ .*js/.test(chat.screen().join('\n'))) {
      const seen = chat.screen().join('\n');
      chat.write('\t');
      await chat.waitFor(({screen}) => screen().join('\n') !== seen, patience);
    }
    chat.write('c');
    const code = Buffer.from('let needle = 1;').toString('base64');
    await chat.waitFor(({raw}) => raw().includes(`]52;c;${code}`), patience);
    await chat.waitFor(() => bottom(chat).startsWith('Code block · '), patience);
    await close(chat);

    expect(await printed(chat)).toBe(before);
    expect(chat.clears()).toEqual({screen: 0, scrollback: 0, alternate: 2});
  });

  it('follows an answer that streams; what ended meanwhile is printed once', async () => {
    const {routes, release} = heldAnswer({content: 'The beginning.\n\n'}, {content: 'The very end.'});
    const server = await stage.server({routes});
    const chat = await stage.readyChat({server});
    say(chat, 'slowly');
    await chat.waitFor('The beginning.', patience);
    await open(chat);
    await chat.waitFor('answering', patience);
    release();
    await chat.waitFor(({screen}) => /The very end\.\n\n {2}ollama/.test(screen().join('\n')), patience);
    expect(bottom(chat)).not.toContain('answering');
    await close(chat);
    await answers(chat, 1);
    expect(chat.text().match(/The very end\./g)).toHaveLength(1);
    expect(chat.text().match(/The beginning\./g)).toHaveLength(1);
    expect(chat.clears()).toEqual({screen: 0, scrollback: 0, alternate: 2});
  });

  it('redraws itself in another size, and the chat comes back in it', async () => {
    const server = await stage.server({text: tokens(longText), tokens: tokens(longText).length});
    const chat = await stage.readyChat({server});
    say(chat, 'tell me all');
    await answers(chat, 1);
    await open(chat);
    for (const [columns, rows] of [
      [40, 8],
      [100, 40],
      [60, 16],
    ] as const) {
      chat.resize(columns, rows);
      // What the terminal itself has cut looks the same but for the hint at its right end.
      await chat.waitFor(
        () => /^── tell me all · 100 %.*q closes$/.test(bottom(chat)) && bottom(chat).length === columns - 1,
        patience,
      );
      expect(chat.screen()).toHaveLength(rows);
      await chat.waitFor('let needle = 1;', patience);
      expect(chat.screen().filter(row => row.includes('tell me all ·'))).toHaveLength(1);
    }
    await close(chat);
    expect(chat.text().match(/paragraph 40 of it/g)).toHaveLength(1);
    expect(chat.text().match(/^❯ Ask anything/gm)).toHaveLength(1);
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('gives the terminal back at %s', async signal => {
    const server = await stage.server({text: ['Yes.'], tokens: 1});
    const chat = await stage.readyChat({server});
    say(chat, 'hi');
    await answers(chat, 1);
    await open(chat);
    chat.kill(signal);
    const {code} = await chat.exit;
    expect(code).toBe({SIGTERM: 143, SIGHUP: 129, SIGINT: 130}[signal]);
    expect(chat.alternate()).toBe(false);
    expect(chat.cursor().visible).toBe(true);
    expect(chat.modes().bracketedPasteMode).toBe(false);
    expect(chat.clears().alternate).toBe(2);
    expect(chat.text()).toContain('Yes.');
  });

  it('can be opened again and again', async () => {
    const server = await stage.server({
      routes: {
        'POST /api/chat': {
          body: `${ollamaLine({content: 'Yes.'})}${ollamaLine({}, {done: true, done_reason: 'stop', eval_count: 2})}`,
        },
      },
    });
    const chat = await stage.readyChat({server});
    say(chat, 'hi');
    await answers(chat, 1);
    const before = await printed(chat);
    for (let time = 0; time < 5; time++) {
      await open(chat);
      chat.write(end);
      await close(chat);
    }
    expect(await printed(chat)).toBe(before);
    expect(chat.clears()).toEqual({screen: 0, scrollback: 0, alternate: 10});
  });
});
