import {describe, expect, it} from 'vitest';
import {createOllama} from '../../src/backends/ollama.ts';
import type {PullProgress} from '../../src/core/pull.ts';
import {signal, startOllama} from './ollamaWire.ts';
import {startScriptedServer, type WireReply} from './scriptedServer.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();

const lines = (...records: object[]): string => records.map(record => `${JSON.stringify(record)}\n`).join('');
const layer = (completed: number) => ({
  status: 'pulling 8eeb52dfb3bb',
  digest: 'sha256:8eeb',
  total: 100,
  completed,
});
const success = {status: 'success'};

async function pull(replies: readonly WireReply[], stop: AbortSignal = signal()) {
  let asked = 0;
  const {backend, server} = await startOllama(closers, {
    routes: {'POST /api/pull': () => replies[Math.min(asked++, replies.length - 1)] ?? {}},
  });
  const seen: PullProgress[] = [];
  const run = async (onProgress: (progress: PullProgress) => void = () => {}) => {
    for await (const progress of backend.pull?.('qwen2.5:3b', stop) ?? []) {
      seen.push(progress);
      onProgress(progress);
    }
  };
  return {run, seen, server, backend};
}

describe('createOllama: pulling', () => {
  it('tells how far each part has come, and ends with it', async () => {
    const body = lines({status: 'pulling manifest'}, layer(10), layer(100), success);
    const {run, seen, server} = await pull([{body, after: 'hang', chunking: 'bytes'}]);
    await run();
    expect(seen).toEqual([{status: 'pulling manifest'}, layer(10), layer(100)]);
    expect(server.requests[0]?.body).toEqual({model: 'qwen2.5:3b', stream: true});
  });

  it('takes a pull up again where the connection was lost', async () => {
    const {run, seen, server} = await pull([
      {body: lines(layer(40)), after: 'cut'},
      {body: lines(layer(60), layer(100), success)},
    ]);
    await run();
    expect(seen.map(each => each.completed ?? each.status)).toEqual([
      40,
      'the connection was lost, taking the pull up again',
      60,
      100,
    ]);
    expect(server.requests).toHaveLength(2);
  });

  it('says which name nobody knows, and passes other errors on', async () => {
    const unknown = await pull([{body: lines({error: 'pull model manifest: file does not exist'})}]);
    await expect(unknown.run()).rejects.toMatchObject({
      kind: 'model-unknown',
      message: expect.stringMatching(/finds no model qwen2\.5:3b to pull/),
    });
    const full = await pull([{body: lines(layer(40), {error: 'write: no space left on device'})}]);
    await expect(full.run()).rejects.toThrow(/no space left on device/);
  });

  it('stops as soon as what is still to come is more than the disk has room for', async () => {
    let room = 50;
    const server = await startScriptedServer({
      protocol: 'ollama',
      routes: {'POST /api/pull': {body: lines(layer(60), {...layer(0), digest: 'sha256:b'}), after: 'hang'}},
    });
    closers.push(server.close);
    const backend = createOllama({id: 'ollama', baseUrl: server.url, freeSpace: async () => room});
    closers.push(backend.close);
    const seen: PullProgress[] = [];
    const run = async () => {
      for await (const progress of backend.pull?.('big', signal()) ?? []) {
        seen.push(progress);
        room = 30;
      }
    };
    await expect(run()).rejects.toMatchObject({
      kind: 'storage',
      message: expect.stringMatching(/^big needs/),
    });
    expect(seen).toEqual([layer(60)]);
    await expect.poll(() => server.closedEarly).toBe(1);
  });

  it('stops at once, and hangs up', async () => {
    const controller = new AbortController();
    const {run, server} = await pull([{body: lines(layer(40)), after: 'hang'}], controller.signal);
    await expect(run(() => controller.abort())).rejects.toMatchObject({kind: 'cancelled'});
    await expect.poll(() => server.closedEarly).toBe(1);
  });

  it('deletes and copies by name', async () => {
    const {backend, server} = await startOllama(closers, {
      routes: {
        'DELETE /api/delete': {},
        'POST /api/copy': {status: 404, body: '{"error":"model \\"a\\" not found"}'},
      },
    });
    await backend.remove?.('a', signal());
    expect(server.requests[0]).toMatchObject({method: 'DELETE', body: {model: 'a'}});
    await expect(backend.copy?.('a', 'b', signal())).rejects.toMatchObject({kind: 'model-unknown'});
    expect(server.requests[1]?.body).toEqual({source: 'a', destination: 'b'});
  });
});
