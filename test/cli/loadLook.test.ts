import {expect, it} from 'vitest';
import {chooseTheme} from '../../src/cli/chooseTheme.ts';
import {loadLook} from '../../src/cli/loadLook.ts';
import {fakeIo} from './fakeIo.ts';
import {isolatedEnvironment, scriptedServices} from './fakeServices.ts';

async function look(variables: Record<string, string>, terminal = true) {
  const environment = isolatedEnvironment(variables);
  const {theme} = chooseTheme(scriptedServices({}, environment).services);
  const {level, markdown} = await loadLook(theme, environment, fakeIo({terminal}).io.stdout);
  const stream = markdown(() => 80);
  return {level, text: stream.push('See [the page](https://a.b/c).\n') + stream.end()};
}

const link = '\u001b]8;';

it('has the colours that the environment asks for or is known to show', async () => {
  const xterm = {TERM: 'xterm-256color'};
  expect((await look(xterm)).level).toBe(2);
  expect((await look({...xterm, TERM_PROGRAM: 'iTerm.app'})).level).toBe(3);
  expect((await look({WT_SESSION: 'x'})).level).toBe(3);
  expect((await look({...xterm, NO_COLOR: '1'})).level).toBe(0);
  expect((await look({...xterm, FORCE_COLOR: '1'}, false)).level).toBe(1);
  expect((await look({...xterm, FORCE_COLOR: '0'})).level).toBe(0);
  expect((await look(xterm, false)).level).toBe(0);
});

it('makes links that can be clicked where the terminal is known to show them, else writes their address', async () => {
  const wezterm = {TERM: 'xterm-256color', TERM_PROGRAM: 'WezTerm'};
  expect((await look(wezterm)).text).toContain(`${link};https://a.b/c`);
  for (const [variables, terminal] of [
    [{TERM: 'xterm-256color'}, true],
    [{...wezterm, TMUX: 'x'}, true],
    [{...wezterm, NO_COLOR: '1'}, true],
    [{...wezterm, NO_COLOR: '1', FORCE_COLOR: '1'}, true],
    [{...wezterm, FORCE_COLOR: '0'}, true],
    [{...wezterm, FORCE_COLOR: '3'}, false],
  ] as const) {
    const {text} = await look(variables, terminal);
    expect(text).not.toContain(link);
    expect(text).toContain('https://a.b/c');
  }
});
