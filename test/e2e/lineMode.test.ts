import {describe, expect, it} from 'vitest';
import {chatBodies, patience, scripted, setUpStage} from './stage.ts';

const stage = setUpStage();

describe('the chat without a screen', () => {
  it('takes one turn a line from a pipe, commands too', async () => {
    const server = await stage.server({text: ['Hello ', 'there.']});
    const home = stage.folder();
    const {status, stdout, stderr} = await stage.run(['chat', '-m', scripted], {
      server,
      home,
      input: 'hi\n/history\n/model nonsense\nagain\n',
    });
    // What failed last decides: here it is the model that nobody knows.
    expect(status).toBe(2);
    expect(stderr).toContain('nonsense');
    expect(stdout).toMatch(/^llm \d[\s\S]*Hello there\.[\s\S]*> hi\n +Hello there\.[\s\S]*Hello there\./);
    expect(stdout).not.toContain('\x1b');
    expect(chatBodies(server).map(({messages}) => messages.at(-1)?.content)).toEqual(['hi', 'again']);
    expect((await stage.run(['history', 'list'], {home})).stdout).toContain('4 messages');
  });

  it('ends at /quit with status 0', async () => {
    const server = await stage.server({text: ['Never.']});
    const {status} = await stage.run(['chat', '-m', scripted], {server, input: '/quit\nhi\n'});
    expect(status).toBe(0);
    expect(chatBodies(server)).toHaveLength(0);
  });

  it('works on a dumb terminal', async () => {
    const server = await stage.server({text: ['Hello ', 'there.']});
    const terminal = stage.terminal(['chat', '-m', scripted], {server, env: {TERM: 'dumb'}});
    await terminal.waitFor('Enter sends', patience);
    terminal.write('hi\r');
    await terminal.waitFor('Assistant: Hello there.', patience);
    terminal.write('/quit\r');
    expect(await terminal.exit).toEqual({code: 0, signal: 0});
    expect(terminal.raw()).not.toContain('\x1b');
  });

  it('is opened by --screen-reader on a terminal, without a frame or a spinner', async () => {
    const server = await stage.server({text: ['Hello ', 'there.']});
    const terminal = stage.terminal(['chat', '--screen-reader', '-m', scripted], {server});
    await terminal.waitFor('You: ', patience);
    terminal.write('hi\r');
    await terminal.waitFor('first token', patience);
    expect(terminal.raw()).toMatch(/Assistant: Hello there\.\s+\(ollama\/scripted:latest, /);
    terminal.write('/quit\r');
    expect(await terminal.exit).toEqual({code: 0, signal: 0});
    expect(terminal.raw()).not.toMatch(/[❯│─⠀-⣿]|\u001b\[(?:\?|2J|3J)/u);
  });
});
