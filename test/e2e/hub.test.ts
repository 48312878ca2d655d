import {readdirSync, readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {type MadeHub, startMadeHub} from '../backends/hub/madeHub.ts';
import {guidePath} from '../backends/local/support.ts';
import {idle, patience, setUpStage} from './stage.ts';

const stage = setUpStage();
const guide = readFileSync(guidePath);
const repo = 'made/Guide-GGUF';
const pulled = `local/${repo}/guide-Q8_0`;

async function setUp() {
  const hub = await startMadeHub({
    repositories: {
      [repo]: {files: {'guide-Q8_0.gguf': guide}, downloads: 1_234, tags: ['license:mit']},
      'made/Gated-7B-GGUF': {files: {'g-Q4_K_M.gguf': guide}, downloads: 99, gated: 'manual'},
    },
  });
  const home = stage.folder();
  const env = {HF_ENDPOINT: hub.url};
  const run = (...args: string[]) => stage.run(args, {home, env});
  return {hub, home, env, run};
}

const filesIn = (home: string): string[] =>
  readdirSync(path.join(home, 'models'), {recursive: true, encoding: 'utf8'}).filter(entry =>
    statSync(path.join(home, 'models', entry)).isFile(),
  );
const storeRanges = (hub: MadeHub) =>
  hub.requests.filter(({at}) => at === 'store').map(({headers}) => headers.range);

describe('models of the hub', () => {
  it('are found, pulled, talked with and deleted', async () => {
    const {home, run} = await setUp();
    const found = await run('models', 'search', 'guide');
    expect(found).toMatchObject({
      status: 0,
      stdout: `hf:${repo}  1.2k downloads · 0 likes · 2026-01-02 · mit\n`,
    });
    const listed = await run('models', 'search', `hf:${repo}`, '--context', '512');
    expect(listed.stdout).toMatch(
      /memory with 512 tokens.*\n★ +Q8_0 +3 MB +\d+ MB +fits +guide-Q8_0\.gguf\n/,
    );
    expect(listed.stdout).toMatch(/\nllm models pull hf:made\/Guide-GGUF:Q8_0\n$/);
    const early = await run('run', '-m', `hf:${repo}`, 'hi');
    expect(early).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `llm: hf:${repo} has not been pulled yet. Pull it: llm models pull hf:${repo}\n`,
    });
    const got = await run('models', 'pull', `hf:${repo}`);
    expect(got).toMatchObject({status: 0, stdout: `${pulled} is there\n`});
    expect(got.stderr).toContain(`llm: talk with it: llm chat -m ${pulled}\n`);
    const answer = await run('run', '-m', `hf:${repo}:q8_0`, 'how do I switch models?');
    expect(answer.stdout).toContain('/model');
    expect((await run('models', 'list', 'local')).stdout).toContain(`${pulled}  3.1M · Q8_0`);
    expect((await run('models', 'show', `hf:${repo}`)).stdout).toContain('fits, pulled');
    await run('models', 'rm', pulled, '--yes');
    expect(filesIn(home)).toEqual([]);
  });

  it('are kept as far as they have come when Ctrl+C stops the pull', async () => {
    const {hub, home, env, run} = await setUp();
    hub.deliver = count => (count === 0 ? {stallAfter: 1_500_000} : undefined);
    const pulling = stage.start(['models', 'pull', `hf:${repo}:Q8_0`], {home, env});
    await pulling.until((_out, err) => err.includes(' MB of '));
    pulling.child.kill('SIGINT');
    expect(await pulling.ended).toMatchObject({
      status: 130,
      stdout: '',
      stderr: expect.stringMatching(
        /\nllm: stopped; what has come is kept: llm models pull hf:made\/Guide-GGUF\/guide-Q8_0\.gguf\n$/,
      ),
    });
    const [part = ''] = filesIn(home);
    expect(part).toMatch(/guide-Q8_0\.gguf\.[\da-f]{16}\.part$/);
    const {size} = statSync(path.join(home, 'models', part));
    hub.requests.length = 0;
    expect(await run('models', 'pull', `hf:${repo}/guide-Q8_0.gguf`)).toMatchObject({status: 0});
    expect(storeRanges(hub)).toEqual([`bytes=${size}-`]);
    expect(readFileSync(path.join(home, 'models', repo, 'guide-Q8_0.gguf')).equals(guide)).toBe(true);
  });

  it('are explained where they are gated, and pulled with the token', async () => {
    const {hub, home, env, run} = await setUp();
    const gated = await run('models', 'pull', 'hf:made/Gated-7B-GGUF');
    expect(gated.status).toBe(4);
    expect(gated.stderr).toContain(`Accept its terms at ${hub.url}/made/Gated-7B-GGUF, then set HF_TOKEN`);
    expect(filesIn(home)).toEqual([]);
    const stored = await stage.run(['keys', 'set', 'huggingface', '--file'], {home, env, input: 'hf_good\n'});
    expect(stored.status).toBe(0);
    expect((await run('keys', 'list')).stdout).toBe('huggingface  the file of keys\n');
    const got = await run('models', 'pull', 'hf:made/Gated-7B-GGUF');
    expect(got).toMatchObject({status: 0, stdout: 'local/made/Gated-7B-GGUF/g-Q4_K_M is there\n'});
    expect(JSON.stringify(got)).not.toContain('hf_good');
  });

  it('are pulled by the chat that names them, once it is told to', async () => {
    const {home, env} = await setUp();
    const args = ['-m', `hf:${repo}:Q8_0`];
    const refused = stage.chat({home, env, args});
    await refused.waitFor(
      'hf:made/Guide-GGUF:Q8_0 is not here yet. Pull guide-Q8_0.gguf now (3 MB, mit)?',
      patience,
    );
    refused.write('n\r');
    expect(await refused.exit).toMatchObject({code: 2});
    expect(refused.text()).toContain('Pull it: llm models pull hf:made/Guide-GGUF:Q8_0');
    const chat = stage.chat({home, env, args});
    await chat.waitFor('y/N]', patience);
    chat.write('y\r');
    await chat.waitFor(
      ({text, screen}) => text().includes(`· ${pulled}`) && screen().join('\n').includes(idle),
      patience,
    );
    expect(filesIn(home)).toEqual([`${repo}/guide-Q8_0.gguf`]);
  });

  it('go through Ollama where that is asked for', async () => {
    const pulls: unknown[] = [];
    const server = await stage.server({
      routes: {
        'POST /api/pull': ({body}) => {
          pulls.push(body);
          return {headers: {'content-type': 'application/x-ndjson'}, body: '{"status":"success"}\n'};
        },
      },
    });
    for (const name of [`hf:${repo}:Q8_0`, `https://huggingface.co/${repo}/blob/main/guide-Q8_0.gguf`])
      expect((await stage.run(['models', 'pull', name, '--ollama'], {server})).status).toBe(0);
    expect(pulls).toMatchObject([
      {model: 'hf.co/made/Guide-GGUF:Q8_0'},
      {model: 'hf.co/made/Guide-GGUF:guide-Q8_0.gguf'},
    ]);
  });
});
