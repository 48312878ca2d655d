import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {presets} from '../../src/backends/presets.ts';
import {readEnvironment, variableNames} from '../../src/cli/environment.ts';

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
    const {config, data, database, promptHistory, models, themes} = paths;
    expect([config, data, database, promptHistory, models, themes]).toEqual([
      join(folder, 'config.json'),
      folder,
      join(folder, 'llm.db'),
      join(folder, '.llm_chat_history'),
      join(folder, 'models'),
      join(folder, 'themes'),
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

  it('knows every variable that a backend takes its key or address from', () => {
    const wanted = presets.flatMap(({keyName, addressName}) => [keyName, addressName]).filter(name => name);
    expect(wanted).toContain('OLLAMA_API_KEY');
    expect(variableNames).toEqual(expect.arrayContaining(wanted));
  });

  it('reads the proxies, in small letters before capitals', () => {
    expect(read().proxy).toEqual({});
    const variables = {
      HTTP_PROXY: 'http://a',
      http_proxy: 'http://b',
      HTTPS_PROXY: 'http://c',
      NO_PROXY: 'd',
    };
    expect(read(variables).proxy).toEqual({http: 'http://b', https: 'http://c', no: 'd'});
  });

  it('tells what the terminal is', () => {
    expect(read().terminal).toEqual({
      name: '',
      color: '',
      noColor: false,
      forceColor: undefined,
      program: '',
      windowsTerminal: false,
      vteVersion: 0,
      multiplexed: false,
      rewraps: 'above',
    });
    const all = {
      TERM: 'xterm',
      COLORTERM: 'truecolor',
      NO_COLOR: '1',
      FORCE_COLOR: '3',
      TERM_PROGRAM: 'WezTerm',
      WT_SESSION: 'x',
      VTE_VERSION: '6003',
      TMUX: 'x',
    };
    expect(read(all).terminal).toEqual({
      name: 'xterm',
      color: 'truecolor',
      noColor: true,
      forceColor: '3',
      program: 'WezTerm',
      windowsTerminal: true,
      vteVersion: 6003,
      multiplexed: true,
      rewraps: 'all',
    });
    expect(read({NO_COLOR: ''}).terminal.noColor).toBe(false);
    expect(read({VTE_VERSION: 'x'}).terminal.vteVersion).toBe(0);
    expect(read({XTERM_VERSION: 'XTerm(379)'}).terminal.rewraps).toBe('none');
    expect(read({STY: '1.pts'}).terminal).toMatchObject({rewraps: 'none', multiplexed: true});
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
