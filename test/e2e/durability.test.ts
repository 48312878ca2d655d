import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {answers, patience, say, scripted, setUpStage, streaming} from './stage.ts';
import type {Terminal} from './terminal.ts';

const stage = setUpStage();
const root = fileURLToPath(new URL('../..', import.meta.url));
const launcher = path.join(root, 'bin', 'llm.mjs');

/** Tokens a second of an answer that never ends and whose words are numbered. */
const rate = 60;
const counting = {rate, tokens: 4000, text: Array.from({length: 4000}, (_, number) => `n${number} `)};

/** A Node on the PATH that is too old for the program, so that the launcher runs it in a child. */
const oldNode = (process.env.PATH ?? '')
  .split(path.delimiter)
  .map(folder => path.join(folder, 'node'))
  .find(
    file =>
      existsSync(file) && /^v(1\d|2[01])\./.test(spawnSync(file, ['--version'], {encoding: 'utf8'}).stdout),
  );
if (!oldNode) console.warn('no Node older than 22 on the PATH: the chat under a launcher is not tested');

const highest = (text: string): number =>
  Math.max(-1, ...[...text.matchAll(/\bn(\d+) /g)].map(([, n]) => Number(n)));

/** Waits for an answer that streams, and returns a number of it that came at least a second ago. */
async function seenForASecond(
  text: () => string,
  until: (predicate: () => boolean) => Promise<void>,
): Promise<number> {
  await until(() => highest(text()) >= 10);
  const seen = highest(text());
  await until(() => highest(text()) >= seen + 1.2 * rate);
  return seen;
}

const seenOn = (terminal: Terminal): Promise<number> =>
  seenForASecond(
    () => terminal.text(),
    predicate => terminal.waitFor(predicate, patience),
  );

/** What is stored of the last answer, once nothing is written any more. */
async function storedAnswer(home: string): Promise<string> {
  return (await stage.run(['history', 'show'], {home})).stdout;
}

const isAlive = (pid: number): boolean => {
  try {
    // A zombie has ended; only its parent has not noticed.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const childOf = (pid: number): number =>
  Number(
    spawnSync('pgrep', ['-P', String(pid)], {encoding: 'utf8'})
      .stdout.trim()
      .split('\n')[0],
  );

describe('an answer that streams when its program is ended', () => {
  it('by kill -9 is there but for the last second, and llm chat -c offers to go on or to ask again', async () => {
    const server = await stage.server(counting);
    const home = stage.folder();
    const chat = await stage.readyChat({server, home});
    say(chat, 'count');
    const seen = await seenOn(chat);
    chat.kill('SIGKILL');
    await chat.exit;
    expect(highest(await storedAnswer(home))).toBeGreaterThanOrEqual(seen);

    const again = await stage.readyChat({server, home, args: ['-c']});
    await again.waitFor(`n${seen} `, patience);
    expect(again.text()).toMatch(
      /\/continue\s+goes\s+on[^❯]*✗ The program ended before the answer was complete\.\s+\/retry\s+asks\s+again/,
    );
    say(again, '/continue');
    await again.waitFor(streaming, patience);
  });

  it('by the end of its terminal is stored, and the program ends', async () => {
    const server = await stage.server(counting);
    const home = stage.folder();
    const window = stage.program(
      [path.join(import.meta.dirname, 'ptyHolder.ts'), process.execPath, launcher, 'chat', '-m', scripted],
      {server, home},
    );
    await window.until(stdout => stdout.includes('/help'));
    window.child.stdin.write('count\r');
    const seen = await seenForASecond(window.stdout, predicate => window.until(predicate));
    const pid = Number(window.stderr());
    expect(isAlive(pid)).toBe(true);
    window.child.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), {timeout: patience}).toBe(false);
    await expect.poll(() => server.closedEarly, {timeout: patience}).toBe(1);
    const stored = await storedAnswer(home);
    expect(highest(stored)).toBeGreaterThanOrEqual(seen);
    // It had the time to end it in order.
    expect(stored).toContain('· stopped)');
  });

  it.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'by %s of llm run is there but for the last second',
    async signal => {
      const server = await stage.server(counting);
      const home = stage.folder();
      const running = stage.start(['run', '-m', scripted, 'count'], {server, home});
      running.child.stdin.end();
      const seen = await seenForASecond(running.stdout, predicate => running.until(predicate));
      running.child.kill(signal);
      await running.ended;
      expect(highest(await storedAnswer(home))).toBeGreaterThanOrEqual(seen);
      await expect.poll(() => server.closedEarly, {timeout: patience}).toBe(1);
    },
  );
});

