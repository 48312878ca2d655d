import {describe, expect, it} from 'vitest';
import {asSentence, describeError, exitStatus, LlmError, toLlmError} from '../../src/core/errors.ts';

describe('a text of our own as a sentence', () => {
  it.each([
    ['unknown theme: x', 'Unknown theme: x'],
    ['did you mean nord?', 'Did you mean nord?'],
    ['num_ctx is not known', 'num_ctx is not known'],
    ['qwen2.5:3b is gone', 'qwen2.5:3b is gone'],
    ['/tmp/x exists already', '/tmp/x exists already'],
    ['Ollama is away', 'Ollama is away'],
    ['llm models list', 'llm models list'],
    ['mine at 127.0.0.1:8080: no', 'mine at 127.0.0.1:8080: no'],
    ['wait at most a minute', 'Wait at most a minute'],
  ])('%j becomes %j', (text, sentence) => {
    expect(asSentence(text)).toBe(sentence);
  });

  it('has its hint as another', () => {
    expect(describeError({message: 'unknown theme: x', hint: 'did you mean nord?'})).toBe(
      'unknown theme: x. Did you mean nord?',
    );
  });
});

describe('failures', () => {
  it.each([
    ['usage', 2],
    ['model-unknown', 2],
    ['file', 2],
    ['unreachable', 3],
    ['auth', 4],
    ['context', 5],
    ['schema', 6],
    ['cancelled', 130],
    ['interrupted', 1],
    ['rate-limit', 1],
    ['quota', 1],
    ['storage', 1],
    ['timeout', 1],
  ] as const)('end the program, when they are %s, with %d', (kind, status) => {
    expect(exitStatus(kind)).toBe(status);
  });

  it('stay what they are when wrapped again, and become cancelled after an abort', () => {
    const error = new LlmError({kind: 'auth', message: 'no key'});
    expect(toLlmError(error, 'storage')).toBe(error);
    const aborted = toLlmError(new DOMException('The operation was aborted', 'AbortError'));
    expect(aborted.kind).toBe('cancelled');
    expect(toLlmError('text', 'engine')).toMatchObject({kind: 'engine', message: 'text'});
    const cause = new RangeError('too far');
    expect(toLlmError(cause, 'file')).toMatchObject({kind: 'file', message: 'too far', cause});
  });

  it('are told in one sentence each: what, then what to do', () => {
    expect(describeError({message: 'no model.', hint: 'Try /model'})).toBe('no model. Try /model');
    expect(describeError({message: 'no model', hint: ''})).toBe('no model');
  });
});
