import {describe, expect, it} from 'vitest';
import {answers, idle, patience, say, setUpStage} from './stage.ts';

const stage = setUpStage();

const hostile = [
  'begin \x1b]52;c;aGFja2Vk\x07 \x1b]0;hacked\x07 \x1b]2;hacked\x1b\\ \x9d0;hacked\x9c',
  '\x1b[2J\x1b[3J\x1b[H \x1b[?1049h \x1b[?25l \x9b2J \x1bc \x1b[31m \x1bP+q544e\x1b\\ \x1b_Gi=1;x\x1b\\',
  '`\x1b]52;c;aGFja2Vk\x07` **\x1b[2J** [a\x1b[2J](https://example.org/\x1b]0;hacked\x07)',
  '\u202eright to left\u202c \u2066isolated\u2069 \x7f \b\b\b \r \x00',
  '```\x1b]0;hacked\x07\n\x1b[2J\x9b3J code\n```',
  '| a\x1b[2J | b |\n| --- | --- |\n| \x1b]0;x\x07 | \x9b2J |',
  'end',
].join('\n\n');

/** What a program that handles untrusted text well never writes; sequences of its own are taken away first. */
function attacks(raw: string): string[] {
  return (
    raw
      .replaceAll('\x1b]11;?\x1b\\', '')
      .replaceAll('\x1b]11;?\x07', '')
      .match(
        /\x1b\][^\x07]{0,20}|\x1b[P_^Xc]|\x1b\[[23]J|\x1b\[\?(?:47|1047|1049)[hl]|[\x80-\x9f]|[\u202a-\u202e\u2066-\u2069]|[\x00\x07\b\x7f]/g,
      ) ?? []
  );
}

describe('hostile text', () => {
  it.each(['bytes', 'random'] as const)(
    'of a model changes nothing of the terminal in the chat, cut into %s',
    async chunking => {
      const server = await stage.server({text: [...hostile], reasoning: [...hostile], chunking});
      const chat = await stage.readyChat({server});
      say(chat, 'attack');
      await answers(chat, 1);
      expect(chat.text()).toMatch(/begin[\s\S]*end/);
      expect(attacks(chat.raw())).toEqual([]);
      expect(chat.alternate()).toBe(false);
      expect(chat.cursor().visible).toBe(true);
      say(chat, '/history');
      await chat.waitFor('> attack', patience);
      expect(attacks(chat.raw())).toEqual([]);
    },
  );

  it.each([
    ['rendered', []],
    ['raw', ['--raw']],
    ['not streamed', ['--no-stream', '--raw']],
    ['the code only', ['-x']],
  ])('of a model changes nothing of the terminal in llm run, %s', async (_name, flags) => {
    const server = await stage.server({text: [...hostile]});
    const terminal = stage.terminal(['run', '-n', '-m', 'ollama/scripted:latest', ...flags, 'attack'], {
      server,
    });
    expect((await terminal.exit).code).toBe(0);
    expect(terminal.text()).toContain('code');
    expect(attacks(terminal.raw())).toEqual([]);
  });

  it('in the name of a model and in an error of the server changes nothing either', async () => {
    const name = 'evil\x1b]0;hacked\x07\x1b[2J\x9b3J\u202e:1b';
    const server = await stage.server({
      models: [name],
      routes: {
        'POST /api/chat': {
          status: 500,
          headers: {'content-type': 'application/json'},
          body: JSON.stringify({error: 'boom \x1b[2J\x1b]0;hacked\x07 \x9b2J'}),
        },
      },
    });
    const chat = await stage.readyChat({server, args: []});
    expect(chat.text()).toContain('evil');
    say(chat, '/model');
    await chat.waitFor('Choose a model', patience);
    chat.write('\x1b');
    await chat.waitFor(({screen}) => !screen().join('\n').includes('Choose a model'), patience);
    say(chat, 'hi');
    await chat.waitFor(/✗ .*boom/, patience);
    await chat.waitFor(idle, patience);
    expect(attacks(chat.raw())).toEqual([]);
  });

  it('in the name of a model, its licence and a refusal changes nothing among the models', async () => {
    const name = 'evil\x1b]0;hacked\x07\x1b[2J\x9b3J\u202e:1b';
    const server = await stage.server({
      models: [name],
      routes: {
        'POST /api/show': {body: JSON.stringify({license: `free ${hostile}`, details: {}})},
        'POST /api/pull': {body: '{"error":"boom \\u001b[2J\\u001b]0;hacked\\u0007"}\n'},
      },
    });
    const chat = await stage.readyChat({server, args: ['-m', `ollama/${name}`]});
    say(chat, '/model');
    await chat.waitFor(/› 1 ollama\/evil.*2\.0 GB/, patience);
    chat.write('\x1b');
    await chat.waitFor(idle, patience);
    say(chat, '/models');
    await chat.waitFor(/› evil.*2\.0 GB/, patience);
    chat.write('d');
    await chat.waitFor(/Delete ollama\/evil/, patience);
    chat.write('ns');
    await chat.waitFor(/licence\n +free/, patience);
    chat.write('qpworse\r');
    await chat.waitFor(/boom/, patience);
    chat.write('q');
    await chat.waitFor(idle, patience);
    expect(attacks(chat.raw()).filter(sequence => !sequence.includes('?1049'))).toEqual([]);
  });

  it('of an earlier conversation changes nothing when it is listed, shown, found and gone on with', async () => {
    const server = await stage.server({text: [hostile]});
    const home = stage.folder();
    await stage.run(['run', '-m', 'ollama/scripted:latest', `title \x1b]0;hacked\x07\x1b[2J\x9b2J`], {
      home,
      server,
    });
    for (const args of [['list'], ['show'], ['search', 'begin']]) {
      const terminal = stage.terminal(['history', ...args], {home, server});
      expect((await terminal.exit).code).toBe(0);
      expect(terminal.text()).toMatch(/title|begin/);
      expect(attacks(terminal.raw())).toEqual([]);
    }
    const chat = await stage.readyChat({home, server, args: ['-c']});
    await chat.waitFor(({text}) => /begin[\s\S]*end/.test(text()), patience);
    expect(attacks(chat.raw())).toEqual([]);
  });
});
