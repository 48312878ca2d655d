import {
  answer,
  refusal as anthropicRefusal,
  blockDelta,
  events,
  messageStart,
  messageStop,
} from './anthropicWire.ts';
import {refusal as geminiRefusal, stop as geminiStop, parts} from './geminiWire.ts';
import {doneLine, line} from './ollamaWire.ts';
import {data, delta, json, stop} from './openAiWire.ts';
import type {ScriptedProtocol, WireReply} from './scriptedServer.ts';

/** One protocol as its servers write it, for the cases that no ordinary answer has. */
export type ConformanceWire = {
  protocol: ScriptedProtocol;
  /** The request for an answer of the model `scripted`. */
  route: string;
  /** The request for the list of models. */
  list: string;
  contentType: string;
  /** What comes before the first text. */
  begin: string;
  text(text: string): string;
  /** How an answer ends that is complete. */
  end: string;
  /** How a failure stands in the middle of an answer. */
  error(message: string): string;
  refusal(status: number, message: string): WireReply;
  /** A prompt of 9,412 tokens for a window of 8,192, as far as the protocol tells. */
  tooLong: WireReply;
  /** An empty list of models. */
  noModels: unknown;
  /** A reason to stop may be followed by text. */
  goesOnAfterReason?: boolean;
};

const openAiTooLong = json(
  {
    error: {
      message:
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9412 tokens.",
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    },
  },
  400,
);

export const wires: Readonly<Record<ScriptedProtocol, ConformanceWire>> = {
  openai: {
    protocol: 'openai',
    route: 'POST /v1/chat/completions',
    list: 'GET /v1/models',
    contentType: 'text/event-stream',
    begin: data(delta({role: 'assistant', content: ''})),
    text: text => data(delta({content: text})),
    end: data(stop, '[DONE]'),
    error: message => data({error: {code: 500, message, type: 'server_error'}}),
    refusal: (status, message) => json({error: {message, type: 'x', param: null, code: null}}, status),
    tooLong: openAiTooLong,
    noModels: {object: 'list', data: []},
  },
  responses: {
    protocol: 'responses',
    route: 'POST /v1/responses',
    list: 'GET /v1/models',
    contentType: 'text/event-stream',
    begin: data({type: 'response.created', response: {id: 'r', model: 'scripted', status: 'in_progress'}}),
    text: text => data({type: 'response.output_text.delta', delta: text}),
    end: data({type: 'response.completed', response: {id: 'r', status: 'completed'}}),
    error: message => data({type: 'error', code: 'server_error', message, param: null}),
    refusal: (status, message) => json({error: {message, type: 'x', param: null, code: null}}, status),
    tooLong: openAiTooLong,
    noModels: {object: 'list', data: []},
  },
  anthropic: {
    protocol: 'anthropic',
    route: 'POST /v1/messages',
    list: 'GET /v1/models',
    contentType: 'text/event-stream',
    begin: events(messageStart, {
      type: 'content_block_start',
      index: 0,
      content_block: {type: 'text', text: ''},
    }),
    text: text => events(blockDelta({type: 'text_delta', text})),
    end: events(...answer('').slice(-3), messageStop),
    error: message => events({type: 'error', error: {type: 'api_error', message}}),
    refusal: (status, message) =>
      anthropicRefusal(
        status === 404 ? 'model: scripted' : message,
        status === 404 ? 'not_found_error' : 'x',
        status,
      ),
    tooLong: anthropicRefusal('prompt is too long: 9412 tokens > 8192 maximum'),
    noModels: {data: [], has_more: false},
  },
  gemini: {
    protocol: 'gemini',
    route: 'POST /v1beta/models/scripted:streamGenerateContent',
    list: 'GET /v1beta/models',
    contentType: 'text/event-stream',
    begin: data({usageMetadata: {promptTokenCount: 4}, modelVersion: 'scripted'}),
    text: text => data(parts([{text}])),
    end: data(parts([{text: ''}], geminiStop)),
    error: message => data({error: {code: 500, message, status: 'INTERNAL'}}),
    refusal: (status, message) => geminiRefusal(status, 'X', message),
    tooLong: geminiRefusal(
      400,
      'INVALID_ARGUMENT',
      'The input token count (9412) exceeds the maximum number of tokens allowed (8192).',
    ),
    noModels: {},
    goesOnAfterReason: true,
  },
  ollama: {
    protocol: 'ollama',
    route: 'POST /api/chat',
    list: 'GET /api/tags',
    contentType: 'application/x-ndjson',
    begin: line(''),
    text: line,
    end: doneLine,
    error: message => `${JSON.stringify({error: message})}\n`,
    refusal: (status, message) => json({error: message}, status),
    tooLong: json(
      {error: 'the prompt is longer than the context length currently available to the model; reduce it'},
      400,
    ),
    noModels: {models: null},
  },
};
