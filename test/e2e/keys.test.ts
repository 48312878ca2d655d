import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {ScriptedServer, ScriptedServerOptions, WireReply} from '../backends/scriptedServer.ts';
import {type Ended, type Scene, setUpStage} from './stage.ts';

const stage = setUpStage();
const canary = 'sk-canary-d15ea5e0b57ac1e';
const model = 'openai/scripted';

/** Gives the program the key, in one of the ways that there are; returns the files that may hold it. */
type Giving = {name: string; give(scene: Scene & {home: string}): Promise<{scene: Scene; holders: string[]}>};
const givings: readonly Giving[] = [
  {
    name: 'the environment',
    give: async scene => ({scene: {...scene, env: {...scene.env, OPENAI_API_KEY: canary}}, holders: []}),
  },
  {
    name: 'keyCommand',
    async give(scene) {
      writeFileSync(path.join(scene.home, 'secret'), `${canary}\n`);
      await stage.run(['config', 'set', 'backends.openai.keyCommand', 'cat secret'], scene);
      return {scene: {...scene, cwd: scene.home}, holders: ['secret']};
    },
  },
  {
    name: 'llm keys set',
    async give(scene) {
      const {status, stdout, stderr} = await stage.run(['keys', 'set', 'openai', '--file'], {
        ...scene,
        input: `${canary}\n`,
      });
      expect({status, shown: stdout + stderr}).toEqual({
        status: 0,
        shown: expect.not.stringContaining(canary),
      });
      return {scene, holders: ['keys.json']};
    },
  },
];

async function sceneWith(giving: Giving, options: Partial<ScriptedServerOptions> = {}) {
  const server = await stage.server({protocol: 'openai', ...options});
  const home = stage.folder();
  const address = {home, env: {LLM_DEBUG: '1', OPENAI_BASE_URL: `${server.url}/v1`}};
  return {server, home, ...(await giving.give(address))};
}

const wasSent = ({requests}: ScriptedServer): boolean =>
  requests.some(({headers}) => headers.authorization === `Bearer ${canary}`);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, {withFileTypes: true, recursive: true})
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/** The files below a folder in which the key stands. */
const leaks = (folder: string): string[] =>
  filesBelow(folder).filter(file => readFileSync(path.join(folder, file)).includes(canary));

const shown = ({stdout, stderr}: Pick<Ended, 'stdout' | 'stderr'>): string => stdout + stderr;

const refusals: readonly (readonly [name: string, reply: WireReply])[] = [
  [
    'a refusal that repeats it',
    {
      status: 401,
      headers: {'content-type': 'application/json'},
      body: `{"error":{"message":"Incorrect API key provided: ${canary}.","code":"invalid_api_key"}}`,
    },
  ],
  ['a failure with a page that repeats it', {status: 500, body: `authorization: Bearer ${canary}`}],
  [
    'a failure inside the answer',
    {
      headers: {'content-type': 'text/event-stream'},
      body: `data: {"error":{"message":"the key ${canary} is no good","code":"server_error"}}\n\n`,
    },
  ],
  [
    'an answer in no known form',
    {headers: {'content-type': 'text/event-stream'}, body: `event: ${canary}\n\n`},
  ],
  ['a connection that is cut', {headers: {'content-type': 'text/event-stream'}, after: 'reset'}],
];

describe.each(givings)('a key from $name', giving => {
  it('goes to its backend, and nowhere else that can be looked at', async () => {
    const {scene, home, server, holders} = await sceneWith(giving);
    const calls: readonly (readonly string[])[] = [
      ['run', '-m', model, '-u', '-v', '--show-prompt', 'hi'],
      ['run', '-m', model, '--json', 'hi'],
      ['run', '-m', model, '--jsonl', 'hi'],
      ['run', '-m', model, '--dry-run', 'hi'],
      ['models', 'list', '--json'],
      ['history', 'list', '--json'],
      ['history', 'show', '--json'],
      ['config', 'list', '--json'],
      ['keys', 'list', '--json'],
      ['keys', 'list'],
      ['doctor', '--json'],
      ['doctor'],
    ];
    for (const call of calls)
      expect(shown(await stage.run(call, scene)), call.join(' ')).not.toContain(canary);
    const lines = ['hi', '/export talk.md', '/export talk.html', '/export talk.json', '/settings', '/doctor'];
    const chat = await stage.run(['chat', '-m', model], {
      ...scene,
      cwd: home,
      input: `${lines.join('\n')}\n`,
    });
    expect(chat.status, chat.stderr).toBe(0);
    expect(shown(chat)).not.toContain(canary);
    expect(filesBelow(home)).toEqual(
      expect.arrayContaining(['llm.db', '.llm_chat_history', 'talk.md', 'talk.html', 'talk.json']),
    );
    expect(leaks(home)).toEqual(holders);
    expect(wasSent(server)).toBe(true);
  });

  it.each(refusals)('is blotted out of %s', async (_name, reply) => {
    const {scene, home, server, holders} = await sceneWith(giving, {
      routes: {'POST /v1/chat/completions': reply},
    });
    for (const shape of ['--json', '--jsonl']) {
      const failed = await stage.run(['run', '-m', model, shape, 'hi'], scene);
      expect(failed.status).not.toBe(0);
      expect(shown(failed)).not.toContain(canary);
    }
    const chat = await stage.run(['chat', '-m', model], {
      ...scene,
      cwd: home,
      input: 'hi\n/export talk.json\n',
    });
    expect(shown(chat)).not.toContain(canary);
    expect(leaks(home)).toEqual(holders);
    expect(wasSent(server)).toBe(true);
  });

  it.runIf(process.platform === 'linux')('is in the arguments of no process', async () => {
    const {scene, server} = await sceneWith(giving, {hangAfter: 1});
    const running = stage.start(['run', '-m', model, '--no-stdin', 'hi'], scene);
    await running.until(stdout => stdout !== '');
    const commands = readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(pid => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        } catch {
          // It has ended.
          return '';
        }
      });
    expect(commands.some(command => command.includes('--no-stdin'))).toBe(true);
    expect(commands.filter(command => command.includes(canary))).toEqual([]);
    expect(wasSent(server)).toBe(true);
  });
});

describe('a key that cannot be sent', () => {
  it('is not repeated', async () => {
    const broken = `${canary}-\u00e9\u4e2d`;
    const {status, stdout, stderr} = await stage.run(['run', '-m', 'openai/x', 'hi'], {
      env: {LLM_DEBUG: '1', OPENAI_API_KEY: broken},
    });
    expect({status, stdout}).toEqual({status: 4, stdout: ''});
    expect(stderr).not.toContain(canary);
  });
});
