import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {LlmError} from '../../src/core/errors.ts';
import type {ColorLevel} from '../../src/theme/colorLevel.ts';
import {listThemes, loadTheme, loadThemeFor, surveyThemes} from '../../src/theme/loadTheme.ts';
import type {Style} from '../../src/theme/style.ts';
import {codeKeys, parseTheme, type Theme, themeKeys} from '../../src/theme/theme.ts';
import {assumed, contrastOf, type Palette} from './contrast.ts';

const builtIn = new URL('../../themes', import.meta.url).pathname;
const names = [
  'colorblind',
  'colorblind-light',
  'default',
  'dracula',
  'gruvbox',
  'gruvbox-light',
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

  test('takes other styles on a background that they are given for', () => {
    const json = {
      name: 'mine',
      dim: 'dim',
      accent: 'red',
      code: {string: 'red'},
      light: {accent: 'blue', code: {string: 'blue'}},
    };
    const index = (style: Style) => style.foreground?.kind === 'ansi' && style.foreground.index;
    for (const background of [undefined, 'dark'] as const) {
      const theme = parseTheme(json, 'x', background);
      expect([theme.accent, theme.user, theme.code.regexp].map(index)).toEqual([1, 1, 1]);
    }
    const light = parseTheme(json, 'x', 'light');
    expect([light.accent, light.user, light.code.regexp].map(index)).toEqual([4, 4, 4]);
    expect(light.dim).toEqual({dim: true});
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
    [{name: 'x', counterpart: 1}, 'counterpart'],
    [{name: 'x', light: 'red'}, 'light'],
    [{name: 'x', light: {acent: 'red'}}, 'light.acent'],
    [{name: 'x', dark: {accent: 'redish'}}, 'dark.accent'],
    [{name: 'x', dark: {code: {keyword: 'loud'}}}, 'dark.code.keyword'],
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
    const {counterpart, dark, light, ...json} = readJson(`${name}.json`) as {
      code: Record<string, string>;
    } & Record<string, string>;
    const schema = readJson('theme.schema.json') as {$defs: {style: {pattern: string}}};
    const style = new RegExp(schema.$defs.style.pattern);
    expect(Object.keys(json).sort()).toEqual(['$schema', 'appearance', 'code', 'name', ...themeKeys].sort());
    for (const variant of [dark, light]) expect(variant === undefined).toBe(name !== 'default');
    expect(Object.keys(json.code).sort()).toEqual([...codeKeys].sort());
    for (const key of themeKeys) expect(json[key], key).toMatch(style);
    for (const [key, value] of Object.entries(json.code)) expect(value, key).toMatch(style);
    expect('redish').not.toMatch(style);
    expect(loadTheme(name, [builtIn]).name).toBe(name);
  });

  test('the schema knows the same keys as the reader', () => {
    type Keys = {properties: Record<string, unknown>};
    const schema = readJson('theme.schema.json') as Keys & {$defs: {code: Keys; sheet: Keys}};
    const own = ['$schema', 'appearance', 'counterpart', 'dark', 'light', 'name'];
    expect(Object.keys(schema.properties).sort()).toEqual([...own, 'code', ...themeKeys].sort());
    expect(Object.keys(schema.$defs.sheet.properties).sort()).toEqual(['code', ...themeKeys].sort());
    expect(Object.keys(schema.$defs.code.properties).sort()).toEqual([...codeKeys].sort());
  });

  test('default and high-contrast use the colours of the terminal only, until it has said what it is', () => {
    for (const name of ['default', 'high-contrast']) {
      const theme = loadTheme(name, [builtIn]);
      expect(theme.appearance).toBe('any');
      for (const style of Object.values(stylesOf(theme))) {
        expect(style.foreground?.kind ?? 'ansi').toBe('ansi');
        expect(style.background?.kind ?? 'ansi').toBe('ansi');
      }
    }
  });

  test('those of a pair name each other', () => {
    const pairs = names
      .map(name => ({...loadTheme(name, [builtIn]), name}))
      .filter(theme => theme.counterpart);
    expect(pairs).toHaveLength(6);
    for (const {name, appearance, counterpart = ''} of pairs) {
      const other = loadTheme(counterpart, [builtIn]);
      expect(other.counterpart).toBe(name);
      expect([appearance, other.appearance].sort()).toEqual(['dark', 'light']);
    }
  });

  /** The background that a theme was made for, beside the common ones. */
  const made: Record<string, string> = {
    dracula: '#282a36',
    gruvbox: '#282828',
    'gruvbox-light': '#fbf1c7',
    monokai: '#272822',
    nord: '#2e3440',
    'solarized-dark': '#002b36',
    'solarized-light': '#fdf6e3',
  };
  /** Every background on which a theme is to be read. */
  const situations = names.flatMap(name => {
    const {appearance} = loadTheme(name, [builtIn]);
    const common = (['dark', 'light'] as const)
      .filter(background => appearance === 'any' || appearance === background)
      .map(background => ({name, background, palette: assumed[background]}));
    const own = made[name];
    if (appearance === 'any' || own === undefined) return common;
    return [...common, {name, background: appearance, palette: {...assumed[appearance], background: own}}];
  });

  describe.each(situations)('$name on $palette.background', ({name, background, palette}) => {
    // What a theme of the terminal's own colours looks like until the terminal has said what it is.
    const asked = loadTheme(name, [builtIn], background);
    const unasked = loadTheme(name, [builtIn]);

    test('has the contrast of WCAG AA: 4.5 for text, 3 for lines', () => {
      for (const theme of asked.appearance === 'any' ? [asked, unasked] : [asked])
        expect(faint(theme, palette, 3, 4.5)).toEqual([]);
    });

    test('can be read with 256 and with 16 colours', () => {
      expect(faint(asked, palette, 2, 3)).toEqual([]);
      // The 16 colours are the terminal's, and so is the background that goes with them.
      expect(faint(asked, assumed[background], 1, 2.9)).toEqual([]);
    });
  });

  test('high-contrast has that of WCAG AAA', () => {
    const theme = loadTheme('high-contrast', [builtIn]);
    for (const palette of Object.values(assumed)) expect(faint(theme, palette, 3, 7)).toEqual([]);
  });

  test.each(['colorblind', 'colorblind-light'])('%s tells apart what matters by more than the hue', name => {
    const theme = loadTheme(name, [builtIn]);
    const shape = ({foreground: _, background: __, ...attributes}: Style) => JSON.stringify(attributes);
    const groups = [
      [theme.error, theme.warning, theme.success],
      [theme.user, theme.assistant],
      [theme.code.added, theme.code.removed],
      [theme.code.keyword, theme.code.string, theme.code.comment],
      [theme.text, theme.link, theme.thinking],
    ];
    for (const group of groups) expect(new Set(group.map(shape)).size).toBe(group.length);
  });
});

