import {readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {chatBodies, patience, scripted, setUpStage} from './stage.ts';

const stage = setUpStage();
const packageRoot = fileURLToPath(new URL('../..', import.meta.url));
const said = ['Hel', 'lo ', '**there**', '.'];

describe('llm run', () => {
  it('answers from the built-in guide with nothing but the answer on stdout', async () => {
    const {status, stdout, stderr} = await stage.run(['run'], {
      input: 'how do I export this chat to a file?\n',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('/export');
    expect(stdout).toMatch(/[^\n]\n$/);
    expect(stdout).not.toContain('\x1b');
    expect(stderr).toMatch(/^llm: [^\n]*guide[^\n]*\n$/);
  });

  it('uses the server at OLLAMA_HOST without being told, and writes its text as it is', async () => {
    const server = await stage.server({models: ['found:1b'], text: said});
    const ended = await stage.run(['run', 'hi'], {server});
    expect(ended).toEqual({status: 0, signal: null, stdout: 'Hello **there**.\n', stderr: ''});
    expect(chatBodies(server)).toMatchObject([
      {model: 'found:1b', messages: [{role: 'user', content: 'hi'}]},
    ]);
  });

  it('joins stdin and its argument, stdin first', async () => {
    const server = await stage.server({text: said});
    await stage.run(['run', '-m', scripted, 'What', 'is this?'], {server, input: 'some text\n\n'});
    expect(chatBodies(server)[0]?.messages[0]?.content).toBe('some text\n\nWhat is this?');
  });

  it('is what bare llm does with piped stdin, and npm start without a terminal', async () => {
    const server = await stage.server({text: said});
    const bare = await stage.run([], {server, input: 'hi', env: {LLM_MODEL: scripted}});
    expect(bare).toMatchObject({status: 0, stdout: 'Hello **there**.\n', stderr: ''});
    const npm = await stage.shell('npm start --silent', {
      server,
      home: stage.folder(),
      cwd: packageRoot,
      input: 'hi',
      env: {LLM_MODEL: scripted, npm_config_update_notifier: 'false'},
    });
    expect(npm).toMatchObject({status: 0, stdout: 'Hello **there**.\n'});
  });

  it('prints one object with --json', async () => {
    const server = await stage.server({text: said, reasoning: ['Hm.']});
    const {status, stdout} = await stage.run(['run', '-m', scripted, '--json', 'hi'], {server});
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      id: expect.any(String),
      model: scripted,
      backend: 'ollama',
      text: 'Hello **there**.',
      reasoning: 'Hm.',
      usage: {input: 26, output: 4, estimated: false},
      timing: {
        first_token_ms: expect.any(Number),
        total_ms: expect.any(Number),
        tokens_per_second: expect.any(Number),
      },
      cost: 0,
      stop: 'stop',
    });
  });

  it('prints the events with --jsonl, the last of them finish', async () => {
    const server = await stage.server({text: said, reasoning: ['Hm.']});
    const {status, stdout} = await stage.run(['run', '-m', scripted, '--jsonl', 'hi'], {server});
    expect(status).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as {type: string; text?: string});
    const joined = (type: string): string =>
      events.flatMap(event => (event.type === type ? [event.text] : [])).join('');
    expect(joined('text')).toBe('Hello **there**.');
    expect(joined('reasoning')).toBe('Hm.');
    expect(events.filter(({type}) => type === 'usage')).not.toHaveLength(0);
    expect(events.at(-1)).toEqual({type: 'finish', reason: 'stop'});
    expect(events.filter(({type}) => type === 'finish')).toHaveLength(1);
  });

  it('never prints thinking, prints one fence with -x, and the counts with -u', async () => {
    const server = await stage.server({
      reasoning: ['secret thoughts'],
      text: ['Here:\n\n```sh\necho one\n```\n\nor\n\n```sh\necho two\n```\n'],
    });
    const first = await stage.run(['run', '-m', scripted, '-x', '-u', 'hi'], {server});
    expect(first.stdout).toBe('echo one\n');
    expect(first.stderr).toMatch(/26 tokens in · 1 out/);
    const last = await stage.run(['run', '-m', scripted, '--xl', 'hi'], {server});
    expect(last.stdout).toBe('echo two\n');
    const whole = await stage.run(['run', '-m', scripted, 'hi'], {server});
    expect(whole.stdout).not.toContain('secret');
  });

  it('renders on a terminal', async () => {
    const server = await stage.server({text: said});
    const terminal = stage.terminal(['run', '-m', scripted, 'hi'], {server});
    expect(await terminal.exit).toEqual({code: 0, signal: 0});
    expect(terminal.text()).toBe('Hello there.');
    expect(terminal.clears()).toEqual({screen: 0, scrollback: 0, alternate: 0});
  });

  it('ends quietly and stops the server when its reader has left', async () => {
    const server = await stage.server({text: ['line\n'], tokens: Number.POSITIVE_INFINITY, rate: 2000});
    const {stdout, stderr} = await stage.shell(
      `llm run -m ${scripted} hi | head -1; echo "\${PIPESTATUS[0]}"`,
      {server},
    );
    expect(stdout).toBe('line\n0\n');
    expect(stderr).toBe('');
    await expect.poll(() => server.closedEarly, {timeout: patience}).toBe(1);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('at %s prints what has come, stops the server and has status %i', async (signal, status) => {
    const server = await stage.server({text: ['word '], tokens: Number.POSITIVE_INFINITY, rate: 100});
    const home = stage.folder();
    const running = stage.start(['run', '-m', scripted, 'hi'], {server, home});
    running.child.stdin.end();
    await running.until(stdout => stdout.includes('word word'));
    running.child.kill(signal);
    const ended = await running.ended;
    expect(ended).toMatchObject({status, signal: null, stderr: ''});
    expect(ended.stdout).toMatch(/^(word )+\n$/);
    await expect.poll(() => server.closedEarly, {timeout: patience}).toBe(1);
    expect((await stage.run(['history', 'show'], {home})).stdout).toContain('word word');
  });

  it('goes on with the latest conversation with -c', async () => {
    const server = await stage.server({text: said});
    const home = stage.folder();
    await stage.run(['run', '-m', scripted, 'one'], {server, home});
    const {stdout, stderr} = await stage.run(['run', '-c', 'two'], {server, home});
    expect({stdout, stderr}).toEqual({stdout: 'Hello **there**.\n', stderr: ''});
    expect(chatBodies(server)[1]?.messages.map(({content}) => content)).toEqual([
      'one',
      'Hello **there**.',
      'two',
    ]);
  });

  it('stores nothing with -n, and leaves the prompt history to the chat', async () => {
    const server = await stage.server({text: ['A secret answer.']});
    const home = stage.folder();
    await stage.run(['run', '-n', '-m', scripted, 'a secret question'], {server, home});
    expect((await stage.shell('find . -type f', {home})).stdout).toBe('');
    await stage.run(['run', '-m', scripted, 'an open question'], {server, home});
    expect((await stage.shell('find . -type f', {home})).stdout).not.toContain('.llm_chat_history');
  });

  it('sends the system prompt and the options', async () => {
    const server = await stage.server({text: said});
    const args = [
      'run',
      '-m',
      scripted,
      '-s',
      'Be brief.',
      '-o',
      'temperature',
      '0.5',
      '-o',
      'seed=7',
      '--max-tokens',
      '9',
    ];
    const {status} = await stage.run([...args, 'hi'], {server});
    expect(status).toBe(0);
    expect(chatBodies(server)[0]).toMatchObject({
      messages: [
        {role: 'system', content: 'Be brief.'},
        {role: 'user', content: 'hi'},
      ],
      options: {temperature: 0.5, seed: 7, num_predict: 9},
    });
  });
});

describe('the bundle of llm run', () => {
  it('reaches neither React nor Ink', () => {
    const dist = path.join(packageRoot, 'dist');
    const reached = new Map<string, string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      const code = readFileSync(file, 'utf8');
      reached.set(file, code);
      for (const [, from = ''] of code.matchAll(/(?:\bfrom|\bimport)\s*"(\.[^"]+)"/g))
        visit(path.join(path.dirname(file), from));
    };
    const chunks = (pattern: RegExp, code: string): string[] =>
      [...code.matchAll(pattern)].map(([, name = '']) => path.join(dist, 'chunks', name));
    const main = readFileSync(path.join(dist, 'main.js'), 'utf8');
    const [start = ''] = chunks(/import\("\.\/chunks\/(start-[^"]+)"\)/g, main);
    const [program = ''] = chunks(/import\("\.\/(program-[^"]+)"\)/g, readFileSync(start, 'utf8'));
    const [run = ''] = chunks(/import\("\.\/(run-[^"]+)"\)/g, readFileSync(program, 'utf8'));
    for (const file of [path.join(dist, 'main.js'), start, program, run]) visit(file);
    expect(reached.size).toBeGreaterThan(4);
    const isReact = (code: string): boolean => /react\.(?:transitional\.)?element|yoga/i.test(code);
    expect([...reached].filter(([, code]) => isReact(code)).map(([file]) => path.basename(file))).toEqual([]);
    const [chat = ''] = chunks(/import\("\.\/(startChat-[^"]+)"\)/g, allChunks(dist));
    visit(chat);
    expect([...reached.values()].some(isReact)).toBe(true);
  });
});

function allChunks(dist: string): string {
  const names = readFileSync(path.join(dist, 'main.js'), 'utf8').match(/chunks\/start-[^"]+/)?.[0] ?? '';
  const program = readFileSync(path.join(dist, names), 'utf8').match(/program-[^"]+/)?.[0] ?? '';
  const chat = readFileSync(path.join(dist, 'chunks', program), 'utf8').match(/\bchat-[^"]+/)?.[0] ?? '';
  return readFileSync(path.join(dist, 'chunks', chat), 'utf8');
}
