import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {LlmError} from '../../src/core/errors.ts';
import {listThemes, loadTheme} from '../../src/theme/loadTheme.ts';
import type {Color, Style} from '../../src/theme/style.ts';
import {codeKeys, parseTheme, themeKeys} from '../../src/theme/theme.ts';

const builtIn = new URL('../../themes', import.meta.url).pathname;
const names = [
  'default',
  'dracula',
  'gruvbox',
  'high-contrast',
  'monokai',
  'nord',
  'solarized-dark',
  'solarized-light',
];

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(builtIn, file), 'utf8'));
}

function failure(action: () => unknown): LlmError {
  try {
    action();
  } catch (error) {
    if (error instanceof LlmError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('parseTheme', () => {
  test('reads styles and fills in what is left out', () => {
    const theme = parseTheme({name: 'mine', accent: 'bold #88c0d0', code: {keyword: 'bright-red on 17'}});
    expect(theme.accent).toEqual({bold: true, foreground: {kind: 'rgb', red: 0x88, green: 0xc0, blue: 0xd0}});
    expect(theme.user).toEqual(theme.accent);
    expect(theme.quote).toEqual({dim: true});
    expect(theme.code.keyword).toEqual({
      foreground: {kind: 'ansi', index: 9},
      background: {kind: 'indexed', index: 17},
    });
    expect(theme.code.tag).toEqual(theme.code.keyword);
    expect(theme.appearance).toBe('any');
    for (const key of themeKeys) expect(theme[key], key).toBeTypeOf('object');
    for (const key of codeKeys) expect(theme.code[key], key).toBeTypeOf('object');
  });

  test.each([
    [null, 'the file'],
    [[], 'the file'],
    ['x', 'the file'],
    [{}, 'name'],
    [{name: 7}, 'name'],
    [{name: ' '}, 'name'],
    [{name: 'x', appearance: 'blue'}, 'appearance'],
    [{name: 'x', acent: 'red'}, 'acent'],
    [{name: 'x', accent: 3}, 'accent'],
    [{name: 'x', accent: 'redish'}, 'accent: expected colours and attributes, but found "redish"'],
    [{name: 'x', accent: '#12345'}, '#12345'],
    [{name: 'x', accent: 'red on'}, '"on"'],
    [{name: 'x', accent: '256'}, '256'],
    [{name: 'x', code: []}, 'code'],
    [{name: 'x', code: {keyword: 'loud'}}, 'code.keyword'],
    [{name: 'x', code: {keywrd: 'red'}}, 'code.keywrd'],
  ])('refuses %j and names the key', (json, part) => {
    const error = failure(() => parseTheme(json, 'my.json'));
    expect(error.kind).toBe('usage');
    expect(error.message).toContain(part);
    expect(error.message).toContain('my.json');
  });
});

describe('the built-in themes', () => {
  test('are these', () => {
    expect(listThemes([builtIn])).toEqual(names);
  });

  test.each(names)('%s fits the schema, leaves nothing out and is named like its file', name => {
    const json = readJson(`${name}.json`) as {code: Record<string, string>} & Record<string, string>;
    const schema = readJson('theme.schema.json') as {$defs: {style: {pattern: string}}};
    const style = new RegExp(schema.$defs.style.pattern);
    expect(Object.keys(json).sort()).toEqual(['$schema', 'appearance', 'code', 'name', ...themeKeys].sort());
    expect(Object.keys(json.code).sort()).toEqual([...codeKeys].sort());
    for (const key of themeKeys) expect(json[key], key).toMatch(style);
    for (const [key, value] of Object.entries(json.code)) expect(value, key).toMatch(style);
    expect('redish').not.toMatch(style);
    expect(loadTheme(name, [builtIn]).name).toBe(name);
  });

  test('the schema knows the same keys as the reader', () => {
    const schema = readJson('theme.schema.json') as {
      properties: Record<string, unknown> & {code: {properties: object}};
    };
    expect(Object.keys(schema.properties).sort()).toEqual(
      ['$schema', 'appearance', 'code', 'name', ...themeKeys].sort(),
    );
    expect(Object.keys(schema.properties.code.properties).sort()).toEqual([...codeKeys].sort());
  });

  test('default and high-contrast use the colours of the terminal only', () => {
    for (const name of ['default', 'high-contrast']) {
      const {code, name: _, appearance, ...styles} = loadTheme(name, [builtIn]);
      expect(appearance).toBe('any');
      for (const style of [...Object.values(code), ...Object.values(styles)] as Style[]) {
        expect(style.foreground?.kind ?? 'ansi').toBe('ansi');
        expect(style.background?.kind ?? 'ansi').toBe('ansi');
      }
    }
  });

  const backgrounds: Record<string, string> = {
    dracula: '#282a36',
    gruvbox: '#282828',
    monokai: '#272822',
    nord: '#2e3440',
    'solarized-dark': '#002b36',
    'solarized-light': '#fdf6e3',
  };
  test.each(Object.entries(backgrounds))(
    'the colours of %s can be read on its background %s',
    (name, background) => {
      const theme = loadTheme(name, [builtIn]);
      const behind = luminance(parseTheme({name: 'x', text: background}).text.foreground);
      const weakest = name.startsWith('solarized') ? 2.3 : 3;
      for (const key of themeKeys) {
        if (key === 'rule' || key === 'border' || theme[key].background) continue;
        expect(contrast(luminance(theme[key].foreground), behind), key).toBeGreaterThan(weakest);
      }
      for (const key of codeKeys) {
        expect(contrast(luminance(theme.code[key].foreground), behind), `code.${key}`).toBeGreaterThan(
          weakest,
        );
      }
    },
  );
});

/** Relative luminance of WCAG 2.2. */
function luminance(color: Color | undefined): number {
  if (color?.kind !== 'rgb') throw new Error('a colour of 24 bits is expected');
  const [red = 0, green = 0, blue = 0] = [color.red, color.green, color.blue].map(channel => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

describe('loadTheme', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'llm-theme-'));
  });
  afterEach(() => {
    rmSync(folder, {recursive: true});
  });

  test("takes the person's own theme before the built-in one of that name", () => {
    writeFileSync(join(folder, 'nord.json'), '{"name": "my nord", "text": "red"}');
    expect(loadTheme('nord', [folder, builtIn]).name).toBe('my nord');
    expect(loadTheme('dracula', [folder, builtIn]).name).toBe('dracula');
    expect(listThemes([folder, builtIn])).toEqual(names);
    expect(listThemes([folder, join(folder, 'missing')])).toEqual(['nord']);
  });

  test('names the nearest ones for a name that is not there', () => {
    const error = failure(() => loadTheme('dracla', [folder, builtIn]));
    expect(error).toMatchObject({
      kind: 'usage',
      message: 'unknown theme: dracla',
      hint: 'did you mean dracula?',
    });
    expect(failure(() => loadTheme('solarized', [builtIn])).hint).toContain(
      'solarized-dark, solarized-light',
    );
    expect(failure(() => loadTheme('zzzzzzzz', [builtIn])).hint).toContain('gruvbox');
  });

  test('a name cannot leave the folders', () => {
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'out.json'), '{"name": "out"}');
    expect(readdirSync(folder)).toContain('out.json');
    expect(failure(() => loadTheme('../out', [join(folder, 'in')])).message).toBe('unknown theme: ../out');
    expect(failure(() => loadTheme('\u001b[31m', [builtIn])).message).not.toContain('\u001b');
  });

  test('a broken file is named', () => {
    writeFileSync(join(folder, 'broken.json'), '{"name": "x",');
    const error = failure(() => loadTheme('broken', [folder]));
    expect(error.kind).toBe('usage');
    expect(error.message).toContain('broken.json is not valid JSON');
  });
});
