import {describe, expect, it} from 'vitest';
import {readAnswers, type TerminalAnswers} from '../../../src/cli/diagnose/queryTerminal.ts';
import {type TerminalFacts, terminalFindings} from '../../../src/cli/diagnose/terminalFindings.ts';
import {readEnvironment} from '../../../src/cli/environment.ts';

const good: TerminalAnswers = {
  kittyKeys: true,
  background: 'dark',
  clipboard: true,
  widths: {cjk: 2, emoji: 2},
};

function find(variables: Record<string, string>, facts: Partial<TerminalFacts> = {}) {
  const environment = readEnvironment({variables, home: '/', workingFolder: '/'});
  return terminalFindings(environment, {screen: {isTTY: true, columns: 80, rows: 24}, ...facts});
}

const states = (found: ReturnType<typeof find>) =>
  found.filter(({state}) => state !== 'ok').map(({text}) => text);

describe('the answers of a terminal', () => {
  it('are read when the last has come, whatever else was typed', () => {
    const all =
      'x\x1bP>|WezTerm 2024\x1b\\\x1b[?1u\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[5;3R\x1b[5;2Rabc\x1b[?62;22;52c';
    expect(readAnswers(all.slice(0, -1))).toBeUndefined();
    expect(readAnswers(all)).toEqual({
      version: 'WezTerm 2024',
      kittyKeys: true,
      background: 'dark',
      clipboard: true,
      widths: {cjk: 2, emoji: 1},
    });
  });

  it('may be few', () => {
    expect(readAnswers('\x1b[?1;2c')).toEqual({kittyKeys: false, clipboard: false, widths: {}});
  });
});

describe('what doctor says of a terminal', () => {
  it('is all well with one that can do everything', () => {
    const found = find({TERM: 'xterm-kitty'}, {answers: {...good, version: 'kitty(0.40)'}});
    expect(states(found)).toEqual([]);
    expect(found[0]?.text).toBe('kitty(0.40) (TERM xterm-kitty), 80 × 24, true colour');
  });

  it.each([
    [{TERM: 'dumb'}, {}, 'TERM is dumb'],
    [{}, {}, 'TERM is not set'],
    [{TERM: 'xterm'}, {screen: {isTTY: true, columns: 30, rows: 24}}, 'it is very small'],
    [{TERM: 'xterm'}, {answers: null}, 'it does not answer questions'],
    [
      {TERM: 'xterm'},
      {answers: {...good, widths: {cjk: 1, emoji: 2}}},
      'it gives Chinese characters 1 columns',
    ],
    [{TERM: 'xterm'}, {answers: {...good, widths: {cjk: 2, emoji: 4}}}, 'it gives emoji 4 columns'],
    [{TERM: 'xterm', SSH_TTY: '/dev/x'}, {answers: {...good, clipboard: false}}, 'whether it takes texts'],
  ] as const)('names what is wrong: %j %j', (variables, facts, text) => {
    const found = find(variables, facts);
    expect(states(found)).toEqual([expect.stringContaining(text)]);
    expect(found.find(({state}) => state !== 'ok')?.remedy).toBeTruthy();
  });

  it('is nothing where there is none', () => {
    expect(find({TERM: 'xterm'}, {screen: {}})).toEqual([
      {area: 'terminal', state: 'ok', text: expect.stringContaining('not a terminal')},
    ]);
  });

  it('says that NO_COLOR is obeyed', () => {
    expect(find({TERM: 'xterm', NO_COLOR: '1'}).map(({text}) => text)).toContainEqual(
      expect.stringContaining('NO_COLOR is set'),
    );
  });

  it('names the line for each option of tmux that does not fit', () => {
    const options = {
      'set-clipboard': 'external',
      'escape-time': '500',
      'extended-keys': 'off',
      'focus-events': 'on',
      'allow-passthrough': 'off',
    };
    const found = find({TERM: 'tmux-256color', TMUX: 'x'}, {tmux: new Map(Object.entries(options))});
    expect(found.flatMap(({area, remedy}) => (area === 'tmux' ? [remedy] : []))).toEqual([
      'In ~/.tmux.conf: set -s escape-time 10',
      'In ~/.tmux.conf: set -s extended-keys on',
      'In ~/.tmux.conf: set -g allow-passthrough on',
    ]);
    const fitting = {...options, 'escape-time': '10', 'extended-keys': 'always', 'allow-passthrough': 'all'};
    const fine = find({TERM: 'tmux-256color', TMUX: 'x'}, {tmux: new Map(Object.entries(fitting))});
    expect(states(fine)).toEqual([]);
  });
});
