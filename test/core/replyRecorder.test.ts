import {describe, expect, it} from 'vitest';
import type {MessageNode} from '../../src/core/conversation.ts';
import {LlmError} from '../../src/core/errors.ts';
import {createReplyRecorder} from '../../src/core/replyRecorder.ts';
import {estimateTokens} from '../../src/core/tokens.ts';
import {reasoning, text} from './scriptedBackend.ts';

function recorderAt(clock: {at: number}, begun?: MessageNode) {
  const chunks: {text: string; reasoning: string}[] = [];
  const recorder = createReplyRecorder({
    id: 'a',
    parent: 'p',
    model: 'test/m',
    messages: [{role: 'user', text: 'one two three'}],
    ...(begun && {begun}),
    now: () => clock.at,
    flushMs: 500,
    flush: (_id, chunk) => chunks.push(chunk),
  });
  return {recorder, chunks};
}

describe('recording an answer', () => {
  it('measures the first token, the thinking and the whole', () => {
    const clock = {at: 1000};
    const {recorder} = recorderAt(clock);
    recorder.add({type: 'start', model: 'm'});
    clock.at = 1400;
    recorder.add(reasoning('hm'));
    clock.at = 2000;
    recorder.add(text('so'));
    clock.at = 2400;
    recorder.add({type: 'usage', output: 100});
    expect(recorder.finish('stop').timing).toEqual({
      firstTokenMs: 400,
      totalMs: 1400,
      reasoningMs: 600,
      tokensPerSecond: 100,
    });
  });

  it('takes the speed from the time that the server measured', () => {
    const clock = {at: 0};
    const {recorder} = recorderAt(clock);
    recorder.add(text('x'));
    clock.at = 5000;
    recorder.add({type: 'usage', output: 100, outputMs: 500});
    expect(recorder.finish('stop').timing?.tokensPerSecond).toBe(200);
  });

  it('gives no speed when no time has passed and no first token when none came', () => {
    const clock = {at: 0};
    const quick = recorderAt(clock).recorder;
    quick.add(text('x'));
    quick.add({type: 'usage', output: 10});
    expect(quick.finish('stop').timing).toEqual({firstTokenMs: 0, totalMs: 0});
    const silent = recorderAt(clock).recorder;
    clock.at = 70;
    expect(silent.finish('error', new LlmError({kind: 'engine', message: 'no'})).timing).toEqual({
      totalMs: 70,
    });
  });

  it('estimates the tokens only when the backend did not count them', () => {
    const counted = recorderAt({at: 0}).recorder;
    counted.add(text('12345678'));
    counted.add({type: 'usage', input: 3});
    counted.add({type: 'usage', output: 5, reasoning: 1, cached: 2});
    expect(counted.finish('stop').usage).toEqual({
      input: 3,
      output: 5,
      reasoning: 1,
      cached: 2,
      sent: 11,
      estimated: false,
    });
    const guessed = recorderAt({at: 0}).recorder;
    guessed.add(reasoning('one two'));
    guessed.add(text(' three four'));
    const output = estimateTokens(' three fourone two');
    expect(output).toBeGreaterThan(2);
    expect(guessed.finish('stop').usage).toEqual({sent: 11, output, estimated: true});
  });

  it('hands on every character exactly once, in pieces', () => {
    const {recorder, chunks} = recorderAt({at: 0});
    recorder.add(reasoning('r1'));
    recorder.add(text('t1'));
    recorder.add(reasoning('r2'));
    recorder.add(text('t2'));
    const node = recorder.finish('aborted');
    expect(node).toMatchObject({text: 't1t2', reasoning: 'r1r2', stop: 'aborted'});
    expect(chunks.map(chunk => chunk.text).join('')).toBe('t1t2');
    expect(chunks.map(chunk => chunk.reasoning).join('')).toBe('r1r2');
  });

  it('shows a pause until something else happens', () => {
    const {recorder} = recorderAt({at: 0});
    const pause = {reason: 'X is overloaded', attempt: 1};
    expect(recorder.add({type: 'wait', ...pause, ms: 2_000})).toBe(true);
    expect(recorder.add({type: 'wait', ...pause, ms: 1_000})).toBe(true);
    expect(recorder.live()).toMatchObject({phase: 'waiting', wait: {...pause, ms: 1_000}});
    recorder.add({type: 'wait', ...pause, ms: 0});
    expect(recorder.live().phase).toBe('connecting');
    expect(recorder.live()).not.toHaveProperty('wait');
    recorder.finish('stop');
  });

  it('forgets the progress when text comes', () => {
    const {recorder} = recorderAt({at: 0});
    expect(recorder.add({type: 'progress', phase: 'load', ratio: 0.4})).toBe(true);
    expect(recorder.add({type: 'progress', phase: 'load', ratio: 0.6})).toBe(false);
    expect(recorder.live()).toMatchObject({phase: 'loading', ratio: 0.6});
    expect(recorder.add(text('a'))).toBe(true);
    expect(recorder.add(text('b'))).toBe(false);
    expect(recorder.live().ratio).toBeUndefined();
    recorder.finish('stop');
  });
});

