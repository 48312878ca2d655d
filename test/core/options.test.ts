import {describe, expect, it} from 'vitest';
import {optionNames, parseOption} from '../../src/core/options.ts';

const bounds: Record<string, [low: number, high: number]> = {
  temperature: [0, 5],
  top_p: [0, 1],
  min_p: [0, 1],
  repeat_penalty: [0, 10],
  presence_penalty: [-2, 2],
  frequency_penalty: [-2, 2],
  top_k: [0, 1_000_000],
  num_ctx: [1, 100_000_000],
  max_tokens: [1, 100_000_000],
};
const whole = ['top_k', 'num_ctx', 'max_tokens', 'seed'];

describe('reading an option', () => {
  it('knows every name that it lists', () => {
    for (const name of optionNames) {
      expect(parseOption(name, name === 'stop' ? 'END' : '1')).toMatchObject({ok: true, name});
    }
  });

  it.each([
    ['max-tokens', 'max_tokens'],
    ['num_predict', 'max_tokens'],
    ['max_completion_tokens', 'max_tokens'],
    ['top-p', 'top_p'],
    ['num-ctx', 'num_ctx'],
  ])('takes %s for %s', (typed, name) => {
    expect(parseOption(typed, 1)).toEqual({ok: true, name, value: 1});
  });

  it.each(['', 'heat', 'Temperature', 'constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'does not know %j',
    name => {
      expect(parseOption(name, '1')).toEqual({ok: false, reason: 'unknown', name});
    },
  );

  it.each(Object.entries(bounds))(
    'takes %s from its least to its most and nothing beyond',
    (name, [low, high]) => {
      for (const value of [low, high]) {
        expect(parseOption(name, value)).toEqual({ok: true, name, value});
        expect(parseOption(name, ` ${value} `)).toEqual({ok: true, name, value});
      }
      for (const value of [low - 1, high + 1, `${low - 0.5}`]) {
        const parsed = parseOption(name, value);
        expect(parsed).toMatchObject({ok: false, reason: 'invalid', name});
      }
    },
  );

  it.each(whole)('wants a whole number for %s', name => {
    expect(parseOption(name, '1.5')).toMatchObject({ok: false, expected: expect.stringContaining('whole')});
    expect(parseOption(name, '3')).toMatchObject({ok: true, value: 3});
  });

  it('takes any whole seed, also a negative one', () => {
    expect(parseOption('seed', '-7')).toMatchObject({ok: true, value: -7});
    expect(parseOption('seed', 2 ** 60)).toMatchObject({ok: false, expected: 'a whole number'});
  });

  it.each([
    '',
    ' ',
    'warm',
    '1,5',
    '1 2',
    'NaN',
    'Infinity',
    '-Infinity',
    null,
    undefined,
    true,
    {},
    [1],
    Number.NaN,
  ])('refuses %j as a temperature', value => {
    expect(parseOption('temperature', value)).toEqual({
      ok: false,
      reason: 'invalid',
      name: 'temperature',
      expected: 'a number from 0 to 5',
    });
  });

  it('says what is expected in words that fit the limits', () => {
    expect(parseOption('num_ctx', 0)).toMatchObject({expected: 'a whole number of at least 1'});
    expect(parseOption('presence_penalty', 9)).toMatchObject({expected: 'a number from -2 to 2'});
  });

  it('takes one stop text or a list of them, none of them empty', () => {
    expect(parseOption('stop', 'END')).toEqual({ok: true, name: 'stop', value: ['END']});
    expect(parseOption('stop', ['a', '\n'])).toEqual({ok: true, name: 'stop', value: ['a', '\n']});
    for (const value of ['', ['a', ''], [1], 5, undefined])
      expect(parseOption('stop', value)).toMatchObject({ok: false, reason: 'invalid'});
  });
});
