import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createHub} from '../../../src/backends/hub/createHub.ts';
import {findPulled} from '../../../src/backends/hub/findPulled.ts';
import {createLocal} from '../../../src/backends/local/createLocal.ts';
import {writeGgufFixture} from '../../fixtures/ggufFixture.ts';
import {temporaryFolder} from '../../storage/temporaryFolder.ts';
import {gather} from '../hub/gather.ts';
import {startMadeHub} from '../hub/madeHub.ts';
import {enginePath, errorOf, guidePath} from './support.ts';

const {signal} = new AbortController();

async function prepared() {
  const folder = temporaryFolder();
  const modelsFolder = join(folder, 'models');
  mkdirSync(join(modelsFolder, 'a', 'b'), {recursive: true});
  const usable = join(folder, 'usable.gguf');
  await writeGgufFixture(usable);
  const made = await startMadeHub({
    repositories: {
      'a/b': {files: {'m-Q4_0.gguf': readFileSync(usable)}},
      'a/text': {files: {'t-Q4_0.gguf': Buffer.from('this is no model at all')}},
    },
  });
  const local = createLocal({
    guidePath,
    modelsFolder,
    enginePath,
    hub: {
      open: async () => createHub({endpoint: made.url}),
      watch: async () => ({own: () => ({}), livenessOf: () => 'alive'}),
    },
  });
  onTestFinished(() => local.close());
  const left = () => readdirSync(modelsFolder, {recursive: true, encoding: 'utf8'}).sort();
  const pull = (name: string) => {
    if (!local.pull) throw new Error('it pulls nothing');
    return local.pull(name, signal);
  };
  const remove = async (name: string) => {
    if (!local.remove) throw new Error('it deletes nothing');
    await local.remove(name, signal);
  };
  return {folder, modelsFolder, local, left, pull, remove};
}

describe('the embedded engine as a manager of models', () => {
  it('pulls what hf: names, says what it is called, and deletes it with its folders', async () => {
    const {left, modelsFolder, pull, remove} = await prepared();
    const events = await gather(pull('hf:a/b:q4_0'));
    expect(events.find(({model}) => model)?.model).toBe('a/b/m-Q4_0');
    expect(await findPulled(modelsFolder, {repo: 'a/b'})).toBe('a/b/m-Q4_0');
    await remove('hf:a/b');
    expect(left()).toEqual([]);
  });

  it('says so when what has come is no model, and how it is deleted', async () => {
    const {left, pull, remove} = await prepared();
    expect(await errorOf(gather(pull('hf:a/text:Q4_0')))).toMatchObject({
      kind: 'engine',
      message: expect.stringMatching(/^a\/text\/t-Q4_0 has come whole, .* it is not a GGUF file/),
      hint: expect.stringContaining('llm models rm hf:a/text/t-Q4_0.gguf'),
    });
    await remove('hf:a/text/t-Q4_0.gguf');
    expect(left()).not.toContain('a/text');
  });

  it('deletes by its own name what a pull has left of a model, and nothing that is being pulled', async () => {
    const {left, modelsFolder, remove} = await prepared();
    const file = join(modelsFolder, 'a', 'b', 'm-Q4_0.gguf');
    writeFileSync(file, 'x');
    writeFileSync(`${file}.${'0'.repeat(16)}.part`, 'x');
    writeFileSync(`${file}.claim-0123456789ab`, '{}');
    expect((await errorOf(remove('a/b/m-Q4_0'))).message).toBe('Another llm is pulling m-Q4_0.gguf now.');
    rmSync(`${file}.claim-0123456789ab`);
    await remove('a/b/m-Q4_0');
    expect(left()).toEqual([]);
  });

  it('pulls nothing else', async () => {
    const {pull} = await prepared();
    const pulling = gather(pull('qwen2.5:3b'));
    expect(await errorOf(pulling)).toMatchObject({kind: 'usage', message: expect.stringContaining('hub at')});
    const bare = createLocal({guidePath, modelsFolder: '/nowhere', enginePath});
    expect([bare.pull, bare.remove]).toEqual([undefined, undefined]);
  });

  it('deletes a model by its name, all parts of a split one, and ends its engine', async () => {
    const {local, left, modelsFolder, remove} = await prepared();
    await writeGgufFixture(join(modelsFolder, 'own.gguf'));
    const {pid} = await local.engine('own', signal);
    expect(pid).toBeGreaterThan(0);
    await remove('own');
    for (const part of ['00001', '00002'])
      writeFileSync(join(modelsFolder, 'a', `s-${part}-of-00002.gguf`), 'x');
    writeFileSync(join(modelsFolder, 'a', 's-00001-of-00003.gguf'), 'x');
    writeFileSync(join(modelsFolder, 'a', 'note.txt'), 'x');
    await remove('a/s');
    expect(left()).toContain('a/note.txt');
    expect(left().filter(entry => entry.endsWith('.gguf'))).toHaveLength(1);
  });

  it('deletes neither the guide nor what lies elsewhere', async () => {
    const {folder, modelsFolder, remove} = await prepared();
    const outside = join(folder, 'outside.gguf');
    await writeGgufFixture(outside);
    mkdirSync(join(folder, 'linked', 'repo'), {recursive: true});
    const linked = join(folder, 'linked', 'repo', 'm-Q4_0.gguf');
    await writeGgufFixture(linked);
    symlinkSync(join(folder, 'linked'), join(modelsFolder, 'linked'));
    for (const name of ['guide', outside, './outside.gguf', '../outside.gguf', 'hf:linked/repo'])
      expect(await errorOf(remove(name)), name).toMatchObject({
        kind: 'usage',
      });
    expect(await errorOf(remove('none'))).toMatchObject({
      kind: 'model-unknown',
    });
    expect([guidePath, outside, linked].every(existsSync)).toBe(true);
  });

  it('deletes what was never finished, and asks which one where several are there', async () => {
    const {left, modelsFolder, remove} = await prepared();
    const part = `m-Q4_0.gguf.${'0'.repeat(16)}.part`;
    writeFileSync(join(modelsFolder, 'a', 'b', part), 'x');
    writeFileSync(join(modelsFolder, 'a', 'b', 'm-Q8_0.gguf'), 'x');
    expect(await errorOf(findPulled(modelsFolder, {repo: 'a/b', quant: 'Q4_0'}))).toMatchObject({
      message: 'Only a part of hf:a/b:Q4_0 has been pulled.',
      hint: 'Go on: llm models pull hf:a/b:Q4_0',
    });
    expect((await errorOf(remove('hf:a/b'))).hint).toBe('Name one: hf:a/b/m-Q4_0.gguf, hf:a/b/m-Q8_0.gguf');
    await remove('hf:a/b:Q4_0');
    expect(left()).toEqual(['a', 'a/b', 'a/b/m-Q8_0.gguf']);
    writeFileSync(join(modelsFolder, 'a', 'b', 'm-Q6_K.gguf'), 'x');
    expect(await errorOf(findPulled(modelsFolder, {repo: 'a/b'}))).toMatchObject({
      hint: 'Name one: local/a/b/m-Q6_K, local/a/b/m-Q8_0',
    });
  });
});
