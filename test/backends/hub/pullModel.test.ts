import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import type {ProcessWatch} from '../../../src/backends/hub/claimFile.ts';
import {createHub, type HubInit} from '../../../src/backends/hub/createHub.ts';
import {diskError} from '../../../src/backends/hub/diskError.ts';
import {parseHubName} from '../../../src/backends/hub/hubName.ts';
import {type PullRequest, pullModel} from '../../../src/backends/hub/pullModel.ts';
import {createPullMeter, type PullProgress} from '../../../src/core/pull.ts';
import {randoms} from '../../core/randoms.ts';
import {temporaryFolder} from '../../storage/temporaryFolder.ts';
import {errorOf} from '../local/support.ts';
import {type MadeHub, type MadeRepository, sha256, startMadeHub} from './madeHub.ts';
import {randomContent} from './randomContent.ts';

const aliveHere: ProcessWatch = {own: () => ({here: true}), livenessOf: () => 'alive'};

const whole = randomContent(300_000);
const name = 'hf:made/Tiny-GGUF:Q4_K_M';
const tiny: Record<string, MadeRepository> = {
  'made/Tiny-GGUF': {files: {'tiny-Q4_K_M.gguf': whole, 'README.md': Buffer.from('text')}},
};

async function prepared(repositories = tiny, more: Partial<HubInit> = {}) {
  const made = await startMadeHub({repositories});
  const folder = join(temporaryFolder(), 'models');
  const pull = async (
    typed = name,
    change: Partial<PullRequest> = {},
    signal = new AbortController().signal,
    onProgress: (progress: PullProgress) => void = () => {},
  ): Promise<PullProgress[]> => {
    const hub = createHub({endpoint: made.url, ...more});
    const seen: PullProgress[] = [];
    const wanted = parseHubName(typed);
    if (!wanted) throw new Error(typed);
    try {
      const request = {hub, name: wanted, modelsFolder: folder, watch: aliveHere, firstWaitMs: 0, ...change};
      for await (const progress of pullModel(request, signal)) {
        seen.push(progress);
        onProgress(progress);
      }
    } finally {
      await hub.close();
    }
    return seen;
  };
  const file = join(folder, 'made', 'Tiny-GGUF', 'tiny-Q4_K_M.gguf');
  const left = (): string[] =>
    readdirSync(folder, {recursive: true, encoding: 'utf8'})
      .filter(entry => statSync(join(folder, entry)).isFile())
      .sort();
  return {made, folder, file, pull, left};
}

const storeCalls = (made: MadeHub) => made.requests.filter(({at}) => at === 'store');

