import {ending, json, type Lines, modelOf, stream} from './scriptedAnswers.ts';
import type {ScriptedRequest, ScriptedServerOptions, WireReply} from './scriptedServer.ts';

/** What Anthropic answers; undefined for an address that it does not have. */
export function anthropicReply(
  request: ScriptedRequest,
  path: string,
  options: ScriptedServerOptions,
): WireReply | undefined {
  const {models = ['scripted'], contextMax = 200_000} = options;
  const described = (id: string) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2026-02-19T00:00:00Z',
    max_input_tokens: contextMax,
    max_tokens: 64_000,
  });
  if (request.method === 'GET' && path === '/v1/models')
    return json({data: models.map(described), has_more: false, first_id: null, last_id: null});
  if (request.method === 'GET' && path.startsWith('/v1/models/')) {
    const id = decodeURIComponent(path.slice('/v1/models/'.length));
    return models.includes(id) ? json(described(id)) : undefined;
  }
  if (request.method !== 'POST' || path !== '/v1/messages') return undefined;
  return {
    headers: {'content-type': 'text/event-stream; charset=utf-8'},
    body: () => stream(options, anthropicLines(modelOf(request), options)),
    after: ending(options),
  };
}

function anthropicLines(model: string, {reasoning = []}: ScriptedServerOptions): Lines {
  const event = (type: string, rest: object = {}): string =>
    `event: ${type}\ndata: ${JSON.stringify({type, ...rest})}\n\n`;
  const block = reasoning.length > 0 ? 1 : 0;
  const open = (index: number, content_block: object): string =>
    event('content_block_start', {index, content_block});
  const delta = (index: number, fields: object): string =>
    event('content_block_delta', {index, delta: fields});
  let opened = -1;
  const within = (index: number, content_block: object, line: string): string => {
    if (opened === index) return line;
    const before = opened >= 0 ? event('content_block_stop', {index: opened}) : '';
    opened = index;
    return before + open(index, content_block) + line;
  };
  return {
    begin:
      event('message_start', {
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: {
            input_tokens: 20,
            cache_read_input_tokens: 6,
            cache_creation_input_tokens: 0,
            output_tokens: 1,
          },
        },
      }) + event('ping'),
    text: text => within(block, {type: 'text', text: ''}, delta(block, {type: 'text_delta', text})),
    reasoning: thinking =>
      within(
        0,
        {type: 'thinking', thinking: '', signature: ''},
        delta(0, {type: 'thinking_delta', thinking}),
      ),
    error: event('error', {
      error: {type: 'api_error', message: 'Internal server error'},
      request_id: 'req_1',
    }),
    end: count =>
      (opened >= 0 ? event('content_block_stop', {index: opened}) : '') +
      event('message_delta', {
        delta: {stop_reason: 'end_turn', stop_sequence: null},
        usage: {output_tokens: count},
      }) +
      event('message_stop'),
  };
}

/** What Gemini answers; undefined for an address that it does not have. */
export function geminiReply(
  request: ScriptedRequest,
  path: string,
  options: ScriptedServerOptions,
): WireReply | undefined {
  const {models = ['scripted'], contextMax = 1_048_576} = options;
  const described = (id: string) => ({
    name: `models/${id}`,
    displayName: id,
    inputTokenLimit: contextMax,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  });
  if (request.method === 'GET' && path === '/v1beta/models') return json({models: models.map(described)});
  const [, id = '', action] = /^\/v1beta\/models\/([^:]*)(?::(\w+))?$/.exec(path) ?? [];
  const model = decodeURIComponent(id);
  if (request.method === 'GET' && models.includes(model)) return json(described(model));
  if (request.method !== 'POST' || action !== 'streamGenerateContent') return undefined;
  return {
    headers: {'content-type': 'text/event-stream'},
    body: () => stream(options, geminiLines(model)),
    after: ending(options),
  };
}

function geminiLines(model: string): Lines {
  const chunk = (parts: object[], rest: object = {}, usage: object = {}): string =>
    `data: ${JSON.stringify({
      candidates: [{content: {role: 'model', parts}, index: 0, ...rest}],
      usageMetadata: {promptTokenCount: 26, ...usage},
      modelVersion: model,
      responseId: 'r1',
    })}\r\n\r\n`;
  return {
    text: text => chunk([{text}]),
    reasoning: text => chunk([{text, thought: true}]),
    error: `data: ${JSON.stringify({error: {code: 500, message: 'An internal error has occurred.', status: 'INTERNAL'}})}\r\n\r\n`,
    end: count =>
      chunk([{text: '', thoughtSignature: 'c2ln'}], {finishReason: 'STOP'}, {candidatesTokenCount: count}),
  };
}

/** What OpenAI itself answers, by its responses; undefined for an address that it does not have. */
export function responsesReply(
  request: ScriptedRequest,
  path: string,
  options: ScriptedServerOptions,
): WireReply | undefined {
  const {models = ['scripted']} = options;
  switch (`${request.method} ${path}`) {
    case 'GET /v1/models':
      return json({
        object: 'list',
        data: models.map(id => ({id, object: 'model', created: 1_762_000_000, owned_by: 'system'})),
      });
    case 'POST /v1/responses':
      return {
        headers: {'content-type': 'text/event-stream; charset=utf-8'},
        body: () => stream(options, responsesLines(modelOf(request))),
        after: ending(options),
      };
    default:
      return undefined;
  }
}

function responsesLines(model: string): Lines {
  let sequence_number = 0;
  const event = (type: string, rest: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({type, sequence_number: sequence_number++, ...rest})}\n\n`;
  const response = (status: string, rest: object = {}): object => ({
    response: {
      id: 'resp_1',
      object: 'response',
      model,
      status,
      error: null,
      incomplete_details: null,
      ...rest,
    },
  });
  return {
    begin:
      event('response.created', response('in_progress')) +
      event('response.in_progress', response('in_progress')),
    text: delta =>
      event('response.output_text.delta', {item_id: 'msg_1', output_index: 0, content_index: 0, delta}),
    reasoning: delta =>
      event('response.reasoning_summary_text.delta', {
        item_id: 'rs_1',
        output_index: 0,
        summary_index: 0,
        delta,
      }),
    error: event('error', {code: 'server_error', message: 'The server had an error.', param: null}),
    end: output_tokens =>
      event('response.completed', response('completed', {usage: {input_tokens: 26, output_tokens}})),
  };
}
