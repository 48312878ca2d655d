import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import {Command} from 'commander';
import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {createLooks, createUnseenLook} from '../../src/cli/createLooks.ts';
import {loadChatLook} from '../../src/cli/loadLook.ts';
import {defineThemes, themes} from '../../src/cli/themes.ts';
import {fakeIo} from './fakeIo.ts';
import {isolatedEnvironment, scriptedServices} from './fakeServices.ts';

function prepared(variables: Record<string, string> = {}, files: Record<string, string> = {}) {
  const environment = isolatedEnvironment(variables);
  mkdirSync(environment.paths.themes, {recursive: true});
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(environment.paths.themes, name), text);
  return {environment, services: () => scriptedServices({}, environment).services};
}

async function run(args: string[], all = prepared(), options: Parameters<typeof fakeIo>[0] = {}) {
  const io = fakeIo(options);
  const command = defineThemes(new Command()).parse(args, {from: 'user'});
  const status = await themes({command, services: all.services(), io: io.io, firstFrame: null});
  return {status, stdout: io.stdout(), stderr: io.stderr()};
}

const files = {
  'mine.json': '{"name": "mine", "appearance": "light"}',
  'broken.json': '{"name": "x", "acent": "red"}',
};

describe('llm themes list', () => {
  it('lists the themes with what they are, marks the one in use, and names the files that are broken', async () => {
    const all = prepared({LLM_THEME: 'nord'}, files);
    const {status, stdout, stderr} = await run([], all);
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines).toContain('* nord              dark');
    expect(lines).toContain('  default           any background');
    expect(lines).toContain('  mine              light, yours');
    expect(lines.filter(line => line.startsWith('*'))).toHaveLength(1);
    expect(stdout).not.toContain('broken');
    expect(stderr).toBe(
      `llm: ${path.join(all.environment.paths.themes, 'broken.json')}: unknown key acent\n`,
    );
  });

  it('names a broken file once when it is the one in use', async () => {
    const {stdout, stderr} = await run(['list'], prepared({LLM_THEME: 'broken'}, files));
    expect(stdout).toContain('* default');
    expect(stderr.match(/unknown key acent/g)).toHaveLength(1);
  });

  it('lists for programs', async () => {
    const all = prepared({}, files);
    const rows = JSON.parse((await run(['list', '--json'], all)).stdout);
    expect(rows).toContainEqual({
      name: 'mine',
      appearance: 'light',
      own: true,
      current: false,
      path: path.join(all.environment.paths.themes, 'mine.json'),
    });
    expect(rows).toContainEqual(
      expect.objectContaining({name: 'solarized-dark', counterpart: 'solarized-light'}),
    );
    expect(rows.filter((row: {current: boolean}) => row.current)).toEqual([
      expect.objectContaining({name: 'default'}),
    ]);
  });

  it('refuses another action', async () => {
    await expect(run(['paint'])).rejects.toMatchObject({kind: 'usage'});
  });
});

describe('llm themes preview', () => {
  it('draws the example with every theme, within 80 columns', async () => {
    const {status, stdout, stderr} = await run(['preview'], prepared({COLORTERM: 'truecolor'}, files), {
      terminal: true,
    });
    expect(status).toBe(0);
    const plain = stripVTControlCharacters(stdout);
    for (const name of ['default', 'nord', 'mine', 'colorblind-light'])
      expect(plain).toContain(`── ${name} (`);
    expect(Math.max(...plain.split('\n').map(line => stringWidth(line)))).toBeLessThan(80);
    // The colour of Nord's headings, for one.
    expect(stdout).toContain('\u001b[38;2;136;192;208m');
    expect(stderr).toContain('unknown key acent');
  });

  it('draws one theme alone, and fits a narrow terminal', async () => {
    const {stdout} = await run(['preview', 'nord'], prepared(), {terminal: true, columns: 40});
    const plain = stripVTControlCharacters(stdout);
    expect(plain.match(/^── /gm)).toHaveLength(2);
    for (const part of ['Reading a file', 'mode', 'thought for', '✗', 'tok/s', '/model'])
      expect(plain).toContain(part);
    // Code is left as it is, for copies.
    const prose = plain.split('\n').filter(line => !/^(async def| +with| +return|#)/.test(line));
    expect(Math.max(...prose.map(line => stringWidth(line)))).toBeLessThan(40);
  });

  it('has no colours with NO_COLOR and on a pipe', async () => {
    expect(
      (await run(['preview', 'nord'], prepared({NO_COLOR: '1'}), {terminal: true})).stdout,
    ).not.toContain('\u001b');
    expect((await run(['preview', 'nord'])).stdout).not.toContain('\u001b');
  });

  it('names the nearest of an unknown theme', async () => {
    await expect(run(['preview', 'nrod'])).rejects.toMatchObject({kind: 'usage', hint: 'did you mean nord?'});
  });
});

describe('the looks for the slash commands', () => {
  it('change what is drawn, and write the setting', async () => {
    const all = prepared({}, files);
    const {environment} = all;
    const look = await loadChatLook('default', environment, fakeIo({terminal: true}).io.stdout);
    const looks = createLooks(all.services(), look);
    expect(looks.themes()).toContain('mine');
    expect(looks.themes()).not.toContain('broken');
    expect(looks.faults()).toEqual([expect.stringContaining('broken.json: unknown key acent')]);
    expect(looks.describe('mine')).toBe('light, yours');
    expect(looks.describe('nothing')).toBe('');
    const before = looks.sample(60);
    expect(before.map(line => stripVTControlCharacters(line)).slice(0, 3)).toEqual([
      'Bold, soft, code and a link (https://example.org)',
      expect.stringMatching(/^── /),
      '// Count the lines that are not empty.',
    ]);
    looks.use('nord');
    expect(looks.sample(60)).not.toEqual(before);
    expect(looks.current()).toBe('nord');
    expect(look.theme().name).toBe('nord');
    await looks.keep('nord');
    expect(JSON.parse(readFileSync(environment.paths.config, 'utf8'))).toEqual({theme: 'nord'});
    expect(() => looks.use('broken')).toThrow('broken.json: unknown key acent');
  });

  it('begin with the theme for the background that the environment tells', async () => {
    const {environment} = prepared({COLORFGBG: '0;15'});
    const look = await loadChatLook('solarized-dark', environment, fakeIo({terminal: true}).io.stdout);
    expect(look.name()).toBe('solarized-light');
    const looks = createLooks(prepared().services(), look);
    expect(looks.describe('solarized-dark')).toBe('dark · shows as solarized-light here');
    expect(looks.describe('solarized-light')).toBe('light');
  });

  it('keep a name where nothing is drawn, but only one that there is', () => {
    const all = prepared();
    const looks = createLooks(all.services(), createUnseenLook('default', all.environment));
    looks.use('nord');
    expect(looks.current()).toBe('nord');
    expect(() => looks.use('nrod')).toThrow('unknown theme');
    expect(looks.current()).toBe('nord');
    expect(looks.sample(60)).toEqual([]);
  });
});
