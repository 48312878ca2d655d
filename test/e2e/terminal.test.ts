import {afterEach, describe, expect, it} from 'vitest';
import {countClears, openTerminal, type Terminal, type TerminalOptions} from './terminal.ts';

const open: Terminal[] = [];
const start = (options: Partial<TerminalOptions> & {script?: string}): Terminal => {
  const {script, ...rest} = options;
  const terminal = openTerminal({command: '/bin/sh', args: ['-c', script ?? 'cat'], ...rest});
  open.push(terminal);
  return terminal;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map(terminal => terminal.close()));
});

describe('the terminal of the tests', () => {
  it('shows what is typed and what the program writes', async () => {
    const terminal = start({});
    terminal.write('hello\r');
    await terminal.waitFor(({screen}) => screen().filter(line => line === 'hello').length === 2);
    expect(terminal.cursor()).toEqual({x: 0, y: 2, visible: true});
  });

  it('keeps what leaves the screen and joins lines that the terminal wrapped', async () => {
    const terminal = start({
      cols: 10,
      rows: 3,
      script: 'printf "one\\ntwo\\nabcdefghijklmno\\nlast\\n"',
    });
    await terminal.exit;
    expect(terminal.scrollback()).toEqual(['one', 'two', 'abcdefghij']);
    expect(terminal.screen()).toEqual(['klmno', 'last', '']);
    expect(terminal.text()).toBe('one\ntwo\nabcdefghijklmno\nlast');
  });

  it('tells the exit status, and the signal that ended the program', async () => {
    expect(await start({script: 'exit 3'}).exit).toEqual({code: 3, signal: 0});
    const terminal = start({script: 'echo ready; cat'});
    await terminal.waitFor('ready');
    terminal.kill('SIGKILL');
    expect((await terminal.exit).signal).toBe(9);
  });

  it('answers a question for the cursor position and, if told to, for the background', async () => {
    const terminal = start({
      background: 'light',
      script:
        'stty raw -echo; printf "\\033[6n\\033]11;?\\033\\\\"; dd bs=1 count=30 2>/dev/null | od -c | tr -d " "',
    });
    await terminal.waitFor(/033\[1;1R033\]11;rgb:f/);
  });

  it('counts erasures and switches of the screen', () => {
    expect(countClears(`a\x1b[2Jb\x1b${'[3J'}\x1b[?1049h\x1b[?1049l\x1b[2Kc`)).toEqual({
      screen: 1,
      scrollback: 1,
      alternate: 2,
    });
  });

  it('lets the program see a new size', async () => {
    const terminal = start({script: 'trap "stty size" WINCH; echo ready; while :; do read x; done'});
    await terminal.waitFor('ready');
    terminal.resize(50, 20);
    await terminal.waitFor('20 50');
  });

  it('passes nothing of its own environment on', async () => {
    const terminal = start({script: 'env', env: {EXTRA: 'given'}});
    await terminal.exit;
    expect(terminal.text()).toContain('EXTRA=given');
    expect(terminal.text()).not.toContain('VITEST');
  });

  it('fails a wait with the screen in the message when the program ends first', async () => {
    const terminal = start({script: 'echo something else'});
    await expect(terminal.waitFor('never')).rejects.toThrow(
      /ended without it: "never"(?:.|\n)*something else/,
    );
  });
});