/** All styles of a theme by their keys. */
function stylesOf(theme: Theme): Record<string, Style> {
  const code = codeKeys.map(key => [`code.${key}`, theme.code[key]] as const);
  return Object.fromEntries([...themeKeys.map(key => [key, theme[key]] as const), ...code]);
}

/** The keys of a theme whose contrast is too small, with it; lines want less than text. */
function faint(theme: Theme, palette: Palette, level: ColorLevel, least: number): string[] {
  return Object.entries(stylesOf(theme)).flatMap(([key, style]) => {
    const contrast = contrastOf(style, palette, level);
    const wanted = key === 'rule' || key === 'border' ? Math.min(3, least) : least;
    return contrast < wanted ? [`${key} ${contrast.toFixed(2)}`] : [];
  });
}

test('the contrast is that of WCAG', () => {
  const palette = assumed.light;
  expect(contrastOf({foreground: {kind: 'rgb', red: 0, green: 0, blue: 0}}, palette)).toBe(21);
  expect(contrastOf({foreground: {kind: 'rgb', red: 119, green: 119, blue: 119}}, palette)).toBeCloseTo(
    4.48,
    2,
  );
  expect(contrastOf({dim: true}, palette)).toBeCloseTo(2.85, 1);
});

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

  test('takes the counterpart where the background is the other one', () => {
    const names = (wanted: string, background?: 'light' | 'dark') =>
      loadThemeFor(wanted, [folder, builtIn], background).name;
    expect(names('solarized-dark', 'light')).toBe('solarized-light');
    expect(names('solarized-light', 'dark')).toBe('solarized-dark');
    expect(names('solarized-dark', 'dark')).toBe('solarized-dark');
    expect(names('solarized-dark')).toBe('solarized-dark');
    expect(names('nord', 'light')).toBe('nord');
    expect(names('default', 'light')).toBe('default');
    writeFileSync(join(folder, 'lonely.json'), '{"name": "x", "appearance": "dark", "counterpart": "gone"}');
    expect(names('lonely', 'light')).toBe('lonely');
  });

  test('a survey names the files that cannot be used, and why', () => {
    writeFileSync(join(folder, 'broken.json'), '{"name": "x", "acent": "red"}');
    writeFileSync(join(folder, 'nord.json'), '{"name": "mine"}');
    const found = surveyThemes([folder, builtIn]);
    expect(found.map(({name}) => name)).toEqual([...names, 'broken'].sort());
    const broken = found.find(({name}) => name === 'broken');
    expect(broken).toMatchObject({
      path: join(folder, 'broken.json'),
      fault: expect.stringMatching(/broken\.json: unknown key acent$/),
    });
    expect(found.find(({name}) => name === 'nord')).toMatchObject({
      path: join(folder, 'nord.json'),
      theme: {name: 'mine'},
    });
    expect(found.filter(each => 'fault' in each)).toHaveLength(1);
  });
});
