#!/usr/bin/env node
// The launcher. Every Node that can load an ES module (12 and newer) must understand it, so that an old one gives a
// clear line and not a syntax error: no static imports, no `?.`, no `??`, no top-level await.
// On a supported Node it loads the program at once and nothing else: each import here would be paid at every start.

const relaunched = process.env.LLM_LAUNCHER_PID === String(process.ppid);
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

if (supported(process.versions.node)) {
  if (relaunched) becomeChild();
  import('../dist/main.js').catch(explainMissingBuild);
} else {
  relaunch();
}

/** The range of package.json's `engines`: node:sqlite has full-text search in ^22.16 and from 24 on. */
function supported(version) {
  const [major, minor] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 16);
}

function fail(line) {
  process.stderr.write(`llm: ${line}\n`);
  process.exitCode = 1;
}

function explainOldNode() {
  fail(
    `needs Node 22.16 or newer, or 24 (this is ${process.version} at ${process.execPath}): install it from ` +
      'https://nodejs.org, or run `npm ci` in a clone of the project, which brings one',
  );
}

async function explainMissingBuild(error) {
  const [fs, url] = await Promise.all([import('node:fs'), import('node:url')]);
  const main = url.fileURLToPath(new URL('../dist/main.js', import.meta.url));
  if (fs.existsSync(main)) throw error;
  fail(`the program is not built (${main} is missing): run \`npm run build\` in its folder`);
}

/** Runs this file again on the Node that the npm package `node` brings. */
async function relaunch() {
  let modules;
  try {
    modules = await Promise.all(
      ['child_process', 'fs', 'os', 'path', 'tty', 'url'].map(name => import(`node:${name}`)),
    );
  } catch (_) {
    return explainOldNode(); // Before 12.20 there are no `node:` imports.
  }
  const [childProcess, fs, os, path, tty, url] = modules;
  const here = fs.realpathSync(url.fileURLToPath(import.meta.url));
  const binary = relaunched ? undefined : bundledNode(here, fs, path);
  if (!binary) return explainOldNode();

  // Asynchronous, because spawnSync would hold every signal back until the child has ended.
  const child = childProcess.spawn(binary, [here, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: Object.assign({}, process.env, {LLM_LAUNCHER_PID: String(process.pid)}),
  });
  child.on('error', error => {
    fail(`cannot run ${binary} (${error.message}): run \`npm ci\` again, or install Node 24`);
  });
  // A signal to this process alone must reach the child. One from the keyboard goes to the whole process group, so the
  // child gets it twice; becomeChild() drops the second. Ctrl+Z and `fg` need nothing: the group stops and goes on.
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    restoreScreen(fs, tty);
    if (signal === 'SIGINT') {
      // A shell ends its loop at Ctrl+C only when the program died of the signal itself.
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else {
      // Exiting, unlike dying, makes Node put the terminal's line settings back as they were when it started.
      process.exit(128 + os.constants.signals[signal]);
    }
  });
}

/** The binary of the nearest supported `node` package: beside this package, or hoisted above it. */
function bundledNode(here, fs, path) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  let folder = path.dirname(here);
  while (folder !== path.dirname(folder)) {
    folder = path.dirname(folder);
    const home = path.join(folder, 'node_modules', 'node');
    const binary = path.join(home, 'bin', name);
    try {
      const {version} = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8'));
      if (supported(version) && fs.existsSync(binary)) return binary;
    } catch (_) {
      // No such package here: look one folder higher.
    }
  }
  return undefined;
}

/** Undoes what a killed child could not: screen, cursor and its shape, paste and key modes. Harmless where none was on. */
function restoreScreen(fs, tty) {
  const fd = [1, 2].find(candidate => tty.isatty(candidate));
  if (fd === undefined) return;
  // Leaving the alternate screen by 1049 also moves the cursor to where it was saved, so it is saved just before;
  // tmux keeps that place elsewhere and would jump, but knows 1047, which moves nothing.
  const leaveAlternate = process.env.TMUX ? '\x1b[?1047l' : '\x1b7\x1b[?1049l';
  try {
    fs.writeSync(
      fd,
      `\x1b[?2026l\x1b[?7h${leaveAlternate}\x1b[?25h\x1b[0 q\x1b[?2004l\x1b[?1004l\x1b[<u\x1b[>4;0m\x1b[0m\r\n`,
    );
  } catch (_) {
    // The terminal is gone: nothing to restore.
  }
}

/** Set-up of the process that a launcher started: one signal counts once, and it does not outlive its launcher. */
function becomeChild() {
  delete process.env.LLM_LAUNCHER_PID;
  const emit = process.emit;
  const last = {};
  process.emit = (name, ...rest) => {
    if (signals.includes(name)) {
      const now = Date.now();
      const repeated = now - last[name] < 250;
      last[name] = now;
      if (repeated) return true;
    }
    return emit.call(process, name, ...rest);
  };
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGHUP');
  }, 1000).unref();
}
