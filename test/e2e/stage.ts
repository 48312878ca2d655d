import {type ChildProcessWithoutNullStreams, spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterEach} from 'vitest';
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from '../backends/scriptedServer.ts';
import {openTerminal, type Terminal, type TerminalOptions} from './terminal.ts';

const packageRoot = fileURLToPath(new URL('../..', import.meta.url));
const launcher = path.join(packageRoot, 'bin', 'llm.mjs');
/** An address at which nobody listens. */
export const nowhere = '127.0.0.1:1';
/** The model of a scripted server that speaks Ollama's protocol. */
export const scripted = 'ollama/scripted:latest';
/** What the chat shows while it waits for a prompt. */
export const idle = '· /help';
/** What the chat shows while an answer streams. */
export const streaming = '· Esc stops';
/** Enough for the slowest step on a machine that does much else at the same time, in ms. */
export const patience = 25_000;

export type Scene = {
  /** `LLM_HOME`; a fresh folder unless said. */
  home?: string;
  /** Where `OLLAMA_HOST` points; nowhere unless said. */
  server?: ScriptedServer;
  env?: Readonly<Record<string, string>>;
  /** Working folder; the home unless said. */
  cwd?: string;
  /** In a terminal: the modes that new files do not get, as octal digits; this process's unless said. */
  umask?: string;
};

export type Ended = {status: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string};

/** The built program without a terminal. */
export type Running = {
  child: ChildProcessWithoutNullStreams;
  stdout(): string;
  stderr(): string;
  /** Resolves when the predicate holds of what was written so far; rejects when the program has ended without it. */
  until(predicate: (stdout: string, stderr: string) => boolean): Promise<void>;
  ended: Promise<Ended>;
};

export type Stage = {
  /** A fresh folder. */
  folder(): string;
  /** A model server; one of Ollama's kind unless said. */
  server(options?: Partial<ScriptedServerOptions>): Promise<ScriptedServer>;
  /** `llm chat` in a terminal, with the scripted model if there is a server. */
  chat(scene?: Scene & Partial<TerminalOptions>): Terminal;
  /** The same, once it waits for a prompt. */
  readyChat(scene?: Scene & Partial<TerminalOptions>): Promise<Terminal>;
  /** Any program of this package in a terminal. */
  terminal(args: readonly string[], scene?: Scene & Partial<TerminalOptions>): Terminal;
  /** An interactive shell in a terminal. */
  shellTerminal(scene?: Scene & Partial<TerminalOptions>): Terminal;
  /** Any program of Node's on pipes, still running; `node` is the one of this process unless said. */
  program(args: readonly string[], scene?: Scene & {node?: string}): Running;
  /** The program on pipes, still running. */
  start(args: readonly string[], scene?: Scene): Running;
  /** The program on pipes, to its end. */
  run(args: readonly string[], scene?: Scene & {input?: string}): Promise<Ended>;
  /** A shell command line in which `llm` is the built program, to its end. */
  shell(script: string, scene?: Scene & {input?: string}): Promise<Ended>;
};

