import {describe, expect, it} from 'vitest';
import {answers, patience, say, setUpStage, streaming} from './stage.ts';
import type {Terminal} from './terminal.ts';

const stage = setUpStage();

type Document = {tokens: string[]; words: string[]; codeLines: string[]};

/** A long answer in which each word of prose and each line of code is there once, cut into tokens. */
function longAnswer(sections: number, size = {prose: 45, items: 6, code: 8}): Document {
  const words: string[] = [];
  const codeLines: string[] = [];
  let text = '';
  for (let section = 0; section < sections; section++) {
    const own = (kind: string, count: number): string[] =>
      Array.from({length: count}, (_, at) => `${kind}${section}x${at}`);
    const prose = own('w', size.prose);
    const items = own('i', size.items);
    const cells = own('c', 6);
    words.push(...prose, ...items, ...cells);
    const code = own('k', size.code).map(
      (name, at) => `${'  '.repeat(at % 3)}let ${name} = "${'=+'.repeat(10 + at * 6)}";`,
    );
    codeLines.push(...code);
    text += `${prose.join(' ')}\n\n${items.map(item => `- ${item}`).join('\n')}\n\n`;
    text += `\`\`\`js\n${code.join('\n')}\n\`\`\`\n\n`;
    text += `| ${cells.slice(0, 2).join(' | ')} |\n| --- | --- |\n| ${cells.slice(2, 4).join(' | ')} |\n| ${cells.slice(4).join(' | ')} |\n\n`;
  }
  return {tokens: text.match(/[\s\S]{1,6}/g) ?? [], words, codeLines};
}

/** The document as it stands on the terminal: words in order, and lines of code as logical lines. */
function shown(chat: Terminal): Pick<Document, 'words' | 'codeLines'> {
  const lines = chat.text().split('\n');
  return {
    words: chat.text().match(/\b[wic]\d+x\d+\b/g) ?? [],
    codeLines: lines.filter(line => line.includes('let k')),
  };
}

/** How many prompt lines with a status line below them there are. */
function composers(chat: Terminal): number {
  return chat.text().match(/^❯ .*\n(?: {2}.*\n)*.* · (?:\/help|Esc stops|\d+ of)/gm)?.length ?? 0;
}

describe('the scrollback', () => {
  it('holds an answer longer than the screen whole and once, with code in logical lines', async () => {
    const {tokens, words, codeLines} = longAnswer(8);
    const server = await stage.server({text: tokens, rate: 2000});
    const chat = await stage.readyChat({server});
    say(chat, 'tell me all');
    await answers(chat, 1);
    expect(shown(chat)).toEqual({words, codeLines});
    expect(chat.scrollback().length).toBeGreaterThan(100);
    expect(chat.clears()).toEqual({screen: 0, scrollback: 0, alternate: 0});
    expect(composers(chat)).toBe(1);
    expect(chat.text()).not.toContain(streaming);
  });

  it('holds one fence that is longer than the screen whole and once', async () => {
    const lines = Array.from({length: 150}, (_, at) => `let k${at} = ${'"long" + '.repeat(at % 15)}${at};`);
    const text = `\`\`\`js\n${lines.join('\n')}\n\`\`\`\n`.match(/[\s\S]{1,5}/g) ?? [];
    const server = await stage.server({text, rate: 3000});
    const chat = await stage.readyChat({server});
    say(chat, 'code');
    await answers(chat, 1);
    expect(shown(chat).codeLines).toEqual(lines);
    expect(chat.clears()).toEqual({screen: 0, scrollback: 0, alternate: 0});
  });

  it('loses and doubles nothing when the window is resized while an answer streams', async () => {
    // What a narrowing terminal re-wraps out of its top is beyond reach, so the blocks are small and the window high.
    const {tokens, words, codeLines} = longAnswer(12, {prose: 20, items: 2, code: 3});
    const server = await stage.server({text: tokens, rate: 300});
    const chat = await stage.readyChat({server, cols: 100, rows: 40});
    say(chat, 'tell me all');
    for (const [cols, rows, section] of [
      [60, 40, 1],
      [45, 36, 3],
      [110, 40, 5],
      [70, 30, 7],
      [100, 40, 9],
    ] as const) {
      await chat.waitFor(({text}) => text().includes(`w${section}x10`), patience);
      chat.resize(cols, rows);
    }
    await answers(chat, 1);
    expect(shown(chat).words).toEqual(words);
    expect(shown(chat).codeLines).toEqual(codeLines);
    expect(composers(chat)).toBe(1);
    expect(chat.text()).not.toContain(streaming);
    expect(chat.clears()).toEqual({screen: 0, scrollback: 0, alternate: 0});
  });

  it('keeps one composer when the window is resized while nothing streams', async () => {
    const server = await stage.server({text: ['w0x0 ', 'w0x1']});
    // The model of a screen in these tests is xterm.js, which VS Code is known by.
    const chat = await stage.readyChat({server, cols: 100, env: {TERM_PROGRAM: 'vscode'}});
    say(chat, 'a prompt of some length, so that it has to be wrapped when the window is narrow');
    await answers(chat, 1);
    chat.write('a draft of some length, so that it has to be wrapped when the window is narrow\nshort');
    await chat.waitFor('  short', patience);
    for (const cols of [40, 120, 50, 100]) {
      const before = chat.bytes();
      chat.resize(cols, 24);
      // The terminal itself wraps lines too; what counts is what the program draws then: the draft for its new width,
      // with a row of its own for what no longer fits, or without.
      await chat.waitFor(
        ({screen}) =>
          chat.bytes() > before &&
          composers(chat) === 1 &&
          cols < 80 === !/^❯ a draft.*narrow$/m.test(screen().join('\n')) &&
          !/…$/m.test(screen().join('\n')),
        patience,
      );
    }
    expect(chat.text().match(/a draft of some/g)).toHaveLength(1);
    expect(chat.text()).toMatch(/w0x0 w0x1\n\nollama\/scripted:latest · [^\n]* · 2 tokens\n\n❯ a draft/);
    chat.write('!\r');
    await answers(chat, 2);
    expect(chat.text().match(/a draft of some/g)).toHaveLength(1);
  });
});
