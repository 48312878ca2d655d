import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Command} from 'commander';
import {describe, expect, it} from 'vitest';
import {presets} from '../src/backends/presets.ts';
import {variableNames} from '../src/cli/environment.ts';
import {backendIds, checkTypedSetting, locateSetting, settingNames} from '../src/cli/settingsSchema.ts';
import {subcommands} from '../src/cli/subcommands.ts';
import {commands} from '../src/commands/commands.ts';
import {describeCommands} from '../src/commands/describe.ts';
import {keyLabel, keyTable} from '../src/commands/keyTable.ts';
import {markdownTable} from '../src/commands/markdownTable.ts';
import {parseLine} from '../src/commands/parseLine.ts';
import {optionNames, thinkLevels} from '../src/core/options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The text without its fenced blocks, and what stands between backticks in it. */
const prose = readme.replace(/^```[\s\S]*?^```$/gm, '');
const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text.replaceAll('\\|', '|'));
const shellLines = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, text = '']) =>
  text.trim().split('\n'),
);
/** Every command line that calls the program, from `llm` on. */
const calls = [...shellLines.map(line => line.replace(/ +# .*$/, '')), ...spans]
  .map(text => /(?:^|\| )(llm(?: .*)?)$/.exec(text)?.[1] ?? '')
  .filter(text => text !== '' && !text.includes('…'));

/** What stands under a heading, up to the next one of the same rank. */
function section(heading: string): string {
  const start = readme.indexOf(`\n## ${heading}\n`);
  expect(start, `a section "${heading}"`).toBeGreaterThan(-1);
  const end = readme.indexOf('\n## ', start + 1);
  return readme.slice(start, end === -1 ? undefined : end);
}

/** The cells of the only table in a section, without its head. */
function tableOf(heading: string): string[][] {
  const rows = section(heading)
    .split('\n')
    .filter(line => line.startsWith('|'));
  return rows.slice(2).map(row =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map(cell => cell.trim()),
  );
}

/** Words of a command line; quotes hold them together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, one, two, bare]) => one ?? two ?? bare ?? '',
  );
}

/** The flags of a subcommand, as it defines them itself. */
async function flagsOf(name: string): Promise<Set<string>> {
  const subcommand = subcommands.find(each => each.name === name);
  if (!subcommand) return new Set();
  const {define} = await subcommand.load();
  const {options} = define(new Command(name));
  return new Set(options.flatMap(({short, long}) => [short, long]).filter(flag => flag !== undefined));
}

describe('the README', () => {
  it('has the table of commands that the program has', () => {
    expect(section('Slash commands')).toContain(describeCommands(commands));
  });

  it('has the table of keys that the program has, with the names that settings know them by', () => {
    const rows = keyTable.map(({keys, summary, action}) => [
      keys.map(keyLabel).join(', '),
      summary,
      `\`${action}\``,
    ]);
    expect(section('Keys')).toContain(markdownTable(['key', 'what it does', 'name'], rows));
  });

  it('names in its text only slash commands that exist', () => {
    const used = spans.filter(span => /^\/[a-z]+(?: |$)/.test(span));
    expect(used.length).toBeGreaterThan(commands.length);
    expect(used.filter(line => parseLine(line, commands).type !== 'command')).toEqual([]);
  });

  it('says which commands act while an answer streams, and which have to be typed in full', () => {
    const flowing = prose.replace(/\s+/g, ' ');
    const [, immediate = ''] = /While an answer streams, (`.*?) act at once/.exec(flowing) ?? [];
    const [, exact = ''] = /but not for ([^.]*?)\./.exec(flowing) ?? [];
    const named = (text: string) => [...text.matchAll(/`\/(\w+)`/g)].map(([, name]) => name).sort();
    expect(named(immediate)).toEqual(
      commands
        .filter(command => command.immediate)
        .map(({name}) => name)
        .sort(),
    );
    expect(named(exact)).toEqual(
      commands
        .filter(command => command.exact)
        .map(({name}) => name)
        .sort(),
    );
  });

  it('calls the program only by subcommands and flags that it has', async () => {
    expect(calls.length).toBeGreaterThan(20);
    for (const call of calls) {
      const [, first = '', ...rest] = wordsOf(call);
      if (['', 'help', '--help', '--version'].includes(first)) continue;
      expect(
        subcommands.map(({name}) => name),
        call,
      ).toContain(first);
      const flags = await flagsOf(first);
      for (const word of rest) if (/^--?[a-z]/.test(word)) expect(flags, call).toContain(word);
    }
    for (const {name} of subcommands) expect(calls.map(call => wordsOf(call)[1])).toContain(name);
  });

  it('names in its text only flags that some subcommand has', async () => {
    const flags = new Set(['--help', '--version', '-h']);
    for (const {name} of subcommands) for (const flag of await flagsOf(name)) flags.add(flag);
    const used = spans.flatMap(span => /^--?[a-z][\w-]*/.exec(span)?.[0] ?? []);
    expect(used.length).toBeGreaterThan(3);
    expect(used.filter(flag => !flags.has(flag))).toEqual([]);
  });

  it('has every setting in its table, and no other', () => {
    const shortened = settingNames().map(name =>
      name.replace(/^(options|keys)\..*$/, (_all, group: string) => `${group}.NAME`),
    );
    expect(tableOf('Settings').map(([name = '']) => name.replaceAll('`', ''))).toEqual(
      expect.arrayContaining([...new Set(shortened)]),
    );
    expect(tableOf('Settings')).toHaveLength(new Set(shortened).size);
  });

  it('sets only what can be set, to values that fit', () => {
    const set = calls.filter(call => call.startsWith('llm config set ') && !/[A-Z]{2}/.test(call));
    expect(set.length).toBeGreaterThan(5);
    for (const call of set) {
      const [, , , key = '', ...values] = wordsOf(call);
      expect(checkTypedSetting(key, values), call).toMatchObject({ok: true});
    }
    for (const call of calls.filter(each => each.startsWith('llm config unset ')))
      expect(locateSetting(wordsOf(call)[3] ?? ''), call).toMatchObject({ok: true});
  });

  it('names every model option, and each level of thinking is one', () => {
    expect(spans).toEqual(expect.arrayContaining(optionNames.map(name => name)));
    for (const level of thinkLevels) expect(readme).toContain(level);
  });

  it('has every backend with its address and its key, and no other', () => {
    const rows = tableOf('Models and backends').map(cells => cells.map(cell => cell.replaceAll('`', '')));
    expect(rows.map(([id]) => id).sort()).toEqual([...backendIds].sort());
    for (const {id, baseUrl, keyName = '', addressName = ''} of presets) {
      const [, where = '', key = ''] = rows.find(([name]) => name === id) ?? [];
      expect(where, id).toContain(new URL(baseUrl).host);
      expect(where, id).toContain(addressName);
      expect(key.split(',')[0], id).toBe(keyName);
    }
  });

  it('names every variable that settings can come from, and none that nothing reads', () => {
    const silent = ['COLORFGBG'];
    for (const name of variableNames) if (!silent.includes(name)) expect(spans.join(' ')).toContain(name);
    const source = readFileSync(join(root, 'src/cli/environment.ts'), 'utf8');
    const used = new Set(readme.match(/\bLLM_[A-Z_]+|\bNO_COLOR\b/g));
    expect(used.size).toBeGreaterThan(5);
    for (const name of used) expect(source, name).toContain(`'${name}'`);
  });

  it('names every theme', () => {
    const themes = readdirSync(join(root, 'themes')).filter(file => !file.endsWith('.schema.json'));
    expect(themes.length).toBeGreaterThan(5);
    expect(spans).toEqual(expect.arrayContaining(themes.map(file => file.replace('.json', ''))));
  });

  it('explains only messages that the program can show', () => {
    const sources = readdirSync(join(root, 'src'), {recursive: true, withFileTypes: true})
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    const messages = tableOf('When something is wrong').flatMap(([seen = '']) =>
      [...seen.matchAll(/`([^`/]+)`/g)].map(([, text = '']) => text),
    );
    expect(messages.length).toBeGreaterThan(8);
    for (const message of messages) {
      // What a message names differs; "Ollama at …" is such a name.
      const parts = message
        .replace(/^Ollama at …/, '…')
        .split('…')
        .filter(part => part.trim() !== '');
      for (const part of parts) {
        const isShown = sources.some(source => source.includes(part.trim()));
        expect(isShown, `${message}: “${part.trim()}”`).toBe(true);
      }
    }
  });

  it('links only to files that are there', () => {
    const links = [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to);
    const files = links.filter(to => !/^https?:/.test(to));
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter(file => !existsSync(join(root, file)))).toEqual([]);
  });
});