/** Sets up what the tests of one file start, and ends all of it after each test. */
export function setUpStage(): Stage {
  let endings: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    const all = endings.reverse();
    endings = [];
    for (const end of all) await end();
  });

  const folder = (): string => {
    const made = mkdtempSync(path.join(tmpdir(), 'llm-e2e-'));
    endings.push(() => rmSync(made, {recursive: true, force: true, maxRetries: 5}));
    return made;
  };
  const environment = (scene: Scene): Record<string, string> & {LLM_HOME: string} => {
    const home = scene.home ?? folder();
    return {
      PATH: process.env.PATH ?? '',
      HOME: home,
      LLM_HOME: home,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      OLLAMA_HOST: scene.server?.url ?? nowhere,
      ...scene.env,
    };
  };
  const terminal: Stage['terminal'] = (args, scene = {}) => {
    const {home: _home, server: _server, env: _env, umask, ...options} = scene;
    const env = environment(scene);
    const opened = openTerminal({
      // The pseudo-terminal names itself, whatever TERM it is given.
      command: '/usr/bin/env',
      cwd: env.LLM_HOME,
      ...options,
      args: [
        `TERM=${scene.env?.TERM ?? 'xterm-256color'}`,
        ...(umask === undefined ? [] : ['/bin/sh', '-c', `umask ${umask}; exec "$0" "$@"`]),
        process.execPath,
        launcher,
        ...args,
      ],
      env,
    });
    endings.push(() => opened.close());
    return opened;
  };
  const chat: Stage['chat'] = (scene = {}) => {
    const model = scene.server ? ['-m', scripted] : [];
    return terminal(['chat', ...(scene.args ?? model)], scene);
  };
  const execute = (command: string, args: readonly string[], scene: Scene): Running => {
    const env = environment(scene);
    const child = spawn(command, args, {cwd: scene.cwd ?? env.LLM_HOME, env});
    let stdout = '';
    let stderr = '';
    let isOver = false;
    const looks = new Set<() => void>();
    const look = (): void => {
      for (const each of [...looks]) each();
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      look();
    });
    // A program that has ended reads no more: that is no failure of the test.
    child.stdin.on('error', () => {});
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, signal) => {
        isOver = true;
        resolve({status, signal, stdout, stderr});
        look();
      });
    });
    endings.push(async () => {
      if (!isOver) child.kill('SIGKILL');
      await ended;
    });
    return {
      child,
      stdout: () => stdout,
      stderr: () => stderr,
      until: predicate =>
        new Promise((resolve, reject) => {
          const check = (): void => {
            const holds = predicate(stdout, stderr);
            if (!holds && !isOver) return;
            looks.delete(check);
            if (holds) resolve();
            else reject(new Error(`the program ended first\nstdout: ${stdout}\nstderr: ${stderr}`));
          };
          looks.add(check);
          check();
        }),
      ended,
    };
  };

  return {
    folder,
    async server(options = {}) {
      const server = await startScriptedServer({protocol: 'ollama', ...options});
      endings.push(() => server.close());
      return server;
    },
    chat,
    async readyChat(scene = {}) {
      const opened = chat(scene);
      await opened.waitFor(
        ({text, screen}) => /^llm \d/m.test(text()) && screen().join('\n').includes(idle),
        patience,
      );
      return opened;
    },
    terminal,
    shellTerminal(scene = {}) {
      const {home: _home, server: _server, env: _env, ...options} = scene;
      const env = environment(scene);
      const opened = openTerminal({
        command: '/bin/bash',
        args: ['--norc', '-i'],
        cwd: env.LLM_HOME,
        ...options,
        env,
      });
      endings.push(() => opened.close());
      return opened;
    },
    program: (args, scene = {}) => execute(scene.node ?? process.execPath, args, scene),
    start: (args, scene = {}) => execute(process.execPath, [launcher, ...args], scene),
    run(args, scene = {}) {
      const running = execute(process.execPath, [launcher, ...args], scene);
      running.child.stdin.end(scene.input ?? '');
      return running.ended;
    },
    shell(script, scene = {}) {
      const program = `llm() { "${process.execPath}" "${launcher}" "$@"; }; ${script}`;
      const running = execute('/bin/bash', ['-c', program], scene);
      running.child.stdin.end(scene.input ?? '');
      return running.ended;
    },
  };
}

/** Types a prompt or a command and sends it. */
export function say(terminal: Terminal, line: string): void {
  terminal.write(`${line}\r`);
}

/** Waits until so many answers have been finished, by their lines of figures, and nothing streams any more. */
export async function answers(terminal: Terminal, count: number): Promise<void> {
  await terminal.waitFor(({text, screen}) => {
    const visible = screen().join('\n');
    const finished = text().match(/(?: · |^)~?[\d,]+ tokens(?! · (?:\/help|Esc|Enter))/gm)?.length ?? 0;
    return finished >= count && /^❯/m.test(visible) && !visible.includes(streaming);
  }, patience);
}

/** The bodies of the chat requests that a server of Ollama's kind got. */
export function chatBodies(server: ScriptedServer): {
  model: string;
  messages: {role: string; content: string}[];
  options?: Record<string, unknown>;
}[] {
  return server.requests
    .filter(({path: address}) => address === '/api/chat')
    .map(({body}) => body as ReturnType<typeof chatBodies>[number]);
}

/** An answer of Ollama's kind whose second part waits until it is released, so that a test can act in between. */
export function heldAnswer(
  first: Record<string, string>,
  rest: Record<string, string>,
): {routes: NonNullable<ScriptedServerOptions['routes']>; release(): void} {
  const {promise: released, resolve: release} = Promise.withResolvers<void>();
  async function* body(): AsyncGenerator<string> {
    yield ollamaLine(first);
    await released;
    yield ollamaLine(rest);
    yield ollamaLine({}, {done: true, done_reason: 'stop', eval_count: 2, eval_duration: 1_000_000});
  }
  return {
    routes: {'POST /api/chat': {headers: {'content-type': 'application/x-ndjson'}, body}},
    release: () => release(),
  };
}

/** One line of an answer of Ollama's kind. */
export function ollamaLine(message: Record<string, string>, more: object = {done: false}): string {
  return `${JSON.stringify({model: 'scripted:latest', message: {role: 'assistant', content: '', ...message}, ...more})}\n`;
}
