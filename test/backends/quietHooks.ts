import {afterEach, beforeEach, expect, vi} from 'vitest';
import type {ConformanceSubject, WithoutProtocol} from './conformanceSubjects.ts';
import {type ScriptedServer, startScriptedServer} from './scriptedServer.ts';

/**
 * Returns the function that starts a server and opens a backend on it. After each test the backend is closed, and the
 * test fails if then a socket is left, a rejection went unhandled, or anything was written to stdout or stderr.
 */
export function quietBackends() {
  const opened: {server: ScriptedServer; close(): Promise<unknown>}[] = [];
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => {
    rejections.push(reason);
  };
  const written: string[] = [];
  beforeEach(() => {
    process.on('unhandledRejection', onRejection);
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation(chunk => {
        written.push(String(chunk));
        return true;
      });
    }
    for (const name of ['log', 'warn', 'error', 'info'] as const)
      vi.spyOn(console, name).mockImplementation((...words) => void written.push(words.join(' ')));
  });
  afterEach(async () => {
    for (const {server, close} of opened.splice(0)) {
      await close();
      await vi.waitFor(async () => expect(await server.connections(), 'sockets that are left').toBe(0));
      await server.close();
    }
    // A rejection is reported when the turn ends in which nobody took it.
    await new Promise(setImmediate);
    process.off('unhandledRejection', onRejection);
    vi.restoreAllMocks();
    expect(rejections.splice(0), 'unhandled rejections').toEqual([]);
    expect(written.splice(0), 'what was written').toEqual([]);
  });
  return async ({wire, open}: ConformanceSubject, options: WithoutProtocol = {}) => {
    const server = await startScriptedServer({protocol: wire.protocol, ...options});
    const backend = await open(server.url);
    opened.push({server, close: () => backend.close()});
    return {server, backend};
  };
}