describe('going on with an answer', () => {
  const begun: MessageNode = {
    id: 'old',
    parent: 'p',
    role: 'assistant',
    text: 'The quick bro',
    reasoning: 'first thought',
    created: 1,
    stop: 'length',
    usage: {output: 500, estimated: false},
    timing: {totalMs: 900, reasoningMs: 300},
  };

  it('begins with what there was, also on disk, and adds only what is new', () => {
    const {recorder, chunks} = recorderAt({at: 10}, begun);
    expect(recorder.started()).toMatchObject({
      id: 'a',
      parent: 'p',
      text: 'The quick bro',
      reasoning: 'first thought',
      stop: 'streaming',
      created: 10,
    });
    expect(recorder.live()).toMatchObject({text: 'The quick bro', continues: 13, reasoning: ''});
    recorder.add(text('The quick'));
    expect(recorder.live().text).toBe('The quick bro');
    recorder.add(text(' brown fox'));
    expect(recorder.live()).toMatchObject({text: 'The quick brown fox', continues: 13, phase: 'answering'});
    expect(recorder.finish('stop')).toMatchObject({text: 'The quick brown fox', stop: 'stop'});
    expect(chunks).toEqual([{text: 'wn fox', reasoning: ''}]);
  });

  it('keeps the thinking of both, told apart, and the time of both', () => {
    const clock = {at: 0};
    const {recorder, chunks} = recorderAt(clock, begun);
    recorder.add(reasoning('second '));
    recorder.add(reasoning('thought'));
    expect(recorder.live().reasoning).toBe('second thought');
    clock.at = 200;
    recorder.add(text('wn'));
    const node = recorder.finish('stop');
    expect(node.reasoning).toBe('first thought\n\nsecond thought');
    expect(begun.reasoning + chunks.map(chunk => chunk.reasoning).join('')).toBe(node.reasoning);
    expect(node.timing?.reasoningMs).toBe(500);
  });

  it('counts only the tokens of the rest', () => {
    const {recorder} = recorderAt({at: 0}, begun);
    recorder.add(text('wn'));
    expect(recorder.finish('stop').usage).toEqual({sent: 11, output: 1, estimated: true});
  });

  it('keeps what it held back when the answer is cut again', () => {
    const {recorder, chunks} = recorderAt({at: 0}, begun);
    recorder.add(text('The qui'));
    expect(recorder.finish('aborted').text).toBe('The quick broThe qui');
    expect(chunks).toEqual([{text: 'The qui', reasoning: ''}]);
    const silent = recorderAt({at: 0}, begun).recorder.finish('error');
    expect(silent).toMatchObject({text: begun.text, reasoning: begun.reasoning, timing: {reasoningMs: 300}});
  });
});
