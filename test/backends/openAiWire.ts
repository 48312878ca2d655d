import {createOpenAi, type OpenAiSettings} from '../../src/backends/openai.ts';
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
  type WireReply,
} from './scriptedServer.ts';

export async function startOpenAi(
  closers: (() => Promise<unknown>)[],
  options: Omit<ScriptedServerOptions, 'protocol'> = {},
  settings: Partial<OpenAiSettings> & {path?: string} = {},
) {
  const server = await startScriptedServer({protocol: 'openai', ...options});
  const {path = '/v1', ...rest} = settings;
  const backend = createOpenAi({id: 'x', label: 'X at test', baseUrl: `${server.url}${path}`, ...rest});
  closers.push(backend.close, server.close);
  return {server, backend};
}

export const wire = (
  body: WireReply['body'],
  rest: WireReply = {},
): Omit<ScriptedServerOptions, 'protocol'> => ({
  routes: {
    'POST /v1/chat/completions': {
      headers: {'content-type': 'text/event-stream'},
      ...(body && {body}),
      ...rest,
    },
  },
});
export const data = (...objects: unknown[]): string =>
  objects.map(object => `data: ${typeof object === 'string' ? object : JSON.stringify(object)}\n\n`).join('');
export const delta = (fields: unknown, finish_reason: string | null = null) => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  model: 'm',
  choices: [{index: 0, delta: fields, finish_reason}],
});
export const stop = delta({}, 'stop');

export function sent(server: ScriptedServer): Record<string, unknown>[] {
  return server.requests
    .filter(request => request.method === 'POST')
    .map(request => request.body as Record<string, unknown>);
}

export const signal = (): AbortSignal => new AbortController().signal;

export const json = (value: unknown, status = 200): WireReply => ({
  status,
  headers: {'content-type': 'application/json'},
  body: JSON.stringify(value),
});
