import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {transformSync} from 'esbuild';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {openTerminal, type Terminal} from '../e2e/terminal.ts';

const root = join(import.meta.dirname, '..', '..');
const launcher = join(root, 'bin', 'llm.mjs');
const bundled = join(root, 'node_modules', 'node');

/** A Node on the PATH that is too old for the program: the launcher's reason to be. */
const oldNode = (process.env.PATH ?? '')
  .split(delimiter)
  .map(folder => join(folder, 'node'))
  .find(path => existsSync(path) && /^v(1\d|2[01])\./.test(run(path, ['--version']).stdout));
if (!oldNode) console.warn('no Node older than 22 on the PATH: the re-execution is not tested');

let folder: string;
let packageFolder: string;
const terminals: Terminal[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'llm-launcher-')));
  packageFolder = join(folder, 'outer', 'package');
  mkdirSync(join(packageFolder, 'bin'), {recursive: true});
  copyFileSync(launcher, join(packageFolder, 'bin', 'llm.mjs'));
});

afterEach(async () => {
  await Promise.all(terminals.splice(0).map(terminal => terminal.close()));
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, {recursive: true});
});

function run(command: string, args: readonly string[], env: Record<string, string> = {}, input = '') {
  return spawnSync(command, args, {encoding: 'utf8', env: {PATH: process.env.PATH, ...env}, input});
}

