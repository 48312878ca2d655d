import {chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {ensureFolder, readEnvironment} from '../../src/cli/environment.ts';

const read = (variables: Record<string, string> = {}) =>
  readEnvironment({variables, home: '/home/ada', workingFolder: '/work'});

describe('readEnvironment', () => {
  it('puts settings and data into the XDG folders and the prompt history into the home folder', () => {
    expect(read().paths).toMatchObject({
      home: '/home/ada',
      config: '/home/ada/.config/llm-local/config.json',
      data: '/home/ada/.local/share/llm-local',
      database: '/home/ada/.local/share/llm-local/llm.db',
      promptHistory: '/home/ada/.llm_chat_history',
      models: '/home/ada/.local/share/llm-local/models',
      themes: '/home/ada/.local/share/llm-local/themes',
    });
  });

  it('follows absolute XDG folders and ignores relative ones', () => {
    const {paths} = read({XDG_CONFIG_HOME: '/etc/ada', XDG_DATA_HOME: 'relative'});
    expect(paths.config).toBe('/etc/ada/llm-local/config.json');
    expect(paths.data).toBe('/home/ada/.local/share/llm-local');
  });

  it.each([
    ['/tmp/llm', '/tmp/llm'],
    ['llm', '/work/llm'],
  ])('keeps everything in LLM_HOME=%s', (home, folder) => {
    const {paths} = read({LLM_HOME: home, XDG_DATA_HOME: '/elsewhere', XDG_CONFIG_HOME: '/elsewhere'});
    const {config, data, database, promptHistory, models, themes, log} = paths;
    expect([config, data, database, promptHistory, models, themes, log]).toEqual([
      join(folder, 'config.json'),
      folder,
      join(folder, 'llm.db'),
      join(folder, '.llm_chat_history'),
      join(folder, 'models'),
      join(folder, 'themes'),
      join(folder, 'llm.log'),
    ]);
  });

  it('finds what the package brings', () => {
    const {paths} = read();
    expect(existsSync(join(paths.packageRoot, 'bin', 'llm.mjs'))).toBe(true);
    expect(existsSync(paths.guide)).toBe(true);
    expect(paths.builtInThemes).toBe(join(paths.packageRoot, 'themes'));
  });

  it('takes the known variables and an empty one as not set', () => {
    const {variables} = read({LLM_MODEL: 'ollama/x', OLLAMA_HOST: '', PATH: '/bin', OPENAI_API_KEY: 'k'});
    expect(variables).toEqual({LLM_MODEL: 'ollama/x', OPENAI_API_KEY: 'k'});
  });

  it('tells what the terminal is', () => {
    expect(read().terminal).toEqual({
      name: '',
      color: '',
      noColor: false,
      ssh: false,
      tmux: false,
      rewraps: true,
      ci: false,
    });
    const all = {TERM: 'xterm', COLORTERM: 'truecolor', NO_COLOR: '1', SSH_TTY: '/dev/x', TMUX: 'x', CI: '1'};
    expect(read(all).terminal).toEqual({
      name: 'xterm',
      color: 'truecolor',
      noColor: true,
      ssh: true,
      tmux: true,
      rewraps: true,
      ci: true,
    });
    expect(read({NO_COLOR: ''}).terminal.noColor).toBe(false);
    expect(read({XTERM_VERSION: 'XTerm(379)'}).terminal.rewraps).toBe(false);
    expect(read({STY: '1.pts'}).terminal.rewraps).toBe(false);
  });

  it('prefers VISUAL to EDITOR, and LLM_DEBUG=0 is off', () => {
    expect(read({EDITOR: 'vi', VISUAL: 'code -w'}).editor).toBe('code -w');
    expect(read({EDITOR: 'vi'}).editor).toBe('vi');
    expect([read({LLM_DEBUG: '1'}).debug, read({LLM_DEBUG: '0'}).debug, read().debug]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe.skipIf(process.platform === 'win32')('ensureFolder', () => {
  let folder: string;
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'llm-environment-'));
  });
  afterEach(() => rmSync(folder, {recursive: true}));

  it('makes folders for their owner alone, silently', () => {
    const path = join(folder, 'a', 'b');
    expect(ensureFolder(path)).toEqual([]);
    expect([mode(join(folder, 'a')), mode(path)]).toEqual(['700', '700']);
    expect(ensureFolder(path)).toEqual([]);
  });

  it('tightens a wider one and says so, once', () => {
    const path = join(folder, 'wide');
    mkdirSync(path);
    chmodSync(path, 0o755);
    expect(ensureFolder(path)).toEqual([expect.stringContaining(path)]);
    expect(mode(path)).toBe('700');
    expect(ensureFolder(path)).toEqual([]);
  });
});
