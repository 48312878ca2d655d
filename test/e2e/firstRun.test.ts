import {cpSync, existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {writeFakeNpm} from '../backends/local/fakeNpm.ts';
import {writeFakeOllama} from '../cli/fakeOllama.ts';
import {freePort} from '../cli/freePort.ts';
import {answers, patience, say, setUpStage} from './stage.ts';

const stage = setUpStage();
const root = path.join(import.meta.dirname, '..', '..');
const pidFiles: string[] = [];

/** A machine on which Ollama is installed and does not run. */
async function withOllama(models: string[] = [], stalls = false) {
  const bin = stage.folder();
  pidFiles.push(writeFakeOllama(bin, {models, stalls}).pidFile);
  return {PATH: bin, OLLAMA_HOST: `http://127.0.0.1:${await freePort()}`};
}

// What was started goes on after the program, as it should.
afterEach(() => {
  for (const pidFile of pidFiles.splice(0)) {
    if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'utf8')));
  }
});

describe('the first run', () => {
  it('leads by one key from the guide to Ollama, by another to its first model, which stays', async () => {
    const home = stage.folder();
    const env = await withOllama();
    const chat = stage.chat({env, home, cols: 140});
    await chat.waitFor('Enter: starts Ollama', patience);
    expect(chat.text()).toContain('This is the built-in guide');
    await chat.waitFor('Ollama is installed but does not run.', patience);
    chat.write('\r');
    await chat.waitFor(/Enter: pulls Qwen/, patience);
    await chat.waitFor(/Ollama runs\. A model for real work on this machine is Qwen.*Apache-2\.0/, patience);
    chat.write('\r');
    await chat.waitFor(/is there\. The next answers come from ollama\/qwen/, patience);
    say(chat, 'who are you?');
    await answers(chat, 1);
    expect(chat.text()).toMatch(/I am qwen/);
    const {status, stdout} = await stage.run(['run', 'hi'], {env, home});
    expect({status, stdout}).toEqual({status: 0, stdout: expect.stringMatching(/^I am qwen/)});
  });

  it('pulls as the manager does, and goes on with what had come when it was left', async () => {
    const home = stage.folder();
    const env = await withOllama([], true);
    const chat = stage.chat({env, home, cols: 140});
    await chat.waitFor('Enter: starts Ollama', patience);
    chat.write('\r');
    await chat.waitFor(/Enter: pulls Qwen/, patience);
    chat.write('\r');
    await chat.waitFor(/pulling Qwen.* 50 % · 1\.0 GB of 2\.0 GB/, patience);
    say(chat, '/models');
    await chat.waitFor(
      screen =>
        /^pulls$/m.test(
          screen
            .screen()
            .map(line => line.trim())
            .join('\n'),
        ),
      patience,
    );
    chat.write('q');
    await chat.waitFor(/Esc stops/, patience);
    chat.write('\u0004');
    await chat.exit;
    expect(chat.text()).toMatch(
      /llm: the pull of ollama\/qwen\S+ was stopped; what has come is kept: \/models goes on with it/,
    );
    const again = stage.chat({env, home, cols: 140});
    await again.waitFor(/Enter: goes on pulling Qwen/, patience);
    expect(again.text()).toMatch(/1\.0 GB of Qwen.* have come already\./);
  });

  it('takes no step by a second Enter behind a prompt', async () => {
    const home = stage.folder();
    const chat = stage.chat({env: await withOllama(['there:1b']), home});
    await chat.waitFor('Enter: starts Ollama', patience);
    say(chat, 'how do I quit?');
    await answers(chat, 1);
    chat.write('\r');
    await chat.waitFor('Enter: starts Ollama', patience);
    expect(existsSync(path.join(home, 'ollama.log'))).toBe(false);
  });

  it('goes on with a model that Ollama has, and does nothing without the key', async () => {
    const home = stage.folder();
    const chat = stage.chat({env: await withOllama(['there:1b']), home});
    await chat.waitFor('Enter: starts Ollama', patience);
    say(chat, 'how do I quit?');
    await answers(chat, 1);
    expect(existsSync(path.join(home, 'ollama.log'))).toBe(false);
    await chat.waitFor('Enter: starts Ollama', patience);
    chat.write('\r');
    await chat.waitFor('Ollama runs. The next answers come from ollama/there:1b.', patience);
    expect(existsSync(path.join(home, 'ollama.log'))).toBe(true);
  });

  it('names the command instead of a key in the line mode', async () => {
    const {stdout, status} = await stage.run(['chat'], {
      env: await withOllama(['there:1b']),
      input: '/setup\nhi\n',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('Ollama is installed but does not run. `/setup` starts it.');
    expect(stdout).toContain('Starting Ollama. Ctrl+C stops.');
    expect(stdout).toContain('I am there:1b');
  });
});

describe('a global install, which brings no engine', () => {
  /** The program as npm installs it: without what only a clone has. */
  function installed(...more: string[]): string {
    const folder = path.join(stage.folder(), 'llm-local');
    for (const part of ['bin', 'dist', 'themes', 'package.json', ...more])
      cpSync(path.join(root, part), path.join(folder, part), {recursive: true});
    return path.join(folder, 'bin', 'llm.mjs');
  }

  it('opens the chat all the same, and says what to do, before and after a prompt', async () => {
    const bin = stage.folder();
    writeFakeNpm(bin);
    const run = stage.program([installed('models'), 'chat'], {env: {PATH: bin}});
    run.child.stdin.end('hello\n');
    const {status, stdout, stderr} = await run.ended;
    expect(status).toBe(1);
    const offer = 'The embedded engine is not installed. `/setup` fetches it with npm';
    expect(stdout.split(offer)).toHaveLength(3);
    expect(stderr).toMatch(/^llm: The embedded engine is not installed .* `llm doctor --install-engine`/);
  });

  it('fails in a script with 1 and the command to type, also without the guide', async () => {
    for (const more of [['models'], []]) {
      const run = stage.program([installed(...more), 'run', '-q', 'hello']);
      run.child.stdin.end();
      const {status, stdout, stderr} = await run.ended;
      expect(status).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toMatch(
        more.length > 0 ? /llm doctor --install-engine/ : /guide is missing: .* Install the program again/,
      );
    }
  });
});
