import {setTimeout as delay} from 'node:timers/promises';
import type {ScriptedRequest, ScriptedServerOptions, WireReply} from './scriptedServer.ts';

/** What an Ollama server answers; undefined for an address that it does not have. */
export function ollamaReply(
  request: ScriptedRequest,
  path: string,
  options: ScriptedServerOptions,
): WireReply | undefined {
  const {models = ['scripted:latest'], context, contextMax = 131_072} = options;
  const details = {format: 'gguf', family: 'llama', parameter_size: '3.2B', quantization_level: 'Q4_K_M'};
  switch (`${request.method} ${path}`) {
    case 'GET /':
      return {body: 'Ollama is running'};
    case 'GET /api/version':
      return json({version: '0.13.5'});
    case 'GET /api/tags':
      return json({
        models: models.map(name => ({
          name,
          model: name,
          modified_at: '2026-05-04T17:37:44.706015396-07:00',
          size: 2_019_393_189,
          digest: 'a80c4f17acd5',
          details,
        })),
      });
    case 'GET /api/ps':
      return json({
        models: context ? models.map(name => ({name, model: name, details, context_length: context})) : [],
      });
    case 'POST /api/show':
      return json({
        details,
        model_info: {'general.architecture': 'llama', 'llama.context_length': contextMax},
        capabilities: ['completion', 'tools'],
        modified_at: '2026-05-04T17:37:44.706015396-07:00',
      });
    case 'POST /api/chat':
      return {
        headers: {'content-type': 'application/x-ndjson'},
        body: () => stream(options, ollamaLines(modelOf(request), options)),
        after: ending(options),
      };
    default:
      return undefined;
  }
}

/** What an OpenAI-style server answers; undefined for an address that it does not have. */
export function openAiReply(
  request: ScriptedRequest,
  path: string,
  options: ScriptedServerOptions,
): WireReply | undefined {
  const {models = ['scripted']} = options;
  switch (`${request.method} ${path}`) {
    case 'GET /v1/models':
      return json({
        object: 'list',
        data: models.map(id => ({id, object: 'model', created: 1_762_000_000, owned_by: 'library'})),
      });
    case 'POST /v1/chat/completions':
      return {
        headers: {'content-type': 'text/event-stream; charset=utf-8'},
        body: () => stream(options, openAiLines(modelOf(request), options)),
        after: ending(options),
      };
    default:
      return undefined;
  }
}

/** One protocol's way of writing the parts of an answer. */
export type Lines = {
  begin?: string;
  text(token: string): string;
  reasoning(token: string): string;
  error: string;
  end(count: number): string;
};

function ollamaLines(model: string, {rate = 0}: ScriptedServerOptions): Lines {
  const line = (message: object, rest: object = {done: false}): string =>
    `${JSON.stringify({
      model,
      created_at: '2026-05-04T17:37:44.706015396Z',
      message: {role: 'assistant', content: '', ...message},
      ...rest,
    })}\n`;
  return {
    text: content => line({content}),
    reasoning: thinking => line({thinking}),
    error: '{"error":"an error was encountered while running the model"}\n',
    end: count =>
      line(
        {},
        {
          done_reason: 'stop',
          done: true,
          total_duration: 182_242_375,
          load_duration: 41_295_167,
          prompt_eval_count: 26,
          prompt_eval_duration: 24_573_166,
          eval_count: count,
          eval_duration: Math.round((count / (rate || 1_000)) * 1e9),
        },
      ),
  };
}

function openAiLines(model: string, _options: ScriptedServerOptions): Lines {
  const event = (rest: object): string =>
    `data: ${JSON.stringify({id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_762_000_000, model, ...rest})}\n\n`;
  const delta = (fields: object, reason: string | null = null): string =>
    event({choices: [{index: 0, delta: fields, finish_reason: reason}]});
  return {
    text: content => delta({content}),
    reasoning: reasoning_content => delta({reasoning_content}),
    error: 'data: {"error":{"code":500,"message":"the model runner has stopped","type":"server_error"}}\n\n',
    end: count =>
      `${delta({}, 'stop')}${event({choices: [], usage: {prompt_tokens: 26, completion_tokens: count, total_tokens: 26 + count}})}data: [DONE]\n\n`,
  };
}

/** Writes an answer at its pace, several tokens at once where it is a quick one. */
export async function* stream(options: ScriptedServerOptions, lines: Lines): AsyncGenerator<string> {
  const {rate = 0, text = sampleTokens, reasoning = [], errorAfter} = options;
  const count = options.tokens ?? (options.text ? text.length : 100);
  const last = Math.min(
    count,
    options.hangAfter ?? Infinity,
    options.cutAfter ?? Infinity,
    errorAfter ?? Infinity,
  );
  const started = performance.now();
  const total = reasoning.length + last;
  if (lines.begin) yield lines.begin;
  for (let sent = 0; sent < total; ) {
    const due = rate > 0 ? Math.floor(((performance.now() - started) / 1_000) * rate) + 1 : sent + 200;
    if (due <= sent) {
      await delay(Math.max(1, Math.min(10, 1_000 / rate)));
      continue;
    }
    let piece = '';
    for (; sent < Math.min(due, total); sent++) {
      const token = reasoning[sent];
      piece +=
        token === undefined
          ? lines.text(text[(sent - reasoning.length) % text.length] ?? '')
          : lines.reasoning(token);
    }
    yield piece;
  }
  if (errorAfter !== undefined && last === errorAfter) yield lines.error;
  else if (ending(options) === 'end') yield lines.end(count);
}

export function ending({hangAfter, cutAfter}: ScriptedServerOptions): 'end' | 'hang' | 'cut' {
  if (hangAfter !== undefined) return 'hang';
  return cutAfter === undefined ? 'end' : 'cut';
}

export function json(value: unknown): WireReply {
  return {headers: {'content-type': 'application/json; charset=utf-8'}, body: JSON.stringify(value)};
}

export function modelOf({body}: ScriptedRequest): string {
  return (body as {model?: string} | undefined)?.model ?? '';
}

const sample = `## How a stream is read

The server sends **one small piece** at a time, and the client shows *what it has*. See [the notes](https://example.org/notes) for \`more\`.

- a first point, which says little
- a second point with \`code\` in it
- a third one 👩‍👩‍👧 with 漢字 and ünïcödé

\`\`\`ts
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
\`\`\`

| name | tokens | time |
| --- | ---: | --- |
| short | 12 | quick |
| long | 1200 | slow |

1. Read the bytes.
2. Find the lines.
3. Show the text.

> What is finished goes up, and what is not stays below.

`;

/** Markdown of every kind, cut as a model would cut it. */
export const sampleTokens: readonly string[] = sample.match(/\n+|[^\S\n]*[^\s]{1,6}/g) ?? [];
