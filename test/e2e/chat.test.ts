import {describe, expect, it} from 'vitest';
import {answers, chatBodies, heldAnswer, idle, patience, say, scripted, setUpStage} from './stage.ts';

const stage = setUpStage();
/** SGR that sets a foreground or background colour. */
const colour = /\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m/;

describe('llm chat', () => {
  it('paints a prompt line first, then says which model answers, on the same screen', async () => {
    const server = await stage.server();
    const chat = stage.chat({server});
    let first = '';
    chat.onData(piece => {
      if (!first.includes('❯')) first += piece.toString();
    });
    await chat.waitFor('Enter sends', patience);
    expect(first).toContain('starting');
    expect(chat.screen()[0]).toMatch(
      /^llm \d+\.\d+\.\d+ · ollama\/scripted:latest · Ollama at 127\.0\.0\.1:\d+$/,
    );
    expect(chat.text()).not.toContain('starting');
    expect(chat.text()).not.toContain('llm …');
    expect(chat.screen().filter(line => line.startsWith('❯'))).toEqual(['❯ Ask anything']);
    expect(chat.cursor()).toEqual({x: 2, y: 3, visible: true});
    expect(chat.clears()).toEqual({screen: 0, scrollback: 0, alternate: 0});
  });

  it('answers from the built-in guide, rendered, when no server is there', async () => {
    const chat = await stage.readyChat();
    expect(chat.text()).toContain('local/guide');
    say(chat, 'how do I switch models?');
    await answers(chat, 1);
    const answer = chat.text().split('❯ how do I switch models?')[1] ?? '';
    expect(answer).toContain('/model');
    expect(answer).not.toMatch(/`|\*\*/);
    expect(answer).toMatch(/local\/guide · .* to first token · .* tok\/s · \d+ tokens/);
  });

  it('finds the server at OLLAMA_HOST by itself, uses it and shows figures and status', async () => {
    const server = await stage.server({models: ['found:1b'], text: ['Hel', 'lo **there**', '.'], rate: 20});
    const chat = await stage.readyChat({server, args: []});
    expect(chat.text()).toContain('ollama/found:1b');
    say(chat, 'hi');
    await answers(chat, 1);
    expect(chatBodies(server)).toMatchObject([
      {model: 'found:1b', messages: [{role: 'user', content: 'hi'}]},
    ]);
    expect(chat.text()).toMatch(
      /❯ hi\n\n● found:1b\nHello there\.\n\nollama\/found:1b · \d+ ms to first token · 20 tok\/s · 3 tokens/,
    );
    expect(chat.screen().at(chat.cursor().y + 1)).toMatch(/^ollama\/found:1b · .*\/help · Ctrl\+D quits$/);
  });

  it('sends the earlier turns with the next prompt', async () => {
    const server = await stage.server({text: ['Fine.']});
    const chat = await stage.readyChat({server});
    say(chat, 'one');
    await answers(chat, 1);
    say(chat, 'two');
    await answers(chat, 2);
    expect(chatBodies(server)[1]?.messages.map(({content}) => content)).toEqual(['one', 'Fine.', 'two']);
  });

  it('folds thinking to one line with its duration', async () => {
    const held = heldAnswer({thinking: 'Let me ponder this.'}, {content: 'It is 4.'});
    const server = await stage.server({routes: held.routes});
    const chat = await stage.readyChat({server});
    say(chat, '2+2');
    await chat.waitFor('thinking', patience);
    held.release();
    await answers(chat, 1);
    expect(chat.text()).toMatch(/∴ thought for [\d.]+ m?s\n\nIt is 4\./);
    expect(chat.text()).not.toContain('ponder');
  });

  it('keeps the keys that are typed before the screen is ready, and sends what was entered', async () => {
    const server = await stage.server({text: ['Quick.']});
    const chat = stage.chat({server});
    await chat.waitFor(terminal => terminal.bytes() > 0, patience);
    chat.write('typed early\r');
    chat.write('and a draft');
    await chat.waitFor('Quick.', patience);
    await chat.waitFor('❯ and a draft', patience);
    expect(chatBodies(server)[0]?.messages.at(-1)?.content).toBe('typed early');
    expect(chat.text().match(/typed early/g)).toHaveLength(1);
  });

  it('keeps what was typed before it had even begun to run', async () => {
    const server = await stage.server();
    const chat = stage.chat({server});
    chat.write('very early');
    await chat.waitFor(idle, patience);
    await chat.waitFor('❯ very early', patience);
    expect(chat.text().match(/very early/g)).toHaveLength(1);
  });

  it('sends what was entered before it had even begun to run', async () => {
    const server = await stage.server({text: ['Quick.']});
    const chat = stage.chat({server});
    chat.write('very early\rand a draft');
    await chat.waitFor('Quick.', patience);
    await chat.waitFor('❯ and a draft', patience);
    expect(chatBodies(server)[0]?.messages.at(-1)?.content).toBe('very early');
  });

  it('ends with status 2 and one line when the model is not known, and leaves a sane terminal', async () => {
    const server = await stage.server({models: ['qwen2.5-coder:3b']});
    const chat = stage.chat({server, cols: 200, args: ['-m', 'qwen2.5-codr:3b']});
    expect(await chat.exit).toEqual({code: 2, signal: 0});
    expect(chat.text()).toMatch(/^llm: [^\n]*qwen2\.5-codr:3b[^\n]*ollama\/qwen2\.5-coder:3b[^\n]*$/);
    expect(chat.cursor().visible).toBe(true);
    expect(chat.modes().bracketedPasteMode).toBe(false);
  });

  it('says it when the server does not know the model, and lives on', async () => {
    const server = await stage.server({
      routes: {'POST /api/chat': {status: 404, body: '{"error":"model \'absent\' not found"}'}},
    });
    const chat = await stage.readyChat({server, args: ['-m', 'ollama/absent']});
    say(chat, 'hi');
    await chat.waitFor(/✗ .*absent/, patience);
    await chat.waitFor(idle, patience);
  });

  it('uses no colour with NO_COLOR', async () => {
    const server = await stage.server({tokens: 60});
    const chat = await stage.readyChat({server, env: {NO_COLOR: '1', COLORTERM: 'truecolor'}});
    say(chat, 'hi');
    await answers(chat, 1);
    expect(chat.raw()).not.toMatch(colour);
  });

  it('uses colour without it', async () => {
    const server = await stage.server({tokens: 60});
    const chat = await stage.readyChat({server, env: {COLORTERM: 'truecolor'}});
    say(chat, 'hi');
    await answers(chat, 1);
    expect(chat.raw()).toMatch(colour);
  });

  it('works in 40 columns and 10 rows', async () => {
    const server = await stage.server({tokens: 400});
    const chat = await stage.readyChat({server, cols: 40, rows: 10});
    say(chat, 'a prompt that is longer than the forty columns of this terminal');
    await answers(chat, 1);
    say(chat, '/help');
    await chat.waitFor(({text}) => text().includes('A unique prefix'), patience);
    await chat.waitFor('❯ Ask anything', patience);
    expect(chat.clears()).toEqual({screen: 0, scrollback: 0, alternate: 0});
    expect(chat.text().match(/❯ a prompt that/g)).toHaveLength(1);
    expect(chat.screen().filter(line => line.startsWith('❯ Ask anything'))).toHaveLength(1);
  });

  it('stores nothing with -n', async () => {
    const server = await stage.server({text: ['A secret answer.']});
    const home = stage.folder();
    const chat = await stage.readyChat({server, home, args: ['-n', '-m', scripted]});
    say(chat, 'a secret question');
    await answers(chat, 1);
    say(chat, '/quit');
    expect(await chat.exit).toEqual({code: 0, signal: 0});
    const {stdout} = await stage.shell('grep -rl secret . || find . -type f', {home});
    expect(stdout).toBe('');
  });
});
