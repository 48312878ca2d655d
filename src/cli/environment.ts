import {existsSync} from 'node:fs';
import {homedir} from 'node:os';
import {delimiter, dirname, isAbsolute, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {presets} from '../backends/presets.ts';

const ownNames = [
  'LLM_MODEL',
  'LLM_SYSTEM',
  'LLM_TEMPERATURE',
  'LLM_MAX_TOKENS',
  'LLM_THEME',
  'HF_ENDPOINT',
  'HF_TOKEN',
  'COLORFGBG',
  'OLLAMA_MODELS',
] as const;

/** The variables whose values the program uses, those of the backends among them; an empty one counts as not set. */
export const variableNames: readonly string[] = [
  ...ownNames,
  ...new Set(presets.flatMap(({addressName, keyName}) => [addressName ?? [], keyName ?? []].flat())),
];

export type Variables = Readonly<
  Partial<Record<(typeof ownNames)[number], string>> & Record<string, string | undefined>
>;

/** Every file and folder that the program knows of, as absolute paths. */
export type Paths = {
  /** The person's home folder. */
  home: string;
  /** The settings file. */
  config: string;
  /** The file of keys that were stored, beside the settings. */
  keys: string;
  /** The folder of everything that is kept. */
  data: string;
  database: string;
  promptHistory: string;
  models: string;
  /** The embedded engine, where it was fetched on demand. */
  engine: string;
  /** The list of pulls that were cut. */
  pulls: string;
  /** The person's own themes. */
  themes: string;
  builtInThemes: string;
  /** The weights of the built-in model. */
  guide: string;
  packageRoot: string;
};

/** What the program is told from outside, read once at its start. */
export type Environment = {
  paths: Paths;
  variables: Variables;
  /** What `$VISUAL` or `$EDITOR` names: a command line. */
  editor: string | undefined;
  /** `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in capitals or not. */
  proxy: {http?: string; https?: string; no?: string};
  /** `LLM_DEBUG`: errors with all that is known of them. */
  debug: boolean;
  terminal: {
    /** `TERM`; '' if not set. */
    name: string;
    /** `COLORTERM`, for example `truecolor`; '' if not set. */
    color: string;
    /** `NO_COLOR` (https://no-color.org): set to anything but nothing. */
    noColor: boolean;
    /** `FORCE_COLOR`: colours whatever the output is. */
    forceColor: string | undefined;
    /** `TERM_PROGRAM`: the terminal's own name, for example `WezTerm`; '' if not set. */
    program: string;
    /** Windows Terminal, by `WT_SESSION`. */
    windowsTerminal: boolean;
    /** `VTE_VERSION` of GNOME Terminal and its relatives: 6003 is 0.60.3; 0 for others. */
    vteVersion: number;
    /** Within tmux or GNU screen, which pass on only what they know. */
    multiplexed: boolean;
    /** Which lines it wraps anew when it becomes narrower; see the screen's live frame. */
    rewraps: 'all' | 'above' | 'xtermjs' | 'none';
  };
  host: Host;
};

/** Where the program runs, and how its terminal is reached. */
export type Host = {
  platform: NodeJS.Platform;
  /** Over SSH, by `SSH_CONNECTION` or `SSH_TTY`: a clipboard tool here would reach the wrong machine. */
  remote: boolean;
  /** What stands between the program and the terminal. */
  multiplexer: 'tmux' | 'screen' | 'none';
  /** A Wayland session, by `WAYLAND_DISPLAY`. */
  wayland: boolean;
  /** An X11 session, by `DISPLAY`. */
  x11: boolean;
  /** Linux inside Windows, by `WSL_DISTRO_NAME` or `WSL_INTEROP`. */
  wsl: boolean;
  /** The folders of `PATH`. */
  path: readonly string[];
};

export type EnvironmentSource = {
  variables: Readonly<Record<string, string | undefined>>;
  /** The person's home folder. */
  home: string;
  /** The folder that a relative `LLM_HOME` starts from. */
  workingFolder: string;
};

/** Reads the environment: the one place where variables and paths come from. */
export function readEnvironment(source: EnvironmentSource = currentProcess()): Environment {
  const get = (name: string): string | undefined => source.variables[name] || undefined;
  const variables: Record<string, string> = {};
  for (const name of variableNames) {
    const value = get(name);
    if (value !== undefined) variables[name] = value;
  }
  return {
    paths: pathsOf(source, get),
    variables,
    editor: get('VISUAL') ?? get('EDITOR'),
    proxy: proxyOf(get),
    debug: (get('LLM_DEBUG') ?? '0') !== '0',
    terminal: {
      name: get('TERM') ?? '',
      color: get('COLORTERM') ?? '',
      noColor: get('NO_COLOR') !== undefined,
      forceColor: get('FORCE_COLOR'),
      program: get('TERM_PROGRAM') ?? '',
      windowsTerminal: get('WT_SESSION') !== undefined,
      vteVersion: Number(get('VTE_VERSION')) || 0,
      multiplexed: get('TMUX') !== undefined || get('STY') !== undefined,
      rewraps: rewrapsOf(get),
    },
    host: hostOf(get),
  };
}

/** The variables for a program that is started: those of this one, and others where it has none of that name. */
export function variablesWith(others: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const variables = {...process.env};
  for (const [name, value] of Object.entries(others)) variables[name] ||= value;
  return variables;
}

function proxyOf(get: (name: string) => string | undefined): Environment['proxy'] {
  const http = get('http_proxy') ?? get('HTTP_PROXY');
  const https = get('https_proxy') ?? get('HTTPS_PROXY');
  const no = get('no_proxy') ?? get('NO_PROXY');
  return {
    ...(http !== undefined && {http}),
    ...(https !== undefined && {https}),
    ...(no !== undefined && {no}),
  };
}

function hostOf(get: (name: string) => string | undefined): Host {
  const isSet = (...names: readonly string[]): boolean => names.some(name => get(name) !== undefined);
  return {
    platform: process.platform,
    remote: isSet('SSH_CONNECTION', 'SSH_TTY'),
    multiplexer: isSet('TMUX') ? 'tmux' : isSet('STY') ? 'screen' : 'none',
    wayland: isSet('WAYLAND_DISPLAY'),
    x11: isSet('DISPLAY'),
    wsl: isSet('WSL_DISTRO_NAME', 'WSL_INTEROP'),
    path: (get('PATH') ?? '').split(delimiter).filter(folder => isAbsolute(folder)),
  };
}

function currentProcess(): EnvironmentSource {
  return {variables: process.env, home: homedir(), workingFolder: process.cwd()};
}

function pathsOf(source: EnvironmentSource, get: (name: string) => string | undefined): Paths {
  const own = get('LLM_HOME');
  const ownFolder = own === undefined ? undefined : resolve(source.workingFolder, own);
  // The XDG specification: a relative path is to be ignored.
  const xdg = (name: string, fallback: string): string => {
    const path = get(name);
    return join(path && isAbsolute(path) ? path : join(source.home, fallback), 'llm-local');
  };
  const data = ownFolder ?? xdg('XDG_DATA_HOME', join('.local', 'share'));
  const settings = ownFolder ?? xdg('XDG_CONFIG_HOME', '.config');
  const packageRoot = findPackageRoot(import.meta.url);
  return {
    home: source.home,
    config: join(settings, 'config.json'),
    keys: join(settings, 'keys.json'),
    data,
    database: join(data, 'llm.db'),
    promptHistory: join(ownFolder ?? source.home, '.llm_chat_history'),
    models: join(data, 'models'),
    engine: join(data, 'engine'),
    pulls: join(data, 'pulls.json'),
    themes: join(data, 'themes'),
    builtInThemes: join(packageRoot, 'themes'),
    guide: join(packageRoot, 'models', 'guide', 'guide.gguf'),
    packageRoot,
  };
}

/** The folder above a module that holds package.json: the same for a source file and for a piece of the bundle. */
function findPackageRoot(moduleUrl: string): string {
  const start = dirname(fileURLToPath(moduleUrl));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

function rewrapsOf(get: (name: string) => string | undefined): Environment['terminal']['rewraps'] {
  if (get('TMUX') !== undefined) return 'all';
  if (get('TERM_PROGRAM') === 'vscode') return 'xtermjs';
  return get('XTERM_VERSION') !== undefined || get('STY') !== undefined ? 'none' : 'above';
}
