import {describe, expect, it} from 'vitest';
import {neutralise, neutraliseLine} from '../../src/core/neutralise.ts';
import {pick, type Random, randoms} from './randoms.ts';

const hostile = [
  '\u001b[2J\u001b[3J\u001b[H',
  '\u001b]52;c;cm0gLXJmIC8=\u0007',
  '\u001b]52;c;cm0gLXJmIC8=\u001b\\',
  '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\',
  '\u001bP+q544e\u001b\\',
  '\u001bPtmux;\u001b\u001b]52;c;eA==\u0007\u001b\\',
  '\u001b_Gf=100;AAAA\u001b\\',
  '\u001b^secret\u001b\\',
  '\u001bXstart of string\u001b\\',
  '\u009b31m',
  '\u009d0;title\u009c',
  '\u0090q\u009c',
  '\u001bc',
  '\u001b(0',
  '\u202eevil\u202c \u2066a\u2069 \u2067\u2068',
  'bell\u0007 back\b\b\b null\u0000 del\u007f',
  'one\r\ntwo\rthree\tfour\nfive',
  '\u000b\u000c\u000e\u000f',
  'plain é 世界 👩‍👩‍👧 e\u0301',
];

const forbidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function randomHostile(random: Random): string {
  return Array.from({length: 1 + random(4)}, () =>
    random(3) === 0
      ? String.fromCharCode(random(3) === 0 ? random(0x100) : random(0x10000))
      : pick(random, hostile),
  ).join('');
}

describe('neutralising text', () => {
  it.each(hostile.map(text => [JSON.stringify(text), text]))('leaves no control of %s', (_name, text) => {
    expect(neutralise(text)).not.toMatch(forbidden);
  });

  it('leaves no control of any single character but newline and tab', () => {
    const kept: number[] = [];
    for (let code = 0; code <= 0xffff; code += 1) {
      const result = neutralise(String.fromCharCode(code));
      expect(forbidden.test(result)).toBe(false);
      if (code < 0xa0 && result === String.fromCharCode(code) && !/[ -~]/.test(result)) kept.push(code);
    }
    expect(kept).toEqual([0x09, 0x0a]);
  });

  it('gives the same wherever a stream is cut', () => {
    const random = randoms(7);
    for (let round = 0; round < 400; round += 1) {
      const text = randomHostile(random);
      const whole = neutralise(text);
      for (let cut = 0; cut <= text.length; cut += 1) {
        expect(neutralise(text.slice(0, cut)) + neutralise(text.slice(cut))).toBe(whole);
      }
    }
  });

  it('changes nothing the second time, and nothing of harmless text', () => {
    const random = randoms(11);
    for (let round = 0; round < 200; round += 1) {
      const once = neutralise(randomHostile(random));
      expect(neutralise(once)).toBe(once);
    }
    const harmless = 'plain é 世界 👩‍👩‍👧 e\u0301\n\tשלום \u200f(rtl mark) a\u00adb';
    expect(neutralise(harmless)).toBe(harmless);
  });

  it('shows what was there: the symbol of a C0 control, a replacement for C1 and bidi, nothing for a return', () => {
    expect(neutralise('\u001b[31m\u0007\u007f')).toBe('␛[31m␇␡');
    expect(neutralise('a\u009bb\u202ec')).toBe('a\ufffdb\ufffdc');
    expect(neutralise('a\r\nb')).toBe('a\nb');
  });

  it('keeps a line one line', () => {
    expect(neutraliseLine('  a\n\nb\tc\u2028d\u001b[1m\n')).toBe('a b c d␛[1m');
  });
});
