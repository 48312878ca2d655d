import {createOllama} from '../../src/backends/ollama.ts';
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
  type WireReply,
} from './scriptedServer.ts';

export async function startOllama(
  closers: (() => Promise<unknown>)[],
  options: Omit<ScriptedServerOptions, 'protocol'> = {},
) {
  const server = await startScriptedServer({protocol: 'ollama', ...options});
  const backend = createOllama({id: 'ollama', baseUrl: server.url});
  closers.push(backend.close, server.close);
  return {server, backend};
}

export const chat = (body: string, rest: WireReply = {}): Omit<ScriptedServerOptions, 'protocol'> => ({
  routes: {'POST /api/chat': {headers: {'content-type': 'application/x-ndjson'}, body, ...rest}},
});

export function sent(server: ScriptedServer): Record<string, unknown>[] {
  return server.requests
    .filter(request => request.path === '/api/chat')
    .map(request => request.body as Record<string, unknown>);
}

export const signal = (): AbortSignal => new AbortController().signal;
export const line = (content: string): string =>
  `${JSON.stringify({model: 'm', created_at: '2023-08-04T08:52:19.385406455-07:00', message: {role: 'assistant', content, images: null}, done: false})}\n`;
export const doneLine =
  '{"model":"m","created_at":"2023-08-04T19:22:45.499127Z","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":182242375,"load_duration":41295167,"prompt_eval_count":169,"prompt_eval_duration":24573166,"eval_count":15,"eval_duration":115959084}\n';
