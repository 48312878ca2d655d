import {Command} from 'commander';
import {describe, expect, it} from 'vitest';
import {readCorpus, readJudged} from '../../scripts/guide/readCorpus.ts';
import {presets} from '../../src/backends/presets.ts';
import {historyActions} from '../../src/cli/history/historyActions.ts';
import {keysActions} from '../../src/cli/keys/keysActions.ts';
import {modelsActions} from '../../src/cli/models/modelsActions.ts';
import {checkTypedSetting, locateSetting, settingNames} from '../../src/cli/settingsSchema.ts';
import {subcommands} from '../../src/cli/subcommands.ts';
import {commands} from '../../src/commands/commands.ts';
import {keyLabel, keyTable} from '../../src/commands/keyTable.ts';
import {parseLine} from '../../src/commands/parseLine.ts';

const topics = readCorpus();
const judged = readJudged().flat();

/** What an answer shows as code: spans between backticks, and the lines of its fenced blocks. */
function codeOf(answer: string): string[] {
  const fences = [...answer.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap(([, text = '']) =>
    text.trim().split('\n'),
  );
  const prose = answer.replace(/^```[\s\S]*?^```$/gm, '');
  return [...fences, ...[...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text)];
}

const shown = topics.flatMap(({slug, answer}) =>
  codeOf(answer).map(code => ({slug, code: code.replaceAll('\\|', '|').replace(/ +# .*$/, '')})),
);
/** Every call of the program, from `llm` on, up to what is not its own. */
const calls = shown.flatMap(({slug, code}) =>
  [...code.matchAll(/(?:^|\||\$\(|=\S+ |&& )\s*(llm(?: [^|)>]*)?)(?= <| >|[|)]|$)/g)].map(
    ([, call = '']) => ({
      slug,
      words: wordsOf(call.trim()),
    }),
  ),
);

function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, one, two, bare]) => one ?? two ?? bare ?? '',
  );
}

async function flagsOf(name: string): Promise<Set<string>> {
  const subcommand = subcommands.find(each => each.name === name);
  if (!subcommand) return new Set();
  const {options} = (await subcommand.load()).define(new Command(name));
  return new Set(options.flatMap(({short, long}) => [short, long]).filter(flag => flag !== undefined));
}

const actions: Record<string, readonly {name: string}[]> = {
  models: modelsActions,
  history: historyActions,
  keys: keysActions,
};