describe('pullModel', () => {
  it('brings a file into the models folder, readable by its owner alone, and says its name', async () => {
    const {file, pull, left} = await prepared();
    const seen = await pull();
    expect(sha256(readFileSync(file))).toBe(sha256(whole));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
    expect(left()).toEqual(['made/Tiny-GGUF/tiny-Q4_K_M.gguf']);
    expect(seen.find(({model}) => model !== undefined)?.model).toBe('made/Tiny-GGUF/tiny-Q4_K_M');
    expect(seen.at(-1)).toMatchObject({completed: whole.length, total: whole.length});
  });

  it('hands the token to the hub, and not to the store that it redirects to', async () => {
    const {made, pull} = await prepared(tiny, {token: 'hf_good'});
    await pull();
    const tokens = (at: string) =>
      made.requests.filter(each => each.at === at).map(each => each.headers.authorization);
    expect(new Set(tokens('hub'))).toEqual(new Set(['Bearer hf_good']));
    expect(new Set(tokens('store'))).toEqual(new Set([undefined]));
  });

  it('goes on where a connection broke, at whatever byte', async () => {
    const {made, file, pull} = await prepared();
    const random = randoms(7);
    let cuts = 0;
    const starts: number[] = [];
    made.deliver = (_count, {start}) => {
      starts.push(start);
      if (cuts === 40) return undefined;
      cuts++;
      return {cutAfter: random(Math.min(12_000, whole.length - start))};
    };
    await pull();
    expect(cuts).toBe(40);
    expect(sha256(readFileSync(file))).toBe(sha256(whole));
    // No byte is asked for twice, but for those that the network lost.
    expect(starts).toEqual([...starts].sort((one, other) => one - other));
  });

  it('takes up a connection that has fallen silent', async () => {
    const {made, file, pull} = await prepared(tiny, {silenceMs: 150});
    made.deliver = count => (count === 0 ? {stallAfter: 100_000} : undefined);
    const seen = await pull();
    expect(sha256(readFileSync(file))).toBe(sha256(whole));
    expect(seen.map(({status}) => status)).toContain('the connection was lost, taking it up again');
    expect(storeCalls(made).map(({headers}) => headers.range)).toEqual(['bytes=0-', 'bytes=100000-']);
  });

  it('says that bytes are waited for, and no more so once they come', async () => {
    const {made, pull} = await prepared(tiny, {silenceMs: 400});
    made.deliver = count => (count === 0 ? {stallAfter: 100_000} : undefined);
    const meter = createPullMeter();
    const asides = (await pull(name, {quietMs: 20})).map(progress => meter(progress).aside);
    expect(new Set(asides)).toEqual(
      new Set([
        undefined,
        `waiting for the hub at ${new URL(made.url).host}`,
        'the connection was lost, taking it up again',
      ]),
    );
    expect(asides.at(-1)).toBeUndefined();
  });

  it('lets go of a store at once when it is stopped while bytes are waited for', async () => {
    const {made, pull, left} = await prepared();
    made.deliver = () => ({stallAfter: 100_000});
    const controller = new AbortController();
    const stopped = pull(name, {quietMs: 20}, controller.signal, ({status}) => {
      if (status.startsWith('waiting')) controller.abort();
    });
    expect(await errorOf(stopped)).toMatchObject({kind: 'cancelled'});
    expect(left()).toHaveLength(1);
  });

  it('gives up on a store that never sends a byte, and goes on the next time', async () => {
    const {made, file, pull} = await prepared();
    made.deliver = count => (count === 0 ? {cutAfter: 50_000} : {status: 503});
    expect(await errorOf(pull())).toMatchObject({kind: 'overloaded'});
    expect(storeCalls(made)).toHaveLength(7);
    made.deliver = () => undefined;
    made.requests.length = 0;
    await pull();
    expect(storeCalls(made).map(({headers}) => headers.range)).toEqual(['bytes=50000-']);
    expect(sha256(readFileSync(file))).toBe(sha256(whole));
  });

  it('gives up on a store that begins anew each time, and never comes further', async () => {
    const {made, pull} = await prepared();
    made.deliver = () => ({ignoresRange: true, cutAfter: 100_000});
    expect(await errorOf(pull())).toMatchObject({kind: 'interrupted'});
    expect(storeCalls(made)).toHaveLength(7);
  });

  it('keeps what has come when it is stopped', async () => {
    const {made, file, folder, pull, left} = await prepared();
    made.deliver = count => (count === 0 ? {stallAfter: 280_000} : undefined);
    const controller = new AbortController();
    const stopped = pull(name, {}, controller.signal, ({completed = 0}) => {
      if (completed > 0) controller.abort();
    });
    expect(await errorOf(stopped)).toMatchObject({kind: 'cancelled'});
    expect(left()).toEqual([`made/Tiny-GGUF/tiny-Q4_K_M.gguf.${sha256(whole).slice(0, 16)}.part`]);
    const [part = ''] = left();
    expect(statSync(join(folder, part)).size).toBeGreaterThan(200_000);
    await pull();
    expect(sha256(readFileSync(file))).toBe(sha256(whole));
    expect(left()).toHaveLength(1);
  });

  it('begins anew where the server knows no ranges, and where what was there is damaged', async () => {
    const {made, file, pull} = await prepared();
    const part = `${file}.${sha256(whole).slice(0, 16)}.part`;
    mkdirSync(join(file, '..'), {recursive: true});
    writeFileSync(part, whole.subarray(0, 1_000));
    made.deliver = () => ({ignoresRange: true});
    await pull();
    expect(sha256(readFileSync(file))).toBe(sha256(whole));

    made.deliver = () => undefined;
    writeFileSync(file, 'shorter');
    writeFileSync(part, randomContent(200_000, 9));
    const seen = await pull();
    expect(seen.map(({status}) => status)).toContain('what was there is damaged, beginning anew');
    expect(sha256(readFileSync(file))).toBe(sha256(whole));
  });

  it('keeps no file whose hash is wrong', async () => {
    const {made, file, pull, left} = await prepared();
    made.deliver = () => ({instead: randomContent(whole.length, 5)});
    const error = await errorOf(pull());
    expect(error.message).toMatch(/^tiny-Q4_K_M\.gguf came with another content than the hub at .* promises/);
    expect(existsSync(file)).toBe(false);
    expect(left()).toEqual([]);
  });

  it('begins anew when the file has changed upstream, and replaces an older one', async () => {
    const {made, file, pull, left} = await prepared();
    made.deliver = count => (count === 0 ? {cutAfter: 90_000} : {status: 403});
    await errorOf(pull());
    const changed = randomContent(250_000, 3);
    made.repositories['made/Tiny-GGUF'] = {files: {'tiny-Q4_K_M.gguf': changed}, sha: 'beef'};
    made.deliver = () => undefined;
    made.requests.length = 0;
    await pull();
    expect(storeCalls(made).map(({headers}) => headers.range)).toEqual(['bytes=0-']);
    expect(sha256(readFileSync(file))).toBe(sha256(changed));
    made.repositories['made/Tiny-GGUF'] = tiny['made/Tiny-GGUF'] as MadeRepository;
    await pull();
    expect(sha256(readFileSync(file))).toBe(sha256(whole));
    expect(left()).toHaveLength(1);
  });

  it('asks for no byte of a file that is there, once its hash was looked at', async () => {
    const {made, pull} = await prepared();
    await pull();
    made.requests.length = 0;
    const seen = await pull();
    expect(storeCalls(made)).toEqual([]);
    expect(seen.at(-1)).toMatchObject({status: 'verified', completed: whole.length});
    expect(seen.map(({status}) => status)).not.toContain('pulling');
  });

  it('looks for room first, and counts what is there already', async () => {
    const {made, pull, left} = await prepared();
    const error = await errorOf(pull(name, {freeBytes: async () => whole.length - 1}));
    expect(error).toMatchObject({kind: 'storage'});
    expect(error.message).toMatch(
      /There is no room for made\/Tiny-GGUF\/tiny-Q4_K_M in .*: it takes 1 MB more/,
    );
    expect(storeCalls(made)).toEqual([]);
    expect(left()).toEqual([]);
    made.deliver = count => (count === 0 ? {cutAfter: 200_000} : {status: 400});
    await errorOf(pull());
    made.deliver = () => undefined;
    await pull(name, {freeBytes: async () => 100_000});
  });

  it('looks for room for a file that has changed upstream and kept its size', async () => {
    const {made, file, pull} = await prepared();
    await pull();
    const changed = randomContent(whole.length, 3);
    made.repositories['made/Tiny-GGUF'] = {files: {'tiny-Q4_K_M.gguf': changed}, sha: 'beef'};
    made.requests.length = 0;
    const error = await errorOf(pull(name, {freeBytes: async () => whole.length - 1}));
    expect(error.message).toMatch(/^There is no room for/);
    expect(storeCalls(made)).toEqual([]);
    expect(sha256(readFileSync(file))).toBe(sha256(whole));
  });

  it('keeps what has come when the disk takes no more', async () => {
    const {made, folder, file, pull, left} = await prepared();
    const program = fileURLToPath(new URL('pullingProcess.ts', import.meta.url));
    // The shell's limit, in blocks, is the one way to a write that fails without a disk of one's own.
    const script = `ulimit -f 100; exec "$0" "$@"`;
    const child = spawn('/bin/bash', ['-c', script, process.execPath, program, made.url, folder, name]);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    expect((await once(child, 'close'))[0]).toBe(1);
    expect(said).toMatch(/LlmError: .*\.gguf: this file system takes no file of that size/);
    const [part = ''] = left().filter(entry => entry.endsWith('.part'));
    const {size} = statSync(join(folder, part));
    expect(size).toBeGreaterThan(50_000);
    made.requests.length = 0;
    await pull();
    expect(storeCalls(made).map(({headers}) => headers.range)).toEqual([`bytes=${size}-`]);
    expect(sha256(readFileSync(file))).toBe(sha256(whole));
  });

  it.each([
    ['ENOSPC', /the disk is full/],
    ['EDQUOT', /the disk is full/],
    ['EROFS', /read-only file system/],
    ['EACCES', /not permitted/],
    ['EEXIST', /a file is where a folder is needed/],
    ['EIO', /input/],
  ])('names a disk that refuses with %s', (code, message) => {
    const error = diskError(Object.assign(new Error('input/output error'), {code}), '/models/m.part');
    expect(error).toMatchObject({kind: 'storage', message: expect.stringMatching(message)});
    const other = new Error('no error of the disk');
    expect(diskError(other, '/models/m.part')).toBe(other);
  });

  it('keeps two pulls of one file apart, and clears the claims of those that died', async () => {
    const {made, file, pull, left} = await prepared();
    made.deliver = count => (count === 0 ? {stallAfter: 1_000} : undefined);
    const controller = new AbortController();
    const {promise: begun, resolve} = Promise.withResolvers<void>();
    const first = pull(name, {}, controller.signal, ({status}) => status === 'downloading' && resolve());
    const stopped = errorOf(first);
    await begun;
    expect(await errorOf(pull())).toMatchObject({
      kind: 'storage',
      message: 'Another llm is pulling tiny-Q4_K_M.gguf now.',
    });
    controller.abort();
    await stopped;
    writeFileSync(`${file}.claim-0123456789ab`, '{}');
    await pull(name, {watch: {own: () => ({}), livenessOf: () => 'dead'}});
    expect(left()).toEqual(['made/Tiny-GGUF/tiny-Q4_K_M.gguf']);
  });

  it('lets exactly one of many that begin at one moment hold a file, or none', async () => {
    const {claimFile} = await import('../../../src/backends/hub/claimFile.ts');
    const path = join(temporaryFolder(), 'one.gguf');
    let holders = 0;
    let most = 0;
    const {signal} = new AbortController();
    const claim = async (): Promise<void> => {
      const release = await claimFile(path, aliveHere, signal);
      holders++;
      most = Math.max(most, holders);
      await new Promise(resolve => setImmediate(resolve));
      holders--;
      await release();
    };
    const results = await Promise.allSettled(Array.from({length: 12}, claim));
    expect(results).toHaveLength(12);
    expect(most).toBeLessThanOrEqual(1);
    await claim();
    expect(most).toBe(1);
  });

  it('brings all parts of a split model, the first of them last', async () => {
    const parts = [1, 2, 3].map(seed => randomContent(20_000 + seed, seed));
    const files = Object.fromEntries(
      parts.map((part, index) => [`Q8_0/big-Q8_0-0000${index + 1}-of-00003.gguf`, part]),
    );
    const {made, folder, pull, left} = await prepared({
      'made/Big-GGUF': {
        files: {...files, 'mmproj-big-f16.gguf': randomContent(10)},
        small: Object.keys(files),
      },
    });
    const seen = await pull('hf:made/Big-GGUF:Q8_0');
    expect(storeCalls(made).map(({path}) => path.slice(-20))).toEqual(
      ['00002', '00003', '00001'].map(number => `-${number}-of-00003.gguf`),
    );
    expect(left()).toEqual(Object.keys(files).map(file => `made/Big-GGUF/${file}`));
    for (const [file, bytes] of Object.entries(files))
      expect(readFileSync(join(folder, 'made', 'Big-GGUF', file)).equals(bytes)).toBe(true);
    expect(seen.find(({model}) => model)?.model).toBe('made/Big-GGUF/Q8_0/big-Q8_0');
  });

  it('begins nothing that fits no memory of this machine, unless it is named', async () => {
    const repositories: Record<string, MadeRepository> = {
      'made/Big-GGUF': {files: {'b-Q8_0.gguf': whole, 'b-Q4_K_M.gguf': randomContent(299_000)}},
      ...tiny,
    };
    const {made, pull} = await prepared(repositories);
    const small = {machine: async () => ({total: 40e6, free: 30e6, unified: false})};
    expect(await errorOf(pull('hf:made/Big-GGUF', small))).toMatchObject({
      kind: 'usage',
      message: 'Nothing of made/Big-GGUF fits this machine: it needs 64 MB at least, and 30 MB is free.',
      hint: 'Name one to pull it all the same: llm models pull hf:made/Big-GGUF:Q4_K_M',
    });
    expect((await errorOf(pull('hf:made/Tiny-GGUF', small))).message).toMatch(/^Nothing of made\/Tiny-GGUF/);
    // Headers may have been looked at; no file was asked for as a whole.
    expect(storeCalls(made).filter(({headers}) => headers.range?.endsWith('-'))).toEqual([]);
    await pull('hf:made/Big-GGUF:Q8_0', small);
    // What was begun is gone on with.
    await pull('hf:made/Big-GGUF', small);
  });

  it('explains repositories that are gated, missing or without such a model', async () => {
    const repositories: Record<string, MadeRepository> = {
      ...tiny,
      'made/Gated-GGUF': {files: {'g-Q4_0.gguf': whole}, gated: 'manual'},
      'made/Text': {files: {'model.safetensors': whole}},
    };
    const {made, pull} = await prepared(repositories);
    const gated = await errorOf(pull('hf:made/Gated-GGUF'));
    expect(gated).toMatchObject({
      kind: 'auth',
      message: 'made/Gated-GGUF is only for people who have accepted its terms.',
    });
    expect(gated.hint).toBe(
      `Accept its terms at ${made.url}/made/Gated-GGUF, then set HF_TOKEN, or store a token: llm keys set huggingface.`,
    );
    expect((await errorOf(pull('hf:made/Nothing'))).message).toMatch(
      /has no repository made\/Nothing, or it is private/,
    );
    expect((await errorOf(pull('hf:made/Text'))).message).toBe('made/Text has no GGUF file.');
    const quant = await errorOf(pull('hf:made/Tiny-GGUF:Q8_0'));
    expect([quant.kind, quant.message, quant.hint]).toEqual([
      'model-unknown',
      'made/Tiny-GGUF has no quantisation Q8_0.',
      'It has: Q4_K_M.',
    ]);
    expect(await errorOf(pull('hf:made/Tiny-GGUF/other.gguf'))).toMatchObject({kind: 'model-unknown'});
    const refused = await prepared(repositories, {token: 'hf_bad'});
    const bad = await errorOf(refused.pull());
    expect(bad).toMatchObject({kind: 'auth', message: expect.stringContaining('does not accept the token')});
    expect(JSON.stringify(bad)).not.toContain('hf_bad');
  });

  it('says that a hub is not reached', async () => {
    const {pull} = await prepared(tiny, {endpoint: 'http://127.0.0.1:9'});
    expect(await errorOf(pull())).toMatchObject({
      kind: 'unreachable',
      hint: expect.stringContaining('HF_ENDPOINT'),
    });
  });
});
