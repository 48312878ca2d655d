import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Command} from 'commander';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {
  type ConfigIo,
  configEdit,
  configGet,
  configList,
  configPath,
  configSet,
  configUnset,
} from '../../src/cli/config.ts';
import {config, defineConfig} from '../../src/cli/configCommand.ts';
import {fakeIo} from './fakeIo.ts';
import {isolatedEnvironment, scriptedServices} from './fakeServices.ts';

let folder: string;
let io: ConfigIo;
let out: string;
let lines: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-config-'));
  out = '';
  lines = [];
  io = {
    path: join(folder, 'config.json'),
    out: text => {
      out += text;
    },
    warn: line => void lines.push(line),
  };
});
afterEach(() => rmSync(folder, {recursive: true}));

describe('llm config', () => {
  it('sets, shows and removes a setting', async () => {
    expect(await configSet(io, 'options.temperature', ['0.5'])).toBe(0);
    expect(await configSet(io, 'model', ['ollama/a b'])).toBe(0);
    expect(configGet(io, 'options.temperature')).toBe(0);
    expect(configGet(io, 'model')).toBe(0);
    expect(configList(io)).toBe(0);
    expect(out).toBe('0.5\nollama/a b\noptions.temperature = 0.5\nmodel = "ollama/a b"\n');
    expect(await configUnset(io, 'model')).toBe(0);
    expect(await configUnset(io, 'model')).toBe(1);
    expect(configGet(io, 'model')).toBe(1);
    expect(lines).toEqual(['model was not set', 'model is not set']);
  });

  it('finds an option by its other name', async () => {
    await configSet(io, 'options.num_predict', ['9']);
    expect(configGet(io, 'options.num_predict')).toBe(0);
    expect(out).toBe('9\n');
  });

  it('refuses to get what does not exist', () => {
    expect(() => configGet(io, 'modle')).toThrow('did you mean "model"?');
  });

  it('lists as one object for programs', () => {
    writeFileSync(io.path, JSON.stringify({model: 'm', wrong: 1}));
    expect(configList(io, {json: true})).toBe(0);
    expect(JSON.parse(out)).toEqual({
      model: 'm',
      options: {},
      keys: {},
      input: {},
      history: {},
      timeouts: {},
      alias: {},
      backends: {},
    });
  });

  it('refuses to get and to set what this version does not use', async () => {
    expect(() => configGet(io, 'history.retentionDays')).toThrow(
      'history.retentionDays is not used by this version yet',
    );
    await expect(configSet(io, 'history.retentionDays', ['9'])).rejects.toThrow(
      'not used by this version yet',
    );
  });

  it.skipIf(process.platform === 'win32')('says that it made the folder of the file private', async () => {
    chmodSync(folder, 0o755);
    await configSet({...io, home: folder}, 'model', ['m']);
    expect(lines).toEqual([]);
    await configSet(io, 'model', ['n']);
    chmodSync(folder, 0o750);
    await configUnset(io, 'model');
    rmSync(io.path);
    chmodSync(folder, 0o710);
    await configEdit({...io, editor: 'true'});
    expect(lines).toEqual(
      ['0755', '0750', '0710'].map(
        mode => `${folder} could be read by other users (mode ${mode}); it is now private (0700).`,
      ),
    );
  });

  it('says how to begin when nothing is set, and tells the path of a file that is not there', () => {
    expect(configList(io)).toBe(0);
    expect(out).toBe('');
    expect(lines).toEqual([expect.stringContaining('llm config set')]);
    expect(configPath(io)).toBe(0);
    expect(out).toBe(`${io.path}\n`);
    expect(existsSync(io.path)).toBe(false);
  });
});

describe.skipIf(process.platform === 'win32')('llm config edit', () => {
  const editor = (script: string): string => {
    const path = join(folder, 'my editor.sh');
    writeFileSync(path, script);
    return `sh "${path}" --flag`;
  };

  it('gives the editor a file to open, also when there was none', async () => {
    const status = await configEdit({...io, editor: editor(`printf '%s' "$1" > "$2"`)});
    expect(readFileSync(io.path, 'utf8')).toBe('--flag');
    expect(status).toBe(2);
    expect(lines).toEqual([expect.stringContaining('line 1, column 1: this is not JSON')]);
  });

  it('is content with a file that is right, and passes the failure of an editor on', async () => {
    expect(await configEdit({...io, editor: editor(`echo '{"model":"m"}' > "$2"`)})).toBe(0);
    expect(await configEdit({...io, editor: editor('exit 3')})).toBe(1);
    expect(lines).toEqual(['the editor ended with status 3']);
  });
});

describe('the command', () => {
  it('says first, apart from what it prints, what is odd about the settings', async () => {
    const environment = isolatedEnvironment();
    writeFileSync(environment.paths.config, JSON.stringify({model: 'm', wrong: 1}), {mode: 0o600});
    const {services} = scriptedServices({}, environment);
    const terminal = fakeIo();
    const command = defineConfig(new Command());
    command.parse(['list'], {from: 'user'});
    expect(await config({command, services, io: terminal.io, firstFrame: null})).toBe(0);
    expect(terminal.stdout()).toBe('model = "m"\n');
    expect(terminal.stderr()).toBe(`llm: ${environment.paths.config}: unknown setting "wrong"\n`);
  });
});
