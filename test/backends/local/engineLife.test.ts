import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {writeGgufFixture} from '../../fixtures/ggufFixture.ts';
import {runs} from './support.ts';

const program = fileURLToPath(new URL('oneAnswer.ts', import.meta.url));

describe('a program with an embedded engine', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'engine-life-'));
    await writeGgufFixture(join(folder, 'endless.gguf'), {contextLength: 100_000});
  });
  afterAll(() => rm(folder, {recursive: true}));

  it('ends by itself though the engine idles, and nothing but its own words was written', async () => {
    const child = spawn(process.execPath, [program, 'guide', 'how do I switch models?', folder]);
    const [out, err, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    expect(err).toBe('');
    expect(status).toBe(0);
    const [pid, ...answer] = out.split('\n');
    expect(answer.join('\n')).toMatch(/^[^\n]*\/model/);
    await expect.poll(() => runs(Number(pid)), {timeout: 20_000}).toBe(false);
  });

  it('takes the engine along when it is killed mid-answer', async () => {
    const child = spawn(process.execPath, [program, 'endless', 'hello', folder]);
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = Number(first.toString().split('\n')[0]);
    expect(runs(pid)).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => runs(pid), {timeout: 20_000}).toBe(false);
  });
});