function program(source: string): string {
  mkdirSync(join(packageFolder, 'dist'), {recursive: true});
  writeFileSync(join(packageFolder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(packageFolder, 'dist', 'main.js'), source);
  return join(packageFolder, 'bin', 'llm.mjs');
}

function bringNode(beside = packageFolder): void {
  mkdirSync(join(beside, 'node_modules'), {recursive: true});
  symlinkSync(bundled, join(beside, 'node_modules', 'node'));
}

const report = 'console.log(JSON.stringify([process.version, process.argv.slice(2)])); process.exitCode = 7;';

describe('the launcher on a supported Node', () => {
  it('loads the program in the same process, with its arguments and exit status', () => {
    const path = program(`console.log(process.pid); ${report}`);
    const result = run(process.execPath, [path, 'run', '--x']);
    expect(result.stdout).toBe(`${result.pid}\n["${process.version}",["run","--x"]]\n`);
    expect(result.status).toBe(7);
  });

  it('says in one line that the program is not built', () => {
    const result = run(process.execPath, [join(packageFolder, 'bin', 'llm.mjs')]);
    expect(result.stderr).toMatch(
      /^llm: the program is not built \(.*main\.js is missing\): run `npm run build`.*\n$/,
    );
    expect(result.status).toBe(1);
  });

  it('does not hide an error of the program, a missing module among them', () => {
    const path = program(`import './gone.js';`);
    const result = run(process.execPath, [path]);
    expect(result.stderr).toContain('gone.js');
    expect(result.status).toBe(1);
  });

  it('works through a symbolic link, as npm makes it', () => {
    const path = program(report);
    symlinkSync(path, join(folder, 'llm'));
    expect(run(process.execPath, [join(folder, 'llm'), 'a']).stdout).toContain('["a"]');
  });
});

it('is written in a syntax that Node 12 reads', () => {
  const source = readFileSync(launcher, 'utf8');
  const lowered = transformSync(source, {target: 'node12.20', format: 'esm'}).code;
  expect(lowered).toBe(transformSync(source, {target: 'esnext', format: 'esm'}).code);
  expect(source).not.toMatch(/^import /m);
});

describe.skipIf(!oldNode)('the launcher on an old Node', () => {
  const old = oldNode ?? '';

  const start = (path: string) => {
    const child = spawn(old, [path], {detached: true, stdio: ['ignore', 'pipe', 'inherit']});
    children.push(child);
    let output = '';
    const waiters: (() => void)[] = [];
    child.stdout.on('data', piece => {
      output += piece;
      for (const waiter of waiters) waiter();
    });
    const ended = new Promise<{code: number | null; signal: string | null; output: string}>(resolve =>
      child.on('close', (code, signal) => resolve({code, signal, output})),
    );
    const says = (text: string) =>
      new Promise<void>(resolve => {
        const look = () => {
          if (output.includes(text)) resolve();
        };
        waiters.push(look);
        look();
      });
    return {pid: child.pid ?? 0, ended, says, output: () => output};
  };

  const terminal = (command: string, args: readonly string[]) => {
    const opened = openTerminal({command, args, cols: 100, env: {PS1: '$ ', HISTFILE: '/dev/null'}});
    terminals.push(opened);
    return opened;
  };

  it('runs the program on the Node beside the package: arguments, stdin, exit status', () => {
    bringNode();
    const path = program(`${report} process.stdin.pipe(process.stdout);`);
    const result = run(old, [path, 'run', 'two words'], {}, 'from stdin');
    expect(result.stdout).toMatch(/^\["v(2[2-9])\.[^"]*",\["run","two words"\]\]\nfrom stdin$/);
    expect(result.stderr).toBe('');
    expect(result.status).toBe(7);
  });

  it('finds the Node that was hoisted above the package, through a symbolic link too', () => {
    bringNode(folder);
    symlinkSync(program(report), join(folder, 'llm'));
    expect(run(old, [join(folder, 'llm')]).status).toBe(7);
  });

  it('says in one line what it needs when there is no other Node', () => {
    const result = run(old, [program(report)]);
    expect(result.stderr).toMatch(/^llm: needs Node 22\.16 or newer.*nodejs\.org.*\n$/);
    expect(result.stdout).toBe('');
    expect(result.status).toBe(1);
  });

  it('passes over a Node package that is too old itself', () => {
    mkdirSync(join(packageFolder, 'node_modules', 'node', 'bin'), {recursive: true});
    writeFileSync(join(packageFolder, 'node_modules', 'node', 'package.json'), '{"version":"20.1.0"}');
    symlinkSync(old, join(packageFolder, 'node_modules', 'node', 'bin', 'node'));
    expect(run(old, [program(report)]).stderr).toMatch(/^llm: needs Node/);
  });

  it('never runs itself again twice', () => {
    bringNode();
    const result = run(old, [program(report)], {LLM_LAUNCHER_PID: String(process.pid)});
    expect(result.stderr).toMatch(/^llm: needs Node/);
    expect(result.status).toBe(1);
  });

  it('leaves no trace of itself in the environment of the program', () => {
    bringNode();
    const path = program(
      'console.log(Object.keys(process.env).filter(name => name.startsWith("LLM_")).length)',
    );
    expect(run(old, [path]).stdout).toBe('0\n');
  });

  const counting = `
    let count = 0;
    process.on('SIGINT', () => console.log('INT', ++count));
    process.on('SIGTERM', () => { console.log('TERM after', count); process.exit(143); });
    setInterval(() => {}, 1000);
    console.log('ready');`;

  it('passes a signal on that only the launcher got', async () => {
    bringNode();
    const child = start(program(counting));
    await child.says('ready');
    process.kill(child.pid, 'SIGINT');
    await child.says('INT 1');
    process.kill(child.pid, 'SIGTERM');
    expect(await child.ended).toEqual({code: 143, signal: null, output: 'ready\nINT 1\nTERM after 1\n'});
  });

  it('lets the program see a signal once that the whole process group got', async () => {
    bringNode();
    const child = start(program(counting));
    await child.says('ready');
    process.kill(-child.pid, 'SIGINT');
    await child.says('INT 1');
    process.kill(child.pid, 'SIGTERM');
    expect((await child.ended).output).toBe('ready\nINT 1\nTERM after 1\n');
  });

  it('dies of the interrupt that the program died of', async () => {
    bringNode();
    const child = start(program(`setInterval(() => {}, 1000); console.log('ready');`));
    await child.says('ready');
    process.kill(-child.pid, 'SIGINT');
    expect(await child.ended).toMatchObject({code: null, signal: 'SIGINT'});
  });

  it('takes the program along when it is killed itself', async () => {
    bringNode();
    const child = start(
      program(`process.on('SIGHUP', () => { console.log('hung up'); process.exit(129); });
        setInterval(() => {}, 1000); console.log('ready');`),
    );
    await child.says('ready');
    process.kill(child.pid, 'SIGKILL');
    // Its stdout ends only when the program, which inherited it, has ended too.
    expect((await child.ended).output).toBe('ready\nhung up\n');
  });

  it('leaves a sane terminal behind a program that was killed', async () => {
    bringNode();
    const path = program(`process.stdin.setRawMode(true);
      process.stdout.write('\\x1b[?25l\\x1b[?2004h\\x1b[?1049hpid=' + process.pid + '=');
      setInterval(() => {}, 1000);`);
    const shell = terminal('/bin/sh', ['-c', `stty -g; "${old}" "${path}"; echo "status $?"; stty -g`]);
    await shell.waitFor(/pid=\d+=/);
    const before = shell.raw().split('\r\n')[0];
    expect(shell.alternate()).toBe(true);
    process.kill(Number(/pid=(\d+)=/.exec(shell.raw())?.[1]), 'SIGKILL');
    await shell.exit;
    expect(shell.screen().filter(line => line !== '')).toEqual([before, 'status 137', before]);
    expect(shell.cursor().visible).toBe(true);
    expect(shell.modes().bracketedPasteMode).toBe(false);
    expect(shell.alternate()).toBe(false);
  });

  it('stops and goes on with the shell at Ctrl+Z, and Ctrl+C counts once', async () => {
    bringNode();
    const path = program(counting);
    const shell = terminal(existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh', ['-i']);
    shell.write(`"${old}" "${path}"\r`);
    await shell.waitFor(/^ready/m);
    shell.write('\x1a');
    await shell.waitFor(/Stopped/);
    shell.write('echo at the "shell"\r');
    await shell.waitFor('at the shell');
    shell.write('fg\r');
    await shell.waitFor(/fg\n.*llm\.mjs/);
    shell.write('\x03');
    await shell.waitFor('INT 1');
    process.kill(Number(run('pgrep', ['-P', String(shell.pid)]).stdout), 'SIGTERM');
    await shell.waitFor('TERM after 1');
  });
});
