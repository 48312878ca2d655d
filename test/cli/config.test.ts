import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
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

  it('lists as one object for programs, and warnings apart from it', () => {
    writeFileSync(io.path, JSON.stringify({model: 'm', wrong: 1}));
    expect(configList(io, {json: true})).toBe(0);
    expect(JSON.parse(out)).toMatchObject({model: 'm', input: {submit: 'enter'}});
    expect(lines).toEqual([expect.stringContaining('unknown setting "wrong"')]);
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
