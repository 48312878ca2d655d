import {expect, test} from 'vitest';
import {type HyperlinkFacts, showsHyperlinks} from '../../src/theme/hyperlinks.ts';

const plain: HyperlinkFacts = {
  term: 'xterm-256color',
  termProgram: '',
  windowsTerminal: false,
  vteVersion: 0,
  multiplexed: false,
};

test.each<[string, Partial<HyperlinkFacts>, boolean]>([
  ['a terminal that says nothing', {}, false],
  ['WezTerm', {termProgram: 'WezTerm'}, true],
  ['iTerm', {termProgram: 'iTerm.app'}, true],
  ['Ghostty', {termProgram: 'ghostty'}, true],
  ['VS Code', {termProgram: 'vscode'}, true],
  ['Apple Terminal', {termProgram: 'Apple_Terminal'}, false],
  ['kitty', {term: 'xterm-kitty'}, true],
  ['foot', {term: 'foot'}, true],
  ['Windows Terminal', {windowsTerminal: true}, true],
  ['GNOME Terminal', {vteVersion: 6003}, true],
  ['a GNOME Terminal that crashes at links', {vteVersion: 5000}, false],
  ['an old GNOME Terminal', {vteVersion: 4205}, false],
  ['kitty under tmux', {term: 'tmux-256color', termProgram: 'ghostty', multiplexed: true}, false],
  ['a screen elsewhere, behind ssh', {term: 'screen-256color', vteVersion: 6003}, false],
])('links in %s', (_, facts, shown) => {
  expect(showsHyperlinks({...plain, ...facts})).toBe(shown);
});