describe.skipIf(!oldNode)('under a launcher', () => {
  /** The chat as a job of an interactive shell, and the launcher's process. */
  const shellChat = async (scene: {server: Awaited<ReturnType<typeof stage.server>>; home: string}) => {
    const shell = stage.shellTerminal({...scene, env: {PS1: '$ ', HISTFILE: '/dev/null'}});
    await shell.waitFor('$ ', patience);
    shell.write(`"${oldNode}" "${launcher}" chat -m ${scripted}\r`);
    await shell.waitFor('Ask anything', patience);
    await shell.waitFor(/^llm \d/m, patience);
    say(shell, 'count');
    const seen = await seenOn(shell);
    const parent = childOf(shell.pid);
    return {shell, seen, parent, child: childOf(parent)};
  };

  it.each([
    ['the launcher', 'SIGKILL', 'parent'],
    ['the launcher', 'SIGTERM', 'parent'],
    ['the launcher', 'SIGHUP', 'parent'],
    ['the program', 'SIGKILL', 'child'],
    ['the program', 'SIGTERM', 'child'],
  ] as const)(
    'an answer is stored when %s gets %s, both end, and the shell is sane',
    async (_who, signal, whom) => {
      const server = await stage.server(counting);
      const home = stage.folder();
      const {shell, seen, parent, child} = await shellChat({server, home});
      expect([isAlive(parent), isAlive(child)]).toEqual([true, true]);
      process.kill(whom === 'parent' ? parent : child, signal);
      await expect.poll(() => isAlive(child) || isAlive(parent), {timeout: patience}).toBe(false);
      await expect.poll(() => server.closedEarly, {timeout: patience}).toBe(1);
      expect(highest(await storedAnswer(home))).toBeGreaterThanOrEqual(seen);
      shell.write('echo "still" here\r');
      await shell.waitFor('still here', patience);
      await expect.poll(() => shell.cursor().visible, {timeout: patience}).toBe(true);
    },
  );

  it('llm run ends too when its launcher was killed', async () => {
    const server = await stage.server(counting);
    const home = stage.folder();
    const running = stage.program([launcher, 'run', '-m', scripted, 'count'], {
      server,
      home,
      node: oldNode ?? '',
    });
    running.child.stdin.end();
    const seen = await seenForASecond(running.stdout, predicate => running.until(predicate));
    running.child.kill('SIGKILL');
    // Its stdout ends when the program, which inherited it, has ended.
    await running.ended;
    await expect.poll(() => server.closedEarly, {timeout: patience}).toBe(1);
    expect(highest(await storedAnswer(home))).toBeGreaterThanOrEqual(seen);
  });
});

describe('a chat without its storage', () => {
  it('opens and answers, says once why nothing is stored, and stores all when the cause is gone', async () => {
    const server = await stage.server({text: ['All is said.']});
    const home = stage.folder();
    writeFileSync(path.join(home, 'data'), 'a file where the folder should be');
    const env = {LLM_HOME: path.join(home, 'data', 'llm')};
    const chat = await stage.readyChat({server, home, env, cwd: home, cols: 300});
    await chat.waitFor(/! nothing of this is stored: .*data\/llm/, patience);
    say(chat, 'one');
    await answers(chat, 1);
    say(chat, 'two');
    await answers(chat, 2);
    expect(chat.text().match(/stored/g)).toHaveLength(1);
    expect(chat.text().match(/llm_chat_history: cannot/g)).toHaveLength(1);
    const removed = await stage.shell('rm data', {home});
    expect(removed.status).toBe(0);
    say(chat, 'three');
    await chat.waitFor('✓ This conversation is stored again, with all that was said in it.', patience);
    say(chat, '/quit');
    await chat.exit;
    const {stdout} = await stage.run(['history', 'show'], {home, env, cwd: home});
    expect(stdout).toMatch(/^> one\n[\s\S]*> two\n[\s\S]*> three\n/);
  });

  it('is not frozen by a lock: keys are echoed, the answer comes, and all is stored when the lock is gone', async () => {
    const server = await stage.server({text: ['All is said.']});
    const home = stage.folder();
    const chat = await stage.readyChat({server, home});
    const other = new DatabaseSync(path.join(home, 'llm.db'));
    try {
      other.exec('BEGIN EXCLUSIVE');
      say(chat, 'one');
      await chat.waitFor('waiting for', patience);
      // Keys go on working while the lock is waited for: the prompt is not sent before it is stored.
      for (const word of ['keys ', 'go ', 'on']) chat.write(word);
      await chat.waitFor('❯ keys go on', patience);
      expect(chat.text()).not.toContain('All is said.');
      await chat.waitFor('All is said.', patience);
      await chat.waitFor(/no longer being stored[\s\S]*locked/, patience);
    } finally {
      other.close();
    }
    chat.write('\x15');
    say(chat, 'two');
    await chat.waitFor('stored again', patience);
    say(chat, '/quit');
    await chat.exit;
    expect(await storedAnswer(home)).toMatch(/^> one\n[\s\S]*> two\n/);
  });
});

describe('a damaged database', () => {
  it('is set aside by the chat, which says so and goes on with what was saved', async () => {
    const server = await stage.server({text: ['All is said.']});
    const home = stage.folder();
    await stage.run(['run', '-m', scripted, 'the first question'], {server, home});
    const file = path.join(home, 'llm.db');
    writeFileSync(file, readFileSync(file).fill(0, 0, 100));
    const chat = await stage.readyChat({server, home, args: ['-c'], cols: 300});
    await chat.waitFor('❯ the first question', patience);
    expect(chat.text()).toMatch(
      /! \S+llm\.db was damaged\. Saved into a new one: 1 conversation with 2 messages; .* is kept: \S+llm\.db\.broken-/,
    );
    say(chat, 'the second');
    await answers(chat, 2);
    say(chat, '/quit');
    await chat.exit;
    expect(await storedAnswer(home)).toMatch(/^> the first question\n[\s\S]*> the second\n/);
    expect(readdirSync(home).filter(name => name.startsWith('llm.db.broken-'))).toHaveLength(1);
  });
});
