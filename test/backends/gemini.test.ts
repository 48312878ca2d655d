import {describe, expect, it} from 'vitest';
import {collectReply} from './collectReply.ts';
import {parts, quotaFailure, refusal, retryInfo, route, sent, startGemini, stop, wire} from './geminiWire.ts';
import {data, json, signal} from './openAiWire.ts';
import type {ScriptedRequest} from './scriptedServer.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();
const start = startGemini.bind(undefined, closers);
const quota = 'You exceeded your current quota, please check your plan and billing details.';

describe('createGemini: an answer', () => {
  for (const chunking of ['whole', 'random', 'bytes'] as const) {
    it(`streams text, thoughts and counts (${chunking})`, async () => {
      const {backend} = await start({
        chunking,
        text: ['He', 'llo 👩‍👩‍👧', ' 漢字'],
        reasoning: ['Let', ' me'],
      });
      const {events, text, reasoning, error} = await collectReply(backend);
      expect(error).toBeUndefined();
      expect([text, reasoning]).toEqual(['Hello 👩‍👩‍👧 漢字', 'Let me']);
      expect(events[0]).toEqual({type: 'start', model: 'scripted', id: 'r1'});
      expect(events.slice(-2)).toEqual([
        {type: 'usage', input: 26, output: 3},
        {type: 'finish', reason: 'stop', raw: 'STOP'},
      ]);
    });
  }

  it('takes the last counts, and adds what was thought to what was said', async () => {
    const {backend} = await start(
      wire(
        data(
          parts([{text: 'a'}], {}, {promptTokenCount: 5, candidatesTokenCount: 1}),
          parts([{text: 'b'}], stop, {
            promptTokenCount: 9,
            candidatesTokenCount: 3,
            thoughtsTokenCount: 7,
            cachedContentTokenCount: 4,
          }),
        ),
      ),
    );
    const {events} = await collectReply(backend);
    expect(events.filter(event => event.type === 'usage')).toEqual([
      {type: 'usage', input: 9, output: 10, reasoning: 7, cached: 4},
    ]);
  });

  it('reads on after a reason, which older models put on every chunk', async () => {
    const {backend} = await start(wire(data(parts([{text: 'a'}], stop), parts([{text: 'b'}], stop))));
    expect((await collectReply(backend)).text).toBe('ab');
  });

  it('calls a prompt that is blocked so, without an answer', async () => {
    const {backend} = await start(
      wire(data({promptFeedback: {blockReason: 'PROHIBITED_CONTENT'}, usageMetadata: {promptTokenCount: 4}})),
    );
    const {error} = await collectReply(backend);
    expect(error).toMatchObject({kind: 'content-filter'});
    expect(error?.message).toContain('PROHIBITED_CONTENT');
  });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
  ])('calls an end by %s %s, and keeps the text', async (finishReason, reason) => {
    const {backend} = await start(wire(data(parts([{text: 'a'}]), {candidates: [{finishReason, index: 0}]})));
    const {text, events} = await collectReply(backend);
    expect([text, events.at(-1)]).toEqual(['a', {type: 'finish', reason, raw: finishReason}]);
  });

  it.each(['OTHER', 'MALFORMED_FUNCTION_CALL'])('calls an end by %s a failure', async finishReason => {
    const {backend} = await start(wire(data(parts([{text: 'a'}], {finishReason}))));
    const {text, error} = await collectReply(backend);
    expect([text, error?.kind]).toEqual(['a', 'engine']);
    expect(error?.message).toContain(finishReason);
  });

  it('hands on whole calls of functions, with or without an id, and says what it cannot show', async () => {
    const {backend} = await start(
      wire(
        data(
          parts([{functionCall: {name: 'f', args: {x: 1}}}, {functionCall: {id: 'c9', name: 'g'}}]),
          parts([{inlineData: {mimeType: 'image/png', data: 'AQID'}}]),
          parts([{text: '', thoughtSignature: 'c2ln'}], stop),
        ),
      ),
    );
    expect((await collectReply(backend)).events.slice(-4)).toEqual([
      {type: 'tool-call', id: 'call_1', name: 'f', arguments: '{"x":1}'},
      {type: 'tool-call', id: 'c9', name: 'g', arguments: '{}'},
      {type: 'warning', message: 'X at test sent what cannot be shown here: image/png.'},
      {type: 'finish', reason: 'tool-calls', raw: 'STOP'},
    ]);
  });

  it('keeps the text before an error, and calls an end without a reason interrupted', async () => {
    const failed = await start(
      wire(
        data(parts([{text: 'a'}]), {
          error: {code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE'},
        }),
      ),
    );
    const {text, error} = await collectReply(failed.backend);
    expect([text, error?.kind]).toEqual(['a', 'overloaded']);
    for (const after of ['end', 'cut'] as const) {
      const cut = await start(wire(data(parts([{text: 'a'}])), {after}));
      expect(await collectReply(cut.backend)).toMatchObject({text: 'a', error: {kind: 'interrupted'}});
    }
  });

  it('takes the list that comes where a gateway drops the stream, and tells another kind of server', async () => {
    const headers = {'content-type': 'application/json'};
    const list = await start(
      wire(JSON.stringify([parts([{text: 'a'}]), parts([{text: 'b'}], stop)]), {headers}),
    );
    expect(await collectReply(list.backend)).toMatchObject({text: 'ab', error: undefined});
    const other = await start(wire(data({choices: [{delta: {content: 'a'}}]}, '[DONE]')));
    expect((await collectReply(other.backend)).error).toMatchObject({kind: 'protocol'});
  });
});

