import {createGemini, type GeminiSettings} from '../../src/backends/gemini.ts';
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
  type WireReply,
} from './scriptedServer.ts';

export async function startGemini(
  closers: (() => Promise<unknown>)[],
  options: Omit<ScriptedServerOptions, 'protocol'> = {},
  settings: Partial<GeminiSettings> = {},
) {
  const server = await startScriptedServer({protocol: 'gemini', ...options});
  const backend = createGemini({id: 'x', label: 'X at test', baseUrl: server.url, ...settings});
  closers.push(backend.close, server.close);
  return {server, backend};
}

export const route = 'POST /v1beta/models/scripted:streamGenerateContent';

export const wire = (
  body: WireReply['body'],
  rest: WireReply = {},
): Omit<ScriptedServerOptions, 'protocol'> => ({
  routes: {[route]: {headers: {'content-type': 'text/event-stream'}, ...(body && {body}), ...rest}},
});

export const parts = (list: object[], rest: object = {}, usageMetadata?: object) => ({
  candidates: [{content: {role: 'model', parts: list}, index: 0, ...rest}],
  ...(usageMetadata && {usageMetadata}),
  modelVersion: 'm',
  responseId: 'r1',
});
export const stop = {finishReason: 'STOP'};

export function sent(server: ScriptedServer): Record<string, unknown>[] {
  return server.requests
    .filter(({method, path}) => method === 'POST' && path.includes(':streamGenerateContent'))
    .map(request => request.body as Record<string, unknown>);
}

/** An error as Google writes it. */
export const refusal = (
  code: number,
  status: string,
  message: string,
  details: {'@type': string; [key: string]: unknown}[] = [],
): WireReply => ({
  status: code,
  headers: {'content-type': 'application/json; charset=UTF-8'},
  body: JSON.stringify({error: {code, message, status, details}}),
});

export const retryInfo = (retryDelay: string) => ({
  '@type': 'type.googleapis.com/google.rpc.RetryInfo',
  retryDelay,
});
export const quotaFailure = (quotaId: string) => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{quotaMetric: 'generativelanguage.googleapis.com/generate_content_requests', quotaId}],
});
