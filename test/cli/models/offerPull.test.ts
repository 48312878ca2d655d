import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {PassThrough} from 'node:stream';
import {describe, expect, it} from 'vitest';
import {offerPull} from '../../../src/cli/models/offerPull.ts';
import {llamaValues, madeGguf} from '../../backends/hub/madeGguf.ts';
import {type MadeRepository, sha256, startMadeHub} from '../../backends/hub/madeHub.ts';
import {fakeIo} from '../fakeIo.ts';
import {isolatedEnvironment, scriptedServices} from '../fakeServices.ts';

const file = madeGguf({...llamaValues, 'tokenizer.ggml.model': 'bpe'}, 3_000_000);
const repositories: Record<string, MadeRepository> = {
  'made/Two-GGUF': {files: {'t-Q4_K_M.gguf': file, 't-Q8_0.gguf': file}, tags: ['license:mit']},
  'made/Gated-GGUF': {files: {'g-Q4_K_M.gguf': file}, gated: 'manual'},
  'made/Wide-GGUF': {
    files: {
      'w-Q4_K_M.gguf': madeGguf({
        ...llamaValues,
        'llama.block_count': 10_000,
        'llama.embedding_length': 2 ** 24,
        'tokenizer.ggml.model': 'bpe',
      }),
    },
  },
};

async function prepared() {
  const hub = await startMadeHub({repositories});
  const {services} = scriptedServices({}, isolatedEnvironment({HF_ENDPOINT: hub.url}));
  /** The question for a name, answered by no. */
  const ask = async (typed: string): Promise<string> => {
    const {io} = fakeIo();
    const stderr = Object.assign(new PassThrough(), {isTTY: true, columns: 80});
    const stdin = io.stdin as unknown as PassThrough;
    let said = '';
    stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('[y/N]') && !stdin.writableEnded) stdin.end('n\n');
    });
    await offerPull(typed, services, {...io, stderr: stderr as unknown as NodeJS.WriteStream});
    return said;
  };
  return {hub, services, ask};
}

describe('offerPull', () => {
  it('tells size and licence, and offers what was begun as `llm models pull` would go on with it', async () => {
    const {services, ask} = await prepared();
    expect(await ask('hf:made/Two-GGUF')).toContain(
      'hf:made/Two-GGUF is not here yet. Pull t-Q4_K_M.gguf now (3 MB, mit)? [y/N]',
    );
    const begun = `t-Q8_0.gguf.${sha256(file).slice(0, 16)}.part`;
    const part = join(services.environment.paths.models, 'made', 'Two-GGUF', begun);
    mkdirSync(dirname(part), {recursive: true});
    writeFileSync(part, file.subarray(0, 1_000));
    expect(await ask('hf:made/Two-GGUF')).toContain(
      'hf:made/Two-GGUF is here in part only. Go on with t-Q8_0.gguf now (3 MB, mit)? [y/N]',
    );
  });

  it('tells of terms, and of what has no room in the memory', async () => {
    const {hub, ask} = await prepared();
    expect(await ask('hf:made/Gated-GGUF:Q4_K_M')).toContain(
      `(3 MB, terms to accept at ${hub.url}/made/Gated-GGUF)?`,
    );
    expect(await ask('hf:made/Wide-GGUF:Q4_K_M')).toMatch(
      /\(1 MB, too large for this machine: it takes [\d.]+ GB of memory\)\?/,
    );
    await expect(ask('hf:made/Wide-GGUF')).rejects.toThrow(/^Nothing of made\/Wide-GGUF fits this machine/);
  });
});
