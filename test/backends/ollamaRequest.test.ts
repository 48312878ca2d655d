import {describe, expect, it, vi} from 'vitest';
import {collectReply} from './collectReply.ts';
import {chat, doneLine, line, sent, startOllama} from './ollamaWire.ts';
import type {WireReply} from './scriptedServer.ts';
import {closeAfterEach} from './testHooks.ts';

const closers = closeAfterEach();
const start = startOllama.bind(undefined, closers);

describe('createOllama: the request', () => {
  it('never lets the server cut the conversation, and leaves unset what nobody set', async () => {
    const {backend, server} = await start();
    await collectReply(backend);
    expect(sent(server)[0]).toEqual({
      model: 'scripted',
      messages: [{role: 'user', content: 'hello'}],
      options: {},
      truncate: false,
      shift: false,
      stream: true,
    });
  });

  it('gives options, thinking and schema their names', async () => {
    const {backend, server} = await start();
    const options = {temperature: 0, max_tokens: 9, stop: ['END'], num_ctx: 1_234, top_k: 3};
    await collectReply(backend, {options, think: 'max', schema: {type: 'object'}});
    await collectReply(backend, {think: 'off'});
    await collectReply(backend, {model: 'gpt-oss:20b', think: 'max'});
    await collectReply(backend, {model: 'gpt-oss:20b', think: 'low'});
    expect(sent(server)[0]).toMatchObject({
      options: {temperature: 0, num_predict: 9, stop: ['END'], num_ctx: 1_234, top_k: 3},
      think: true,
      format: {type: 'object'},
    });
    expect(sent(server).map(body => body.think)).toEqual([true, false, 'high', 'low']);
  });

  it('sends images as bytes, and texts that look like a path as they are', async () => {
    const {backend, server} = await start();
    await collectReply(backend, {
      messages: [
        {
          role: 'user',
          text: '/etc/hostname',
          attachments: [
            {
              kind: 'image',
              name: '/etc/hostname',
              mediaType: 'image/png',
              data: Buffer.from('/etc/hostname'),
            },
            {kind: 'text', name: 'a.txt', text: 'inside'},
          ],
        },
      ],
    });
    expect(sent(server)[0]?.messages).toEqual([
      {
        role: 'user',
        content: '<file name="a.txt">\ninside\n</file>\n\n/etc/hostname',
        images: [Buffer.from('/etc/hostname').toString('base64')],
      },
    ]);
  });

  const prompt = (tokens: number) => [{role: 'user' as const, text: 'word'.repeat(tokens)}];
  const numCtx = (body: Record<string, unknown> | undefined) =>
    (body?.options as {num_ctx?: number} | undefined)?.num_ctx;

  it('asks for a larger context only when the allocated one is too small', async () => {
    const {backend, server} = await start({context: 8_192});
    await collectReply(backend, {messages: prompt(6_000)});
    await collectReply(backend, {messages: prompt(9_000)});
    await collectReply(backend, {messages: prompt(6_000)});
    expect(sent(server).map(numCtx)).toEqual([undefined, 16_384, 16_384]);
  });

  it('asks for no more than the model allows, and for what is set whatever is needed', async () => {
    const {backend, server} = await start({contextMax: 10_000});
    await collectReply(backend, {messages: prompt(3_500)});
    await collectReply(backend, {messages: prompt(20_000)});
    await collectReply(backend, {messages: prompt(20_000), options: {num_ctx: 512}});
    expect(sent(server).map(numCtx)).toEqual([8_192, 10_000, 512]);
  });

  it("asks anew for a model's limit when it was not told, or was stopped while it asked", async () => {
    const shows: (() => WireReply | Promise<WireReply>)[] = [
      () => ({status: 500, body: '{"error":"busy"}'}),
      () => new Promise(() => {}),
    ];
    const asked: number[] = [];
    const {backend, server} = await start({
      routes: {
        'POST /api/show': () => {
          asked.push(asked.length);
          return (
            shows.shift()?.() ?? {
              headers: {'content-type': 'application/json'},
              body: JSON.stringify({model_info: {'general.architecture': 'x', 'x.context_length': 50_000}}),
            }
          );
        },
      },
    });
    await collectReply(backend, {messages: prompt(9_000)});
    const controller = new AbortController();
    const stopped = collectReply(backend, {messages: prompt(20_000)}, controller.signal);
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    controller.abort();
    expect((await stopped).error).toMatchObject({kind: 'cancelled'});
    await collectReply(backend, {messages: prompt(60_000)});
    await collectReply(backend, {messages: prompt(70_000)});
    expect(sent(server).map(numCtx)).toEqual([16_384, 50_000, 50_000]);
    expect(asked).toHaveLength(3);
  });

  it('asks once more with twice the room when the estimate was too low', async () => {
    const tooLong =
      '{"error":"the prompt is longer than the context length currently available to the model; shorten it"}';
    const {backend, server} = await start({
      context: 4_096,
      routes: {
        'POST /api/chat': ({body}) =>
          (body as {options: {num_ctx?: number}}).options.num_ctx === 8_192
            ? {body: line('ok') + doneLine}
            : {status: 400, headers: {'content-type': 'application/json'}, body: tooLong},
      },
    });
    const {text, error} = await collectReply(backend, {messages: prompt(10)});
    expect([text, error]).toEqual(['ok', undefined]);
    const set = await collectReply(backend, {messages: prompt(10), options: {num_ctx: 100}});
    expect(set.error).toMatchObject({kind: 'context'});
    expect(sent(server).map(numCtx)).toEqual([undefined, 8_192, 100]);
  });

  it('warns when an old server cut the prompt in silence', async () => {
    const {backend} = await start(
      chat(`${line('a')}${doneLine.replace('"prompt_eval_count":169', '"prompt_eval_count":512')}`),
    );
    const {events} = await collectReply(backend, {messages: prompt(3_000), options: {num_ctx: 512}});
    expect(events.filter(event => event.type === 'warning')).toHaveLength(1);
  });
});
