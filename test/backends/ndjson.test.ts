import {describe, expect, it} from 'vitest';
import {readNdjson} from '../../src/backends/ndjson.ts';
import {cut} from './scriptedServer.ts';

async function* of(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

describe('readNdjson', () => {
  for (const chunking of ['whole', 'random', 'bytes'] as const) {
    it(`reads lines with any end, skips blank ones and reports broken ones (${chunking})`, async () => {
      const source = '\ufeff{"a":"👩‍👩‍👧"}\n\n{"b":"漢"}\r\n  \nnot json\n5\n[1]\n{"c":3}';
      const records: object[] = [];
      let broken = 0;
      const options = {label: 'X', onBroken: () => broken++};
      for await (const batch of readNdjson(of(cut(Buffer.from(source), chunking)), options)) {
        records.push(...batch.map(({record}) => record));
      }
      expect(records).toEqual([{a: '👩‍👩‍👧'}, {b: '漢'}, {c: 3}]);
      expect(broken).toBe(3);
    });
  }

  it('gives up on a line of 50 MB long before it is read', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      const chunk = Buffer.alloc(65_536, 'x');
      for (; given < 50 * 1024 * 1024; given += chunk.length) yield chunk;
    }
    const reading = async (): Promise<void> => {
      for await (const _ of readNdjson(endless(), {label: 'X'}));
    };
    await expect(reading()).rejects.toMatchObject({
      kind: 'protocol',
      message: 'X sent a line without an end.',
    });
    expect(given).toBeLessThan(20 * 1024 * 1024);
  });
});