describe('what the guide was taught', () => {
  it('is in its form, every way leading to a topic that exists, and no question standing twice', () => {
    const slugs = new Set(topics.map(({slug}) => slug));
    expect(slugs.size).toBe(topics.length);
    expect(topics.length).toBeGreaterThan(150);
    const arrows = [...topics.flatMap(({followUps}) => followUps), ...judged];
    expect(arrows.flatMap(arrow => arrow.slugs.filter(slug => !slugs.has(slug)))).toEqual([]);
    const questions = topics.flatMap(topic => topic.questions);
    expect(questions.filter((question, index) => questions.indexOf(question) !== index)).toEqual([]);
  });

  it('holds none of the questions that it is judged on', () => {
    const plain = (text: string) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim();
    const taught = new Set(topics.flatMap(topic => topic.questions.map(plain)));
    const same = judged.map(({question}) => plain(question)).filter(question => question !== '');
    expect(same.length).toBeGreaterThanOrEqual(300);
    expect(same.filter(question => taught.has(question))).toEqual([]);
  });

  it('tells topics apart by how their answers begin', () => {
    const beginnings = topics.map(({answer}) => answer.slice(0, 30));
    expect(beginnings.filter((text, index) => beginnings.indexOf(text) !== index)).toEqual([]);
  });

  it('answers with nothing that llama.cpp would write otherwise: it drops spaces before these marks', () => {
    const cleaned = / [?!.,]| ' | '(?:s|m|re|ve|t|ll|d)\b| n't/;
    expect(topics.filter(({answer}) => cleaned.test(answer)).map(({slug}) => slug)).toEqual([]);
  });

  it('names only slash commands that exist', () => {
    const used = shown.filter(({code}) => /^\/[a-z]+(?: |$)/.test(code));
    expect(used.length).toBeGreaterThan(80);
    expect(used.filter(({code}) => parseLine(code, commands).type !== 'command')).toEqual([]);
  });

  it('names only subcommands and actions that exist', () => {
    expect(calls.length).toBeGreaterThan(80);
    const wrong = calls.filter(({words: [, first = '', second = '']}) => {
      if (first === '' || first.startsWith('-') || first === 'help' || first === '…') return false;
      const known = actions[first];
      if (!subcommands.some(({name}) => name === first)) return true;
      return (
        known !== undefined && second !== '' && second !== '…' && !known.some(({name}) => name === second)
      );
    });
    expect(wrong).toEqual([]);
  });

  it('names only flags that exist, with the command that they belong to', async () => {
    const every = new Set(['--help', '--version', '-h', '-V']);
    for (const {name} of subcommands) for (const flag of await flagsOf(name)) every.add(flag);
    const alone = shown.filter(({code}) => /^--?[a-z]/.test(code));
    expect(alone.length).toBeGreaterThan(10);
    expect(alone.filter(({code}) => !every.has(/^--?[a-z][\w-]*/.exec(code)?.[0] ?? ''))).toEqual([]);
    for (const {slug, words} of calls) {
      const [, first = '', ...rest] = words;
      const flags = first.startsWith('-') || first === '' ? every : await flagsOf(first);
      for (const word of rest)
        if (/^--?[a-z]/.test(word) && first !== 'help')
          expect([...flags, '--help'], `${slug}: ${words.join(' ')}`).toContain(word);
    }
  });

  it('names only settings that exist, with values that fit', () => {
    const names = settingNames();
    const groups = new Set(names.map(name => name.split('.')[0]));
    const dotted = shown.filter(
      ({code}) => /^[a-z]+(?:\.[A-Za-z-]+)+$/.test(code) && groups.has(code.split('.')[0]),
    );
    expect(dotted.length).toBeGreaterThan(8);
    expect(dotted.filter(({code}) => !names.includes(code) && !locateSetting(placed(code)).ok)).toEqual([]);
    for (const {slug, words} of calls) {
      const [, first, second, key = '', ...values] = words;
      if (first !== 'config') continue;
      const sets = second === 'set' && !/[A-Z]{2}|…/.test(`${key} ${values.join(' ')}`);
      if (sets)
        expect(checkTypedSetting(key, values), `${slug}: ${words.join(' ')}`).toMatchObject({ok: true});
      else if (key !== '')
        expect(locateSetting(placed(key)), `${slug}: ${words.join(' ')}`).toMatchObject({ok: true});
    }
  });

  it('names only keys that the program knows', () => {
    const labels = new Set(keyTable.flatMap(({keys}) => keys.map(keyLabel)));
    const chords = topics.flatMap(({slug, answer}) =>
      [
        ...answer.matchAll(
          /\b(?:Ctrl|Alt|Shift)\+(?:Shift\+)?(?:[A-Z_<>/←→]|Enter|Home|End|Backspace)(?!\w)/g,
        ),
      ].map(([chord]) => ({slug, chord})),
    );
    expect(chords.length).toBeGreaterThan(40);
    expect(chords.filter(({chord}) => !labels.has(chord))).toEqual([]);
  });

  it('names only variables that the program reads', () => {
    const known = new Set([
      ...presets.flatMap(({keyName, addressName}) => [keyName, addressName]),
      ...'LLM_HOME LLM_MODEL LLM_SYSTEM LLM_TEMPERATURE LLM_MAX_TOKENS LLM_THEME LLM_DEBUG NO_COLOR TERM EDITOR VISUAL'.split(
        ' ',
      ),
      ...'HTTPS_PROXY HTTP_PROXY NO_PROXY NODE_EXTRA_CA_CERTS HF_TOKEN HF_ENDPOINT PATH XDG_CONFIG_HOME XDG_DATA_HOME'.split(
        ' ',
      ),
    ]);
    const used = shown.flatMap(({slug, code}) =>
      [...code.matchAll(/\b[A-Z]{2,}(?:_[A-Z]+)+\b/g)].map(([name]) => ({slug, name})),
    );
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter(({name}) => !known.has(name))).toEqual([]);
  });
});

/** A setting's name with the words that a person fills in: `backends.ID.models` as `backends.id.models`. */
function placed(key: string): string {
  return key.replace(
    /\.(?:ID|NAME)(?=\.|$)/g,
    key.startsWith('options') ? '.temperature' : key.startsWith('keys') ? '.send' : '.mine',
  );
}
