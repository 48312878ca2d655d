import {describe, expect, it} from 'vitest';
import {readSse, type SseEvent} from '../../src/backends/sse.ts';
import {cut} from './scriptedServer.ts';

async function* of(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function read(source: string | Uint8Array, chunking: 'whole' | 'bytes' | 'random', longest?: number) {
  const events: SseEvent[] = [];
  const bytes = Buffer.from(source as string);
  for await (const batch of readSse(of(cut(bytes, chunking)), {label: 'X', ...(longest && {longest})})) {
    events.push(...batch);
  }
  return events;
}

describe('readSse', () => {
  for (const chunking of ['whole', 'random', 'bytes'] as const) {
    it(`reads every kind of line end, a BOM, comments and unknown fields (${chunking})`, async () => {
      const source =
        '\ufeffdata: one\n\n: ping\n\ndata:two 👩‍👩‍👧 漢\r\n\r\nid: 7\nretry: 10\nfoo: bar\ndata: a\ndata: b\n\ndata: three\r\revent: error\ndata: {}\n\n';
      expect(await read(source, chunking)).toEqual([
        {event: undefined, data: 'one'},
        {event: undefined, data: 'two 👩‍👩‍👧 漢'},
        {event: undefined, data: 'a\nb'},
        {event: undefined, data: 'three'},
        {event: 'error', data: '{}'},
      ]);
    });

    it(`keeps a last event without a blank line or a newline (${chunking})`, async () => {
      expect(await read('data: a\n\ndata: [DONE]', chunking)).toEqual([
        {event: undefined, data: 'a'},
        {event: undefined, data: '[DONE]'},
      ]);
    });

    it(`hands out the error field of old llama.cpp servers (${chunking})`, async () => {
      expect(await read('error: {"code":500}\n\n', chunking)).toContainEqual({
        event: 'error',
        data: '{"code":500}',
      });
    });

    it(`refuses a line and an event without an end (${chunking})`, async () => {
      await expect(read(`data: ${'x'.repeat(5_000)}`, chunking, 1_000)).rejects.toMatchObject({
        kind: 'protocol',
      });
      await expect(read('data: xxxxxxxx\n'.repeat(500), chunking, 1_000)).rejects.toMatchObject({
        kind: 'protocol',
      });
    });
  }
});
