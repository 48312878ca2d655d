import {describe, expect, it} from 'vitest';
import {retryAfterMs, serverError} from '../../src/backends/serverErrors.ts';
import {commandLineHint} from '../../src/cli/commandLineHint.ts';

const where = {label: 'X at a:1', url: 'http://a:1', unreachableHint: 'Start it.', model: 'm'};
const error = (status: number, body: unknown, headers?: Record<string, string>) =>
  serverError(typeof body === 'string' ? body : JSON.stringify(body), {
    ...where,
    status,
    ...(headers && {headers: new Headers(headers)}),
  });

describe('serverError', () => {
  it.each([
    [401, {error: {message: 'Incorrect API key provided', code: 'invalid_api_key'}}, 'auth'],
    [403, '', 'auth'],
    [402, {error: {message: 'Insufficient Balance'}}, 'quota'],
    [404, {error: "model 'm' not found"}, 'model-unknown'],
    [404, {error: 'model "m" not found, try pulling it first'}, 'model-unknown'],
    [404, {object: 'error', message: 'The model `m` does not exist.', code: 404}, 'model-unknown'],
    [
      400,
      {error: {message: 'The requested model m does not exist', code: 'model_not_found'}},
      'model-unknown',
    ],
    [404, '404 page not found', 'protocol'],
    [
      429,
      {error: {message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded'}},
      'rate-limit',
    ],
    [429, {error: {message: 'You exceeded your current quota', code: 'insufficient_quota'}}, 'quota'],
    [503, {error: {code: 503, message: 'Loading model', type: 'unavailable_error'}}, 'loading'],
    [503, {error: 'server busy, please try again.  maximum pending requests exceeded'}, 'overloaded'],
    [400, {error: '"m" does not support thinking'}, 'capability'],
    [400, {error: 'registry.ollama.ai/library/m:latest does not support tools'}, 'capability'],
    [500, {error: {message: 'image input is not supported - hint: you may need the mmproj'}}, 'capability'],
    [
      422,
      {detail: [{loc: ['body', 'top_k'], msg: 'Extra inputs are not permitted', type: 'extra_forbidden'}]},
      'bad-request',
    ],
    [
      422,
      {
        object: 'error',
        message: {detail: [{type: 'missing', loc: ['body', 'messages'], msg: 'Field required'}]},
      },
      'bad-request',
    ],
    [400, {detail: 'Invalid host header'}, 'bad-request'],
    [401, {message: 'Unauthorized', request_id: 'r1'}, 'auth'],
    [500, {error: 'model runner has unexpectedly stopped'}, 'engine'],
    [502, '<html>Bad gateway</html>', 'unreachable'],
    [400, {error: {message: 'blocked', code: 'content_filter'}}, 'content-filter'],
    [200, {error: '{"error":{"message":"Rate limit","code":429,"type":"rate_limit"}}'}, 'rate-limit'],
  ])('status %i with %j is %s', (status, body, kind) => {
    expect(error(status, body).kind).toBe(kind);
  });

  it.each([
    [
      'llama.cpp',
      {
        error: {
          code: 400,
          message:
            'request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it',
          type: 'exceed_context_size_error',
          n_prompt_tokens: 9412,
          n_ctx: 8192,
        },
      },
      ['9,412', '8,192'],
    ],
    [
      'vLLM',
      {
        object: 'error',
        message:
          "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion).",
        type: 'BadRequestError',
        code: 400,
      },
      ['5,000', '4,096'],
    ],
    [
      'OpenAI',
      {
        error: {
          message:
            "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.",
          type: 'invalid_request_error',
          param: 'messages',
          code: 'context_length_exceeded',
        },
      },
      ['9,001', '8,192'],
    ],
    [
      'LM Studio',
      {
        error:
          'Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens',
      },
      ['5,000', '4,096'],
    ],
    [
      'Ollama',
      {error: 'the prompt is longer than the context length currently available to the model; reduce it'},
      [],
    ],
  ])('tells a context that is too small, as %s says it', (_name, body, numbers) => {
    const {kind, message, hint} = error(400, body);
    expect(kind).toBe('context');
    for (const number of numbers) expect(message).toContain(`${number} tokens`);
    expect(hint).toMatch(/\/compact.*\/new.*\/set num_ctx/);
  });

  it('names a window that holds what was too long, and an answer', () => {
    const body = {
      error: {type: 'exceed_context_size_error', message: 'too long', n_prompt_tokens: 9_412, n_ctx: 8_192},
    };
    expect(error(400, body).hint).toContain('`/set num_ctx 16384`');
  });

  it('points to where one signs in', () => {
    expect(error(401, {error: 'unauthorized', signin_url: 'https://ollama.com/connect?x=1'}).hint).toContain(
      'https://ollama.com/connect?x=1',
    );
  });

  it('makes hostile text harmless and short', () => {
    const {message, detail} = error(500, {error: `\u001b]0;own\u0007\u202e\r${'x'.repeat(9_000)}`});
    expect(`${message}${detail}`).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(message.length).toBeLessThan(400);
  });
});

describe('every failure', () => {
  const bodies: readonly (readonly [number, unknown])[] = [
    ...[400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 499, 500, 501, 502, 503, 504, 529].map(
      status => [status, ''] as const,
    ),
    [400, {error: '"m" does not support thinking'}],
    [400, {error: 'm does not support vision'}],
    [400, {error: {message: 'prompt is too long'}}],
    [400, {error: {message: 'blocked', code: 'content_filter'}}],
    [429, {error: {message: 'You exceeded your current quota', code: 'insufficient_quota'}}],
    [404, {error: "model 'm' not found"}],
    [503, {error: {message: 'Loading model'}}],
    [0, {error: 'an error was encountered while running the model'}],
  ];

  it.each(bodies)(
    'names who failed, and what to type, in the chat and on the command line: %i %j',
    (status, body) => {
      const {message, hint} = error(status, body);
      expect(`${message} ${hint}`).toMatch(/X at a:1|\bm\b/);
      expect(hint).not.toBe('');
      // Slash commands are for the chat alone.
      expect(commandLineHint(hint)).not.toMatch(/(^|[\s`])\/[a-z]/);
    },
  );
});

describe('retryAfterMs', () => {
  it.each([
    [{'retry-after': '7'}, '', 7_000],
    [{'retry-after': '0.5'}, '', 500],
    [{'retry-after-ms': '120', 'retry-after': '7'}, '', 120],
    [{'retry-after': '-3'}, '', undefined],
    [{'retry-after': '86400'}, '', 86_400_000],
    [{'retry-after': 'soon'}, '', undefined],
    [{}, 'Please try again in 20s.', 20_000],
    [{}, 'nothing', undefined],
  ])('reads %j and %j', (headers, text, expected) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>), text)).toBe(expected);
  });

  it('reads a date', () => {
    const wait = retryAfterMs(new Headers({'retry-after': new Date(Date.now() + 60_000).toUTCString()}), '');
    expect(wait).toBeGreaterThan(50_000);
    expect(wait).toBeLessThanOrEqual(60_000);
  });
});
