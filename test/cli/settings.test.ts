import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {jsonErrorOffset} from '../../src/cli/jsonErrorOffset.ts';
import {readSettings, settingsFault, unsetSetting, writeSetting} from '../../src/cli/settings.ts';
import {checkSetting, checkTypedSetting} from '../../src/cli/settingsSchema.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-settings-'));
  path = join(folder, 'home', 'config.json');
  mkdirSync(join(folder, 'home'), {mode: 0o700});
});
afterEach(() => rmSync(folder, {recursive: true}));

const put = (content: unknown) =>
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), {mode: 0o600});
const content = () => JSON.parse(readFileSync(path, 'utf8'));
/** The warnings without the path that each begins with. */
const warnings = () => readSettings(path).warnings.map(line => line.replace(/^.*config\.json[:,] /, ''));

const everything = {
  model: 'ollama/qwen3:4b',
  system: 'Be brief.',
  theme: 'dark',
  options: {temperature: 0.5, stop: ['END']},
  keys: {newline: ['ctrl+j'], help: []},
  input: {submit: 'alt-enter', editing: 'vi', pasteLines: 0},
  timeouts: {connect: 2.5, firstByte: 600, idle: 60},
  alias: {q: 'ollama/qwen3:4b', 'gpt-4.1': 'openai/gpt-4.1'},
  backends: {
    ollama: {enabled: false},
    'vllm-2': {
      baseUrl: 'http://10.0.0.2:8000/v1',
      protocol: 'openai',
      keyCommand: 'pass vllm',
      models: ['m'],
    },
  },
};

