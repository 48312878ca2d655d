import {type AnthropicSettings, createAnthropic} from '../../src/backends/anthropic.ts';
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
  type WireReply,
} from './scriptedServer.ts';

export async function startAnthropic(
  closers: (() => Promise<unknown>)[],
  options: Omit<ScriptedServerOptions, 'protocol'> = {},
  settings: Partial<AnthropicSettings> = {},
) {
  const server = await startScriptedServer({protocol: 'anthropic', ...options});
  const backend = createAnthropic({id: 'x', label: 'X at test', baseUrl: server.url, ...settings});
  closers.push(backend.close, server.close);
  return {server, backend};
}

export const wire = (
  body: WireReply['body'],
  rest: WireReply = {},
): Omit<ScriptedServerOptions, 'protocol'> => ({
  routes: {
    'POST /v1/messages': {headers: {'content-type': 'text/event-stream'}, ...(body && {body}), ...rest},
  },
});

/** Events as Anthropic writes them: the line with the kind stands in the data too. */
export const events = (...all: {type: string; [key: string]: unknown}[]): string =>
  all.map(each => `event: ${each.type}\ndata: ${JSON.stringify(each)}\n\n`).join('');

export const messageStart = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    usage: {input_tokens: 9, output_tokens: 1},
  },
};
export const blockStart = (content_block: object, index = 0) => ({
  type: 'content_block_start',
  index,
  content_block,
});
export const blockDelta = (delta: object, index = 0) => ({type: 'content_block_delta', index, delta});
export const blockStop = (index = 0) => ({type: 'content_block_stop', index});
export const messageDelta = (stop_reason: string, rest: object = {}) => ({
  type: 'message_delta',
  delta: {stop_reason, stop_sequence: null, ...rest},
  usage: {output_tokens: 4},
});
export const messageStop = {type: 'message_stop'};
/** A whole text answer. */
export const answer = (text: string, reason = 'end_turn') => [
  messageStart,
  blockStart({type: 'text', text: ''}),
  blockDelta({type: 'text_delta', text}),
  blockStop(),
  messageDelta(reason),
  messageStop,
];

export function sent(server: ScriptedServer): Record<string, unknown>[] {
  return server.requests
    .filter(({method, path}) => method === 'POST' && path === '/v1/messages')
    .map(request => request.body as Record<string, unknown>);
}

export const refusal = (message: string, type = 'invalid_request_error', status = 400): WireReply => ({
  status,
  headers: {'content-type': 'application/json', 'request-id': 'req_1'},
  body: JSON.stringify({type: 'error', error: {type, message}, request_id: 'req_1'}),
});
