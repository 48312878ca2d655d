import {describe, expect, it, vi} from 'vitest';
import {withRetries} from '../../src/backends/withRetries.ts';
import {LlmError, type LlmErrorInit} from '../../src/core/errors.ts';
import {createScriptedBackend, finish, reasoning, type Step, text} from '../core/scriptedBackend.ts';
import {collectReply} from './collectReply.ts';

const failed = (init: Partial<LlmErrorInit>): LlmError =>
  new LlmError({kind: 'rate-limit', message: 'it failed', status: 429, ...init});
const refused = failed({kind: 'unreachable', unsent: true});
const answer: Step[] = [{type: 'start', model: 'm'}, text('a'), finish()];

async function ask(answers: readonly Step[][], settings: Parameters<typeof withRetries>[1] = {}) {
  const scripted = createScriptedBackend();
  for (const steps of answers) scripted.enqueue(...steps);
  const collected = await collectReply(withRetries(scripted, settings));
  const waits = collected.events.filter(event => event.type === 'wait');
  return {...collected, waits, asked: scripted.requests.length};
}

describe('withRetries', () => {
  it.each([
    ['asked to slow down for a while', failed({retryAfterMs: 60}), 'the test backend asks to slow down'],
    [
      'was overloaded for a while',
      failed({kind: 'overloaded', status: 503, retryAfterMs: 60}),
      'the test backend is overloaded',
    ],
    ['was not there yet', refused, 'the test backend does not answer'],
  ])('asks again a server that %s', async (_name, error, reason) => {
    const {text: said, error: left, waits, asked} = await ask([[error], answer]);
    expect([said, left, asked]).toEqual(['a', undefined, 2]);
    expect(waits[0]).toMatchObject({reason, attempt: 1, ms: expect.any(Number)});
  });

  it('counts down, pause by pause', async () => {
    const {waits} = await ask([[failed({retryAfterMs: 80})], [failed({retryAfterMs: 60})], answer], {
      tickMs: 20,
    });
    const first = waits.filter(({attempt}) => attempt === 1).map(({ms}) => ms);
    expect(first.length).toBeGreaterThan(1);
    expect(first).toEqual([...first].sort((a, b) => b - a));
    expect(Math.max(...first)).toBeLessThanOrEqual(80);
    expect(waits.at(-1)?.attempt).toBe(2);
  });

  it('gives up in the end, with the last failure', async () => {
    const limit = await ask(Array.from({length: 5}, () => [failed({retryAfterMs: 0})]));
    expect([limit.error?.kind, limit.asked]).toEqual(['rate-limit', 4]);
    const away = await ask(Array.from({length: 5}, () => [refused]));
    expect([away.error?.kind, away.asked]).toEqual(['unreachable', 3]);
  });

  it.each([
    ['a quota that is used up', {kind: 'quota', retryAfterMs: 10}],
    ['an overload without a word on how long', {kind: 'overloaded', status: 529}],
    ['a server that cannot be found', {kind: 'unreachable', status: 502}],
    ['a failure of the model', {kind: 'engine', status: 500, retryAfterMs: 10}],
    ['a key that was refused', {kind: 'auth', status: 401, retryAfterMs: 10}],
    ['a connection that was cut', {kind: 'interrupted'}],
    ['a timeout', {kind: 'timeout'}],
  ] as const)('does not ask again after %s', async (_name, init) => {
    const {error, asked} = await ask([[failed(init)], answer]);
    expect([error?.kind, asked]).toEqual([init.kind, 1]);
  });

  it.each([
    ['text', text('a')],
    ['thinking', reasoning('hm')],
    ['a call of a tool', {type: 'tool-call', id: '1', name: 'f', arguments: '{}'}],
  ] as const)('never asks again once %s has come', async (_name, step) => {
    const {error, asked} = await ask([[step, failed({retryAfterMs: 1})], answer]);
    expect([error?.kind, asked]).toEqual(['rate-limit', 1]);
  });

  it('asks the person instead of waiting for longer than a minute', async () => {
    const {error, asked, waits} = await ask([[failed({retryAfterMs: 86_400_000})], answer]);
    expect([asked, waits]).toEqual([1, []]);
    expect(error).toMatchObject({kind: 'rate-limit', retryAfterMs: 86_400_000, status: 429});
    expect(error?.hint).toContain('24 hours');
    expect((await ask([[failed({retryAfterMs: 90_000})]])).error?.hint).toContain('2 minutes');
    expect((await ask([[failed({retryAfterMs: 1e9})]])).error?.hint).toContain('12 days');
  });

  it('says once that an answer starts, however often it was asked for', async () => {
    const {events} = await ask([[{type: 'start', model: 'm'}, failed({retryAfterMs: 1})], answer]);
    expect(events.filter(event => event.type === 'start')).toHaveLength(1);
  });

  it('asks a server that loads its model until it is ready, and tells so', async () => {
    const loading = failed({kind: 'loading', status: 503});
    const {
      text: said,
      events,
      asked,
    } = await ask([[loading], [loading], [loading], [loading], [loading], answer], {tickMs: 1});
    expect([said, asked]).toEqual(['a', 6]);
    expect(events).toContainEqual({type: 'progress', phase: 'load'});
    const late = await ask([[loading], answer], {loadingMs: 0});
    expect([late.error?.kind, late.asked]).toEqual(['loading', 1]);
  });

  it('ends a pause with its signal, and asks nothing after it', async () => {
    for (const error of [failed({retryAfterMs: 50_000}), failed({kind: 'loading'})]) {
      const scripted = createScriptedBackend();
      scripted.enqueue(error);
      const controller = new AbortController();
      const seen = vi.fn();
      const reading = (async () => {
        const reply = withRetries(scripted, {tickMs: 50_000}).reply(
          {model: 'm', messages: [], options: {}},
          controller.signal,
        );
        for await (const event of reply) {
          seen(event.type);
          setImmediate(() => controller.abort());
        }
      })();
      await expect(reading).rejects.toMatchObject({kind: 'cancelled'});
      expect(seen).toHaveBeenCalledTimes(1);
      expect(scripted.requests).toHaveLength(1);
    }
  });
});