describe('readSettings', () => {
  it('gives the defaults, silently, when there is no file or an empty one', () => {
    const defaults = {options: {}, keys: {}, input: {}, timeouts: {}, alias: {}, backends: {}};
    expect(readSettings(path)).toEqual({settings: defaults, warnings: [], entries: []});
    put('\n');
    expect(readSettings(path)).toEqual({settings: defaults, warnings: [], entries: []});
  });

  it('reads every setting of the table', () => {
    put(everything);
    expect(readSettings(path).warnings).toEqual([]);
    expect(readSettings(path).settings).toEqual(everything);
    expect(readSettings(path).entries).toContainEqual(['alias.gpt-4.1', 'openai/gpt-4.1']);
  });

  it('names the place where a file is broken, uses the defaults and leaves the file alone', () => {
    const text = '{\n  "model": "x",\n  "options": {"temperature": .5}\n}\n';
    put(text);
    const {settings, warnings: lines} = readSettings(path);
    expect(settings.model).toBeUndefined();
    expect(lines).toEqual([`${path}, line 3, column 30: this is not JSON; the settings there are not used`]);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('reads a file that begins with a byte order mark', () => {
    put(`\ufeff${JSON.stringify({model: 'm'})}`);
    expect(readSettings(path).settings.model).toBe('m');
  });

  it('refuses a file that is JSON and no object', () => {
    put('["model"]');
    expect(warnings()).toEqual(['line 1: the settings must be inside { }; they are not used']);
  });

  it('says that the file cannot be read', () => {
    mkdirSync(path);
    expect(readSettings(path).warnings).toEqual([`${path} cannot be read (EISDIR)`]);
  });

  it('warns of what it does not know, with the nearest name, and uses the rest', () => {
    put({modle: 'x', model: 'y', options: {temprature: 1}, timeouts: {conect: 1}, nothing: {like: 'it'}});
    expect(warnings()).toEqual([
      'unknown setting "modle" (did you mean "model"?)',
      'unknown setting "options.temprature" (did you mean "options.temperature"?)',
      'unknown setting "timeouts.conect" (did you mean "timeouts.connect"?)',
      'unknown setting "nothing"',
    ]);
    expect(readSettings(path).settings.model).toBe('y');
  });

  it('warns of values that do not fit and leaves their settings at the default', () => {
    put({
      model: 3,
      options: {temperature: 9},
      timeouts: 5,
      backends: {ollama: {enabled: 'yes', baseUrl: 'localhost:11434'}},
    });
    expect(warnings()).toEqual([
      'model must be a text',
      'options.temperature must be a number from 0 to 5',
      'timeouts must be a group of settings',
      'backends.ollama.enabled must be true or false',
      'backends.ollama.baseUrl must be an address that begins with http:// or https://',
    ]);
    expect(readSettings(path).entries).toEqual([]);
  });

  it('wants an address for a backend that it does not know', () => {
    put({backends: {olama: {enabled: true}, mine: {baseUrl: 'http://h/v1'}}});
    expect(warnings()).toEqual(['a new backend needs backends.olama.baseUrl (did you mean "ollama"?)']);
    expect(Object.keys(readSettings(path).settings.backends)).toEqual(['mine']);
  });

  it('warns of what only a later version uses, which is no mistake', () => {
    put({
      history: {retentionDays: 90},
      backends: {
        anthropic: {keyCommand: 'pass anthropic'},
        claude: {baseUrl: 'https://h/v1', protocol: 'anthropic'},
      },
    });
    expect(warnings()).toEqual([
      'history.retentionDays is not used by this version yet',
      'backends.claude.protocol: anthropic is not spoken by this version yet',
      'backends.anthropic needs backends.anthropic.baseUrl: this version does not know the backend yet',
    ]);
    // The protocol is kept, so that the server is not spoken to in another one.
    expect(readSettings(path).settings).toEqual({
      options: {},
      keys: {},
      input: {},
      timeouts: {},
      alias: {},
      backends: {claude: {baseUrl: 'https://h/v1', protocol: 'anthropic'}},
    });
  });

  it('reads keys as people write them', () => {
    put({keys: {newline: ['Shift-Enter', 'Control+J'], undo: 'ctrl-z', suspend: 'none', view: []}});
    expect(warnings()).toEqual([]);
    expect(readSettings(path).settings.keys).toEqual({
      newline: ['shift+enter', 'ctrl+j'],
      undo: ['ctrl+z'],
      suspend: [],
      view: [],
    });
  });

  it('warns of actions and keys that it does not know, and of keys that are given twice', () => {
    put({
      keys: {sned: 'ctrl+s', undo: 'hyper+z', redo: 'x', view: 'ctrl+v', yank: ['ctrl+v', 3]},
      input: {submit: 'tab', pasteLines: 1.5},
    });
    expect(warnings()).toEqual([
      'unknown setting "keys.sned" (did you mean "keys.send"?)',
      'keys.undo: "hyper+z" is no key; keys look like ctrl+k, alt+enter, shift+tab, f2',
      'keys.redo: "x" types a character; put ctrl+ or alt+ before it',
      'keys.yank must be a key, a list of keys, or none',
      'input.submit must be enter or alt-enter',
      'input.pasteLines must be a whole number from 0 to 10000',
    ]);
    put({keys: {view: 'ctrl+v', yank: 'ctrl+v', newline: 'enter'}});
    expect(warnings()).toEqual([
      'keys.view: ctrl+v is already that of keys.yank',
      'keys: no key would be left that sends; give keys.send one first',
    ]);
  });

  it.skipIf(process.platform === 'win32')('makes a file that others could read private, and says so', () => {
    put({model: 'm'});
    chmodSync(path, 0o644);
    const {settings, warnings: lines} = readSettings(path);
    expect(settings.model).toBe('m');
    expect(lines).toEqual([`${path} could be read by other users (mode 0644); it is now private (0600).`]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readSettings(path).warnings).toEqual([]);
  });

  it('cannot be led astray by names that objects have anyway', () => {
    put('{"__proto__": {"model": "x"}, "alias": {"__proto__": "y", "toString": "z"}, "constructor": 1}');
    const {settings} = readSettings(path);
    expect(settings.model).toBeUndefined();
    expect(Object.keys(settings.alias)).toEqual(['toString']);
    expect(settings.alias.valueOf).toBeUndefined();
  });

  it('makes control characters in a name harmless', () => {
    put({'a\u001b[2J': 1});
    expect(warnings()).toEqual(['unknown setting "a\u241b[2J"']);
  });
});

describe('checkTypedSetting', () => {
  it.each([
    ['model', ['a'], 'a'],
    ['options.temperature', ['0.3'], 0.3],
    ['options.num_predict', ['5'], 5],
    ['options.stop', ['a', 'b'], ['a', 'b']],
    ['timeouts.idle', ['30'], 30],
    ['keys.newline', ['Ctrl-J', 'shift+enter'], ['ctrl+j', 'shift+enter']],
    ['keys.newline', ['none'], []],
    ['input.submit', ['alt-enter'], 'alt-enter'],
    ['input.editing', ['vi'], 'vi'],
    ['input.pasteLines', ['12'], 12],
    ['backends.openai.enabled', ['false'], false],
    ['backends.openai.models', ['one', 'two'], ['one', 'two']],
    ['alias.llama3.2', ['ollama/llama3.2:3b'], 'ollama/llama3.2:3b'],
  ])('reads %s %j', (key, words, value) => {
    expect(checkTypedSetting(key, words)).toMatchObject({ok: true, value});
  });

  it.each([
    ['model', ['two', 'words'], 'model takes one value (put it in quotes)'],
    ['model', [''], 'model must be a text'],
    ['timeouts.idle', [''], 'timeouts.idle must be a number from 0.1 to 86400'],
    ['timeouts.idle', ['1e9'], 'timeouts.idle must be a number from 0.1 to 86400'],
    ['backends.openai.enabled', ['yes'], 'backends.openai.enabled must be true or false'],
    ['options', ['1'], 'unknown setting "options"'],
    ['alias.', ['x'], 'unknown setting "alias."'],
    ['backends.ollama.baseurl', ['x'], 'did you mean "backends.ollama.baseUrl"?'],
    ['keys.newlin', ['ctrl+j'], 'did you mean "keys.newline"?'],
    ['keys.newline', ['a', 'b'], 'keys.newline: "a" types a character'],
    ['keys.newline', ['none', 'f2'], 'keys.newline: "none" is no key'],
    ['input.submit', ['enter', 'tab'], 'input.submit takes one value'],
    ['input.editing', ['emacs'], 'input.editing must be readline or vi'],
    ['input.pasteLines', ['-1'], 'input.pasteLines must be a whole number from 0 to 10000'],
    ['history.retentionDays', ['90'], 'history.retentionDays is not used by this version yet'],
    ['backends.openai.apiKey', ['sk-1'], 'keys are never kept there, use keyCommand or the environment'],
    ['backends.openai.baseUrl', ['https://me:pw@h'], 'must be an address without user name and password'],
  ])('refuses %s %j', (key, words, reason) => {
    expect(checkTypedSetting(key, words)).toEqual({ok: false, reason: expect.stringContaining(reason)});
  });

  it('knows an alias of an option by the option itself', () => {
    expect(checkSetting('options.num_predict', 7)).toEqual({
      ok: true,
      path: ['options', 'max_tokens'],
      value: 7,
    });
  });
});

describe('writeSetting', () => {
  it('makes the file for its owner alone and reads back what it wrote', async () => {
    await writeSetting({path}, 'model', ['ollama/a']);
    await writeSetting({path}, 'alias.llama3.2', ['ollama/llama3.2']);
    await writeSetting({path}, 'options.temperature', ['0.5']);
    expect(content()).toEqual({
      model: 'ollama/a',
      alias: {'llama3.2': 'ollama/llama3.2'},
      options: {temperature: 0.5},
    });
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect(readSettings(path).warnings).toEqual([]);
  });

  it('keeps what it does not know', async () => {
    put({future: {x: 1}, options: {unknown: 2}});
    await writeSetting({path}, 'options.seed', ['1']);
    expect(content()).toEqual({future: {x: 1}, options: {unknown: 2, seed: 1}});
  });

  it('refuses a wrong value and a new backend without an address', async () => {
    await expect(writeSetting({path}, 'options.seed', ['x'])).rejects.toMatchObject({kind: 'usage'});
    await expect(writeSetting({path}, 'backends.mine.enabled', ['true'])).rejects.toThrow(
      'a new backend needs backends.mine.baseUrl',
    );
    expect(readSettings(path).entries).toEqual([]);
    await writeSetting({path}, 'backends.mine.baseUrl', ['http://h/v1']);
    await writeSetting({path}, 'backends.mine.enabled', ['true']);
    expect(readSettings(path).settings.backends).toEqual({mine: {baseUrl: 'http://h/v1', enabled: true}});
  });

  it('refuses to leave no key that sends, and a key that another action was given', async () => {
    const newline = () => writeSetting({path}, 'keys.newline', ['enter']);
    await expect(newline()).rejects.toThrow('no key would be left that sends');
    await expect(writeSetting({path}, 'keys.send', ['none'])).rejects.toThrow(
      'no key would be left that sends',
    );
    await writeSetting({path}, 'keys.send', ['ctrl+s']);
    await newline();
    await expect(writeSetting({path}, 'keys.undo', ['Ctrl+S'])).rejects.toThrow('already that of keys.send');
    expect(content()).toEqual({keys: {send: ['ctrl+s'], newline: ['enter']}});
    put({keys: {newline: 'alt+enter'}});
    await expect(writeSetting({path}, 'input.submit', ['alt-enter'])).rejects.toThrow('that sends');
    // What was wrong before is no reason to refuse something else.
    put({keys: {view: 'ctrl+v', yank: 'ctrl+v'}});
    await writeSetting({path}, 'keys.help', ['f2']);
    expect(content().keys.help).toEqual(['f2']);
  });

  it('refuses what this version does not use yet, and may remove it', async () => {
    await expect(writeSetting({path}, 'history.retentionDays', ['9'])).rejects.toMatchObject({
      kind: 'usage',
      message: 'history.retentionDays is not used by this version yet',
    });
    await expect(writeSetting({path}, 'backends.openai.protocol', ['gemini'])).rejects.toMatchObject({
      kind: 'usage',
      message: 'backends.openai.protocol: gemini is not spoken by this version yet',
    });
    put({history: {retentionDays: 9}});
    expect(await unsetSetting({path}, 'history.retentionDays')).toEqual([]);
    expect(content()).toEqual({});
  });

  it.skipIf(process.platform === 'win32')(
    'makes a wider folder private and says so, but never the home folder',
    async () => {
      const folderOfIt = dirname(path);
      chmodSync(folderOfIt, 0o755);
      expect(await writeSetting({path, home: folderOfIt}, 'model', ['a'])).toEqual([]);
      expect(statSync(folderOfIt).mode & 0o777).toBe(0o755);
      expect(await writeSetting({path, home: folder}, 'model', ['b'])).toEqual([
        `${folderOfIt} could be read by other users (mode 0755); it is now private (0700).`,
      ]);
      expect(statSync(folderOfIt).mode & 0o777).toBe(0o700);
    },
  );

  it('does not touch a broken file', async () => {
    put('{"model": "x"');
    await expect(writeSetting({path}, 'model', ['y'])).rejects.toMatchObject({kind: 'file'});
    await expect(unsetSetting({path}, 'model')).rejects.toMatchObject({kind: 'file'});
    expect(readFileSync(path, 'utf8')).toBe('{"model": "x"');
    expect(settingsFault(path)).toContain('line 1, column 14');
  });
});

describe('unsetSetting', () => {
  it('removes a setting and the group that it leaves empty', async () => {
    put({model: 'm', timeouts: {idle: 1}, options: {seed: 1, top_k: 2}});
    expect(await unsetSetting({path}, 'timeouts.idle')).toEqual([]);
    expect(await unsetSetting({path}, 'options.seed')).toEqual([]);
    expect(await unsetSetting({path}, 'model')).toEqual([]);
    expect(content()).toEqual({options: {top_k: 2}});
  });

  it('tells what was not set from what does not exist, and can remove what is unknown', async () => {
    put({modle: 'x'});
    expect(await unsetSetting({path}, 'model')).toBeUndefined();
    await expect(unsetSetting({path}, 'mode')).rejects.toThrow('did you mean "model"');
    expect(await unsetSetting({path}, 'modle')).toEqual([]);
    expect(content()).toEqual({});
  });
});

describe('jsonErrorOffset', () => {
  it.each(['{}', ' [1, -2.5e+3, "a\\u00e9\\n", true, null] ', '{"a": {"b": []}}', '"x"', '0'])(
    'accepts %s',
    text => {
      expect(jsonErrorOffset(text)).toBe(-1);
    },
  );

  it.each([
    ['', 0],
    ['{', 1],
    ['{"a": 1,}', 8],
    ["{'a': 1}", 1],
    ['{"a": tru}', 6],
    ['{"a": 1 "b": 2}', 8],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['{} x', 3],
    ['{"a": "x\ny"}', 6],
    ['[01]', 1],
    ['// no\n{}', 0],
  ])('finds the fault of %j at %d', (text, offset) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonErrorOffset(text)).toBe(offset);
  });
});
