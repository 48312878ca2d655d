import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {vetGguf} from '../../../src/backends/local/vetGguf.ts';
import {chatMlTemplate, writeGgufFixture} from '../../fixtures/ggufFixture.ts';
import {errorOf, guidePath} from './support.ts';

describe('vetGguf', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vet-gguf-'));
  });
  afterAll(() => rm(folder, {recursive: true}));

  it('reads what the header of a model says', async () => {
    await writeGgufFixture(at('good.gguf'));
    expect(await vetGguf(at('good.gguf'))).toMatchObject({
      name: 'random',
      architecture: 'llama',
      contextMax: 4096,
      quantization: 'F32',
      // One layer keeps two heads of 16 numbers, twice, of two bytes each; 64 more are of the window itself.
      tokenBytes: 64 + 2 * 2 * 16 * 2,
      chatTemplate: chatMlTemplate,
    });
  });

  it('reads the guide, whose tensors are quantised', async () => {
    const summary = await vetGguf(guidePath);
    expect(summary).toMatchObject({architecture: 'llama', quantization: 'Q8_0'});
    expect(summary.parameters).toBeGreaterThan(1_000_000);
    expect(summary.contextMax).toBeGreaterThanOrEqual(512);
  });

  it('takes a model without a chat template', async () => {
    await writeGgufFixture(at('base.gguf'), {omit: ['tokenizer.chat_template', 'general.name']});
    const summary = await vetGguf(at('base.gguf'));
    expect(summary.chatTemplate).toBeUndefined();
    expect(summary.name).toBeUndefined();
  });

  it.each([
    'general.architecture',
    'llama.context_length',
    'llama.embedding_length',
    'llama.block_count',
    'llama.feed_forward_length',
    'llama.attention.head_count',
    'llama.attention.layer_norm_rms_epsilon',
    'tokenizer.ggml.model',
    'tokenizer.ggml.tokens',
    'tokenizer.ggml.merges',
  ])('names the missing key %s', async key => {
    await writeGgufFixture(at('missing.gguf'), {omit: [key]});
    const error = await errorOf(vetGguf(at('missing.gguf')));
    expect(error.kind).toBe('file');
    expect(error.message).toBe(`Cannot use missing.gguf: its header lacks ${key}`);
  });

  it('refuses a file that lacks its last byte, and one cut inside its header', async () => {
    await writeGgufFixture(at('cut.gguf'), {cutAt: -1});
    expect((await errorOf(vetGguf(at('cut.gguf')))).message).toMatch(/cut off: \d+ of \d+ bytes are there/);
    await writeGgufFixture(at('cut.gguf'), {cutAt: 300});
    expect((await errorOf(vetGguf(at('cut.gguf')))).message).toContain('cut off before its header ends');
  });

  it('refuses every cut of the header, whatever the byte', async () => {
    for (let bytes = 4; bytes < 1200; bytes += 7) {
      await writeGgufFixture(at('any.gguf'), {cutAt: bytes});
      expect((await errorOf(vetGguf(at('any.gguf')))).message).toContain('cut off');
    }
  });

  it('refuses a file cut anywhere in its weights', async () => {
    await writeGgufFixture(at('whole.gguf'));
    const whole = await readFile(at('whole.gguf'));
    for (let part = 1; part < 40; part++) {
      await writeFile(at('cut.gguf'), whole.subarray(0, Math.floor((whole.length * part) / 40)));
      expect((await errorOf(vetGguf(at('cut.gguf')))).message).toContain('cut off');
    }
  });

  it('says something about a file with any one byte of its header damaged, or takes it', async () => {
    await writeGgufFixture(at('whole.gguf'));
    const whole = await readFile(at('whole.gguf'));
    const end = whole.indexOf('token_embd.weight') + 200;
    for (let byte = 0; byte < end; byte += 13) {
      const damaged = Buffer.from(whole);
      damaged[byte] = 255 - (damaged[byte] ?? 0);
      await writeFile(at('damaged.gguf'), damaged);
      const outcome = await vetGguf(at('damaged.gguf')).catch((thrown: unknown) => thrown);
      if (outcome instanceof Error) expect(outcome).toMatchObject({name: 'LlmError', kind: 'file'});
    }
  });

  it.each([
    ['context_length', 0],
    ['context_length', 4294967295],
    ['block_count', 0],
    ['block_count', 4294967295],
    ['feed_forward_length', 0],
    ['attention.head_count_kv', 0],
  ])('refuses %s = %d, which llama.cpp dies of', async (key, value) => {
    await writeGgufFixture(at('count.gguf'), {set: {[`llama.${key}`]: value}});
    expect((await errorOf(vetGguf(at('count.gguf')))).message).toBe(
      `Cannot use count.gguf: its ${key} is ${value}`,
    );
  });

  it.each([
    [1025, 1, 'its expert_count is 1025'],
    [4000000000, 8, 'its expert_count is 4000000000'],
    [4, 0, 'it uses 0 of 4 experts'],
    [4, 5, 'it uses 5 of 4 experts'],
    [0, 5, 'it uses 5 of 0 experts'],
  ])('refuses %d experts of which %d are used, which llama.cpp dies of', async (count, used, reason) => {
    const set = {'llama.expert_count': count, 'llama.expert_used_count': used};
    await writeGgufFixture(at('experts.gguf'), {set});
    expect((await errorOf(vetGguf(at('experts.gguf')))).message).toBe(`Cannot use experts.gguf: ${reason}`);
  });

  it('takes a mixture of experts', async () => {
    await writeGgufFixture(at('mixture.gguf'), {
      set: {'llama.expert_count': 1024, 'llama.expert_used_count': 8},
    });
    expect((await vetGguf(at('mixture.gguf'))).architecture).toBe('llama');
  });

  it('refuses what has no vocabulary, no text for a template, or does not chat', async () => {
    const cases = [
      [{'tokenizer.ggml.model': 'no_vocab'}, 'it has no vocabulary'],
      [{'tokenizer.chat_template': 1}, 'its chat template is no text'],
      [{'general.architecture': 'flux'}, 'it makes images and cannot chat (flux)'],
      [{'general.architecture': 'bert'}, 'it makes embeddings and cannot chat (bert)'],
    ] as const;
    for (const [set, reason] of cases) {
      await writeGgufFixture(at('foreign.gguf'), {set: {...set}});
      expect((await errorOf(vetGguf(at('foreign.gguf')))).message).toBe(`Cannot use foreign.gguf: ${reason}`);
    }
  });

  it('names the part of a split model that is missing', async () => {
    const first = at('split-00001-of-00002.gguf');
    await writeGgufFixture(first, {set: {'split.no': 0, 'split.count': 2}});
    const error = await errorOf(vetGguf(first));
    expect(error.message).toContain('part 2 of 2 is missing');
    expect(error.hint).toContain('split-00002-of-00002.gguf');
    await writeFile(at('split-00002-of-00002.gguf'), 'GGUF');
    expect((await vetGguf(first)).architecture).toBe('llama');
  });

  it.each(['whole.gguf', 'whole-00001-of-00002.gguf'])(
    'says that a split model is not named as one: %s',
    async name => {
      await writeGgufFixture(at(name), {set: {'split.no': 0, 'split.count': 3}});
      const error = await errorOf(vetGguf(at(name)));
      expect(error.message).toBe(`Cannot use ${name}: it is part 1 of 3, and its name does not say so`);
      expect(error.hint).toContain('-00001-of-00003.gguf');
    },
  );

  it.each([
    ['there is no such file', 'absent.gguf', undefined],
    ['it is empty', 'empty.gguf', ''],
    ['it is not a GGUF file', 'text.gguf', 'Dear diary, today I learned'],
    ['it is a web page', 'page.gguf', '<!doctype html><title>404</title>'],
    ['it is a Git LFS pointer', 'lfs.gguf', 'version https://git-lfs.github.com/spec/v1\noid sha256:00'],
  ])('says that %s', async (reason, name, content) => {
    if (content !== undefined) await writeFile(at(name), content);
    const error = await errorOf(vetGguf(at(name)));
    expect(error.kind).toBe('file');
    expect(error.message).toContain(reason);
    expect(error.hint).not.toBe('');
  });

  it('says that a folder is a folder', async () => {
    expect((await errorOf(vetGguf(folder))).message).toContain('it is a folder');
  });

  it('refuses versions and parts that it cannot run', async () => {
    await writeGgufFixture(at('v1.gguf'), {version: 1});
    expect((await errorOf(vetGguf(at('v1.gguf')))).message).toContain('version is 1');
    await writeGgufFixture(at('big.gguf'), {version: 0x03000000});
    expect((await errorOf(vetGguf(at('big.gguf')))).message).toContain('big-endian');
    await writeGgufFixture(at('clip.gguf'), {set: {'general.type': 'mmproj'}});
    expect((await errorOf(vetGguf(at('clip.gguf')))).message).toContain('no language model');
    await writeGgufFixture(at('part.gguf'), {set: {'split.no': 1}});
    expect((await errorOf(vetGguf(at('part.gguf')))).message).toContain('part 2 of a split model');
    await writeGgufFixture(at('heads.gguf'), {set: {'llama.attention.head_count': 3}});
    expect((await errorOf(vetGguf(at('heads.gguf')))).message).toContain('3 attention heads');
  });
});
