import {expect, test} from 'vitest';
import {type ColorFacts, type ColorLevel, colorLevel} from '../../src/theme/colorLevel.ts';
import {paint} from '../../src/theme/paint.ts';
import {parseStyle, type Style} from '../../src/theme/style.ts';

function style(text: string): Style {
  const parsed = parseStyle(text);
  if (!parsed.ok) throw new Error(parsed.word);
  return parsed.style;
}

test.each<[string, ColorLevel, string]>([
  ['bold red', 0, 'x'],
  ['none', 3, 'x'],
  ['red', 1, '\u001b[31mx\u001b[39m'],
  ['bright-red', 3, '\u001b[91mx\u001b[39m'],
  ['gray', 1, '\u001b[90mx\u001b[39m'],
  ['on blue', 1, '\u001b[44mx\u001b[49m'],
  ['on bright-blue', 1, '\u001b[104mx\u001b[49m'],
  ['208', 2, '\u001b[38;5;208mx\u001b[39m'],
  ['208', 3, '\u001b[38;5;208mx\u001b[39m'],
  ['208', 1, '\u001b[33mx\u001b[39m'],
  ['#ff0000', 3, '\u001b[38;2;255;0;0mx\u001b[39m'],
  ['#f00', 2, '\u001b[38;5;196mx\u001b[39m'],
  ['#f00', 1, '\u001b[31mx\u001b[39m'],
  ['#88c0d0', 1, '\u001b[36mx\u001b[39m'],
  ['#808080', 2, '\u001b[38;5;244mx\u001b[39m'],
  ['#808080', 1, '\u001b[90mx\u001b[39m'],
  ['#586e75', 1, '\u001b[90mx\u001b[39m'],
  ['#ebdbb2', 1, '\u001b[97mx\u001b[39m'],
  ['#000', 1, '\u001b[30mx\u001b[39m'],
  ['#fff', 1, '\u001b[97mx\u001b[39m'],
  ['on #112233', 3, '\u001b[48;2;17;34;51mx\u001b[49m'],
  ['bold #ebdbb2 on #504945', 1, '\u001b[7m\u001b[1mx\u001b[22m\u001b[27m'],
  ['bold', 1, '\u001b[1mx\u001b[22m'],
  ['underline inverse', 1, '\u001b[7m\u001b[4mx\u001b[24m\u001b[27m'],
])('%s at level %i', (text, level, expected) => {
  expect(paint(style(text), level)('x')).toBe(expected);
});

test('paints nest in any order', () => {
  const red = paint(style('red'), 1);
  const blue = paint(style('blue'), 1);
  const bold = paint(style('bold'), 1);
  const dim = paint(style('dim'), 1);
  expect(red(`a${blue('b')}c`)).toBe('\u001b[31ma\u001b[34mb\u001b[39m\u001b[31mc\u001b[39m');
  expect(dim(`a${bold('b')}c`)).toBe('\u001b[2ma\u001b[1mb\u001b[22m\u001b[2mc\u001b[22m');
});

test('each line is painted by itself, and nothing is written for no text', () => {
  expect(paint(style('red'), 1)('a\nb')).toBe('\u001b[31ma\u001b[39m\n\u001b[31mb\u001b[39m');
  expect(paint(style('red'), 1)('')).toBe('');
});

const terminal: ColorFacts = {isTTY: true, term: 'xterm-256color'};
test.each<[string, Partial<ColorFacts>, ColorLevel]>([
  ['a 256-colour terminal', {}, 2],
  ['a plain terminal', {term: 'xterm'}, 1],
  ['a terminal that says nothing', {term: undefined}, 1],
  ['COLORTERM', {colorTerm: 'truecolor'}, 3],
  ['COLORTERM=24bit', {colorTerm: '24bit'}, 3],
  ['a direct terminal', {term: 'xterm-direct'}, 3],
  ['kitty', {term: 'xterm-kitty'}, 3],
  ['iTerm', {termProgram: 'iTerm.app'}, 3],
  ['Apple Terminal', {termProgram: 'Apple_Terminal'}, 2],
  ['Windows Terminal', {term: undefined, windowsTerminal: true}, 3],
  ['a dumb terminal', {term: 'dumb', colorTerm: 'truecolor'}, 0],
  ['a pipe', {isTTY: false, colorTerm: 'truecolor'}, 0],
  ['NO_COLOR', {noColor: true, colorTerm: 'truecolor'}, 0],
  ['FORCE_COLOR=0', {forceColor: '0'}, 0],
  ['FORCE_COLOR=false', {forceColor: 'false'}, 0],
  ['FORCE_COLOR=3', {forceColor: '3', isTTY: false, noColor: true}, 3],
  ['FORCE_COLOR on a pipe', {forceColor: '', isTTY: false}, 2],
  ['FORCE_COLOR=true without a terminal', {forceColor: 'true', isTTY: false, term: undefined}, 1],
  ['FORCE_COLOR=1 on a dumb terminal', {forceColor: '1', term: 'dumb'}, 1],
])('%s', (_, facts, level) => {
  expect(colorLevel({...terminal, ...facts})).toBe(level);
});