describe('createGemini: what it refuses', () => {
  it.each([
    [
      refusal(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
        {'@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID'},
      ]),
      'auth',
      undefined,
    ],
    [refusal(403, 'PERMISSION_DENIED', 'The caller does not have permission'), 'auth', undefined],
    [
      refusal(
        404,
        'NOT_FOUND',
        'models/x is not found for API version v1beta, or is not supported for generateContent.',
      ),
      'model-unknown',
      undefined,
    ],
    [refusal(500, 'INTERNAL', 'An internal error has occurred.'), 'engine', undefined],
    [
      refusal(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
      'overloaded',
      undefined,
    ],
    [
      refusal(429, 'RESOURCE_EXHAUSTED', quota, [
        quotaFailure('GenerateRequestsPerMinutePerProjectPerModel-FreeTier'),
        retryInfo('90.5s'),
      ]),
      'rate-limit',
      90_500,
    ],
    [
      refusal(429, 'RESOURCE_EXHAUSTED', quota, [
        quotaFailure('GenerateRequestsPerDayPerProjectPerModel-FreeTier'),
        retryInfo('0.5s'),
      ]),
      'quota',
      500,
    ],
    [
      refusal(
        400,
        'INVALID_ARGUMENT',
        'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      ),
      'context',
      undefined,
    ],
  ] as const)('names %j', async (reply, kind, retryAfterMs) => {
    const {backend} = await start({routes: {[route]: reply}});
    const {error} = await collectReply(backend);
    expect(error).toMatchObject({kind, retryAfterMs});
    if (kind === 'context') expect(error?.message).toMatch(/1,200,000 tokens.*1,048,576 tokens/);
  });
});

describe('createGemini: the request', () => {
  it('sends what was said in its shape, and the key in its header only', async () => {
    const {backend, server} = await start({}, {apiKey: ' AIza-canary\n'});
    await collectReply(backend, {
      messages: [
        {role: 'system', text: 'Be brief.'},
        {
          role: 'user',
          text: 'what?',
          attachments: [{kind: 'image', name: 'a', mediaType: 'image/png', data: Uint8Array.of(1, 2, 3)}],
        },
        {role: 'assistant', text: 'that'},
        {role: 'user', text: 'well?'},
      ],
      options: {
        temperature: 0.5,
        top_p: 0.9,
        top_k: 3,
        seed: 4,
        max_tokens: 9,
        stop: ['END'],
        presence_penalty: 1,
      },
    });
    expect(sent(server)[0]).toEqual({
      systemInstruction: {parts: [{text: 'Be brief.'}]},
      contents: [
        {role: 'user', parts: [{inlineData: {mimeType: 'image/png', data: 'AQID'}}, {text: 'what?'}]},
        {role: 'model', parts: [{text: 'that'}]},
        {role: 'user', parts: [{text: 'well?'}]},
      ],
      generationConfig: {
        temperature: 0.5,
        topP: 0.9,
        topK: 3,
        seed: 4,
        maxOutputTokens: 9,
        stopSequences: ['END'],
        presencePenalty: 1,
      },
    });
    const [request] = server.requests;
    expect(request?.path).toBe('/v1beta/models/scripted:streamGenerateContent?alt=sse');
    expect(request?.headers['x-goog-api-key']).toBe('AIza-canary');
    expect(JSON.stringify([request?.path, request?.body])).not.toContain('canary');
  });

  it.each([
    ['gemini-3-pro', 'high', {includeThoughts: true, thinkingLevel: 'high'}],
    ['gemini-3-flash', 'off', {thinkingLevel: 'minimal'}],
    ['gemini-2.5-flash', 'low', {includeThoughts: true, thinkingBudget: 1_024}],
    ['gemini-2.5-flash', 'off', {thinkingBudget: 0}],
    ['gemini-2.5-pro', undefined, {includeThoughts: true}],
    ['gemini-2.5-flash-image', undefined, undefined],
    ['gemma-3-27b-it', undefined, undefined],
  ] as const)('asks %s to think %s', async (model, think, thinkingConfig) => {
    const {backend, server} = await start();
    await collectReply(backend, {model, ...(think && {think})});
    expect(
      (sent(server)[0]?.generationConfig as {thinkingConfig?: object} | undefined)?.thinkingConfig,
    ).toEqual(thinkingConfig);
  });

  it('sends a name with odd signs as one piece of the path', async () => {
    const {backend, server} = await start();
    await collectReply(backend, {model: 'a/b ?c'});
    await collectReply(backend, {model: 'tunedModels/mine'});
    expect(server.requests.map(({path}) => path)).toEqual([
      '/v1beta/models/a%2Fb%20%3Fc:streamGenerateContent?alt=sse',
      '/v1beta/tunedModels/mine:streamGenerateContent?alt=sse',
    ]);
  });

  it('asks for a schema, and in the older field when the newer is not known', async () => {
    const schema = {
      type: 'object',
      $schema: 'x',
      properties: {
        $ref: {type: 'string'},
        list: {type: 'array', items: {type: 'string', additionalProperties: false}},
      },
      additionalProperties: false,
    };
    const {backend, server} = await start({
      routes: {
        [route]: ({body}: ScriptedRequest) =>
          JSON.stringify(body).includes('responseJsonSchema')
            ? refusal(
                400,
                'INVALID_ARGUMENT',
                'Invalid JSON payload received. Unknown name "responseJsonSchema" at \'generation_config\': Cannot find field.',
              )
            : {headers: {'content-type': 'text/event-stream'}, body: data(parts([{text: '{}'}], stop))},
      },
    });
    const {text, events} = await collectReply(backend, {schema});
    expect(text).toBe('{}');
    expect(events.some(event => event.type === 'warning')).toBe(false);
    expect(sent(server).map(({generationConfig}) => generationConfig)).toEqual([
      {responseMimeType: 'application/json', responseJsonSchema: schema},
      {
        responseMimeType: 'application/json',
        responseSchema: {
          type: 'object',
          properties: {$ref: {type: 'string'}, list: {type: 'array', items: {type: 'string'}}},
        },
      },
    ]);
  });

  it('leaves out what a model does not take, says so, and remembers it', async () => {
    const {backend, server} = await start({
      routes: {
        [route]: ({body}: ScriptedRequest) => {
          const {generationConfig: config = {}, systemInstruction} = body as {
            generationConfig?: Record<string, unknown>;
            systemInstruction?: object;
          };
          if (systemInstruction)
            return refusal(
              400,
              'INVALID_ARGUMENT',
              'Developer instruction is not enabled for models/gemma-3-27b-it',
            );
          if (config.thinkingConfig)
            return refusal(400, 'INVALID_ARGUMENT', 'Thinking is not enabled for models/gemma-3-27b-it');
          if (config.presencePenalty)
            return refusal(400, 'INVALID_ARGUMENT', 'Penalty is not enabled for models/gemma-3-27b-it');
          return {headers: {'content-type': 'text/event-stream'}, body: data(parts([{text: 'a'}], stop))};
        },
      },
    });
    const request = {
      messages: [
        {role: 'system', text: 'Be brief.'},
        {role: 'user', text: 'hi'},
      ] as const,
      think: 'low' as const,
      options: {presence_penalty: 1, temperature: 0},
    };
    const {events} = await collectReply(backend, request);
    expect(events.flatMap(event => (event.type === 'warning' ? [event.message] : []))).toEqual([
      'X at test does not accept that level of thinking; it was left out.',
      'X at test does not accept presence_penalty; it was left out.',
    ]);
    await collectReply(backend, request);
    expect(sent(server)).toHaveLength(5);
    expect(sent(server).at(-1)).toEqual({
      contents: [{role: 'user', parts: [{text: 'Be brief.'}, {text: 'hi'}]}],
      generationConfig: {temperature: 0},
    });
  });
});

describe('createGemini: the models', () => {
  it('lists all pages of those that answer, with their windows', async () => {
    const entry = (name: string, methods: string[]) => ({
      name: `models/${name}`,
      inputTokenLimit: 1_048_576,
      supportedGenerationMethods: methods,
    });
    const {backend} = await start({
      routes: {
        'GET /v1beta/models': ({path}: ScriptedRequest) =>
          path.includes('pageToken=p2')
            ? json({models: [entry('b', ['generateContent']), entry('a', ['generateContent'])]})
            : json({
                models: [entry('a', ['generateContent']), entry('embed', ['embedContent'])],
                nextPageToken: 'p2',
              }),
      },
    });
    expect(await backend.models(signal())).toEqual([
      {id: 'a', backend: 'x', contextMax: 1_048_576},
      {id: 'b', backend: 'x', contextMax: 1_048_576},
    ]);
  });

  it('describes one, counts a prompt, and tells another kind of server', async () => {
    const {backend, server} = await start({
      routes: {
        'POST /v1beta/models/scripted:countTokens': json({totalTokens: 12}),
        'GET /v1beta/models': json({data: []}),
      },
    });
    expect(await backend.describe('scripted', signal())).toEqual({
      id: 'scripted',
      backend: 'x',
      contextMax: 1_048_576,
    });
    expect(
      await backend.countPrompt?.(
        {model: 'scripted', messages: [{role: 'user', text: 'x'}], options: {}},
        signal(),
      ),
    ).toBe(12);
    expect(server.requests.at(-1)?.body).toEqual({
      generateContentRequest: {model: 'models/scripted', contents: [{role: 'user', parts: [{text: 'x'}]}]},
    });
    await expect(backend.models(signal())).rejects.toMatchObject({kind: 'protocol'});
  });
});
