import {describe, expect, it, vi} from 'vitest';
import {createOllama} from '../../src/backends/ollama.ts';
import {pullFromOllama} from '../../src/backends/ollamaPull.ts';
import {createTransport, type Transport, type TransportReply} from '../../src/backends/transport.ts';
import {LlmError} from '../../src/core/errors.ts';
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

  it('takes no number of bytes that no disk could hold', async () => {
    const odd = [
      {completed: 1e30, total: -5},
      {completed: 1.5, total: '9'},
      {completed: 7, total: 9},
    ];
    const body = lines(...odd.map(sizes => ({status: 'pulling', digest: 'sha256:aa', ...sizes})), success);
    const {run, seen} = await pull([{body}]);
    await run();
    const bare = {status: 'pulling', digest: 'sha256:aa'};
    expect(seen).toEqual([bare, bare, {...bare, completed: 7, total: 9}]);
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

  it('takes it up again when the server was started anew', async () => {
    const first = await startScriptedServer({
      protocol: 'ollama',
      routes: {'POST /api/pull': {body: lines(layer(40)), after: 'hang'}},
    });
    const backend = createOllama({id: 'ollama', baseUrl: first.url});
    closers.push(backend.close);
    const port = Number(new URL(first.url).port);
    const seen: unknown[] = [];
    let asked = 0;
    for await (const progress of backend.pull?.('qwen2.5:3b', signal()) ?? []) {
      seen.push(progress.completed ?? progress.status);
      if (progress.completed === 40) await first.close();
      // A connection was refused by then.
      if (++asked === 3) {
        const second = await startScriptedServer({
          protocol: 'ollama',
          port,
          routes: {'POST /api/pull': {body: lines(layer(60), layer(100), success)}},
        });
        closers.push(second.close);
      }
    }
    const again = 'the connection was lost, taking the pull up again';
    expect(seen).toEqual([40, again, again, 60, 100]);
  });

  it('gives up after a few times without a byte, however often it hears of those that had come', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
    try {
      let asked = 0;
      const transport: Transport = {
        ...createTransport({label: 'Ollama', baseUrl: 'http://127.0.0.1:9'}),
        async send() {
          asked += 1;
          if (asked > 3)
            throw new LlmError({kind: 'unreachable', message: 'away.', hint: 'Start', unsent: true});
          const chunks = (async function* () {
            yield new TextEncoder().encode(lines(layer(40)));
          })();
          return {status: 200, headers: new Headers(), contentType: '', chunks} as unknown as TransportReply;
        },
      };
      const run = async () => {
        for await (const progress of pullFromOllama(transport, 'a', signal())) {
          if (progress.completed === undefined) void vi.advanceTimersToNextTimerAsync();
        }
      };
      await expect(run()).rejects.toMatchObject({
        message: 'away.',
        hint: 'What has come is kept; pull it again.',
      });
      expect(asked).toBe(6);
    } finally {
      vi.useRealTimers();
    }
  });

  it('advises what helps a pull', async () => {
    const failed = await pull([{body: lines(layer(40), {error: 'digest mismatch'})}]);
    await expect(failed.run()).rejects.toMatchObject({
      message: expect.stringMatching(/digest mismatch/),
      hint: 'What has come is kept; pull it again.',
    });
    const away = await pull([]);
    await away.server.close();
    await expect(away.run()).rejects.toMatchObject({
      kind: 'unreachable',
      hint: 'Start it with `ollama serve`, and pull it again.',
    });
  });

  it('stops as soon as what is still to come is more than the disk has room for', async () => {
    const big = (digest: string, gigabytes: number) => ({
      ...{status: 'pulling', digest, total: gigabytes * 1e9},
    });
    const server = await startScriptedServer({
      protocol: 'ollama',
      routes: {
        'POST /api/pull': ({body}) => ({
          body:
            (body as {model: string}).model === 'small'
              ? lines(big('c', 30))
              : lines(big('a', 40), big('b', 2)),
          after: 'hang',
        }),
      },
    });
    closers.push(server.close);
    let free = 41e9;
    const backend = createOllama({id: 'ollama', baseUrl: server.url, freeSpace: async () => free});
    closers.push(backend.close);
    const seen: PullProgress[] = [];
    const run = async (model: string) => {
      for await (const progress of backend.pull?.(model, signal()) ?? []) seen.push(progress);
    };
    // Each layer would fit alone.
    await expect(run('big')).rejects.toMatchObject({
      kind: 'storage',
      message: 'big needs 42.0 GB more on the disk, and 41.0 GB are free (256 MB of them stay so).',
    });
    expect(seen).toEqual([big('a', 40)]);
    await expect.poll(() => server.closedEarly).toBe(1);
    // So would each pull.
    free = 50e9;
    const first = backend.pull?.('big', signal())[Symbol.asyncIterator]();
    await first?.next();
    await expect(run('small')).rejects.toMatchObject({
      message: expect.stringMatching(/^small needs 70\.0 GB more on the disk with the other pulls/),
    });
    await first?.return?.();
    const second = backend.pull?.('small', signal())[Symbol.asyncIterator]();
    expect((await second?.next())?.value).toEqual(big('c', 30));
    await second?.return?.();
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
