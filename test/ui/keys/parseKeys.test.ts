import {describe, expect, it} from 'vitest';
import {keyTable} from '../../../src/commands/keyTable.ts';
import {type KeyEvent, parseKeys} from '../../../src/ui/keys/parseKeys.ts';
import {pick, randoms} from '../../core/randoms.ts';
import {encodings, replies} from './encodings.ts';

const key = (name: string): KeyEvent => ({type: 'key', name});
const typed = (text: string): KeyEvent => ({type: 'text', text});
const pasted = (text: string): string => `\u001b[200~${text}\u001b[201~`;

/** What comes out when the input comes in these pieces; neighbouring texts are joined, as cuts may part them. */
function feed(pieces: readonly string[]): {events: KeyEvent[]; rest: string} {
  const events: KeyEvent[] = [];
  let rest = '';
  for (const piece of pieces) {
    const parsed = parseKeys(rest + piece);
    rest = parsed.rest;
    for (const event of parsed.events) {
      const last = events.at(-1);
      if (event.type === 'text' && last?.type === 'text')
        events[events.length - 1] = typed(last.text + event.text);
      else events.push(event);
    }
  }
  return {events, rest};
}

describe('keys', () => {
  it('has an encoding of every key of the key table here', () => {
    const keys = keyTable.flatMap(row => row.keys);
    expect(keys.filter(name => encodings[name] === undefined)).toEqual([]);
  });

  it.each(
    Object.entries(encodings).flatMap(([name, list]) =>
      list.map(input => [name, JSON.stringify(input), input]),
    ),
  )('reads %s from %s', (name, _shown, input) => {
    expect(parseKeys(input)).toEqual({events: [key(name)], rest: ''});
  });

  it.each([
    ['\u001b[97;6u', 'ctrl+shift+a'],
    ['\u001b[1;4A', 'alt+shift+up'],
    ['\u001b\u0001', 'ctrl+alt+a'],
    ['\u001b[97;7u', 'ctrl+alt+a'],
    ['\u001b[Z', 'shift+tab'],
    ['\u001b[9;2u', 'shift+tab'],
    ['\u001b ', 'alt+space'],
    ['\u001b[32;3u', 'alt+space'],
    ['\u001b[32;5u', 'ctrl+space'],
    ['\u0000', 'ctrl+space'],
    ['\u001b[5~', 'pageup'],
    ['\u001b[24~', 'f12'],
    ['\u001bOS', 'f4'],
    ['\u001b[15;5~', 'ctrl+f5'],
    ['\u001bé', 'alt+é'],
    ['\u001b😀', 'alt+😀'],
  ])('reads %j as %s', (input, name) => {
    expect(parseKeys(input)).toEqual({events: [key(name)], rest: ''});
  });

  it('takes no event from a key that is let go, and none from keys without a meaning', () => {
    for (const input of ['\u001b[97;1:3u', '\u001b[1;1:3A', '\u001b[57358u', '\u001b[57441;2u', '\u001b[99~'])
      expect(parseKeys(input)).toEqual({events: [], rest: ''});
  });

  it('reads several keys that come at once', () => {
    expect(parseKeys('a\u001b[Ab\rc\u0003').events).toEqual([
      typed('a'),
      key('up'),
      typed('b'),
      key('enter'),
      typed('c'),
      key('ctrl+c'),
    ]);
  });

  it('tells the Escape key from what follows it only by what cannot be a sequence', () => {
    expect(parseKeys('\u001b')).toEqual({events: [], rest: '\u001b'});
    expect(parseKeys('\u001b\u001b')).toEqual({events: [], rest: '\u001b\u001b'});
    expect(parseKeys('\u001b\u001bx').events).toEqual([key('escape'), key('alt+x')]);
  });
});

describe('text', () => {
  it.each(['hello', 'ä ß é', '世界', '👩‍👩‍👧 e\u0301', '[A', ']11;x', ' '])('reads %j as it is', text => {
    expect(parseKeys(text)).toEqual({events: [typed(text)], rest: ''});
  });

  it('comes also from keys that are sent as code points', () => {
    for (const [input, text] of [
      ['\u001b[97u', 'a'],
      ['\u001b[97;2u', 'A'],
      ['\u001b[49:33;2u', '!'],
      ['\u001b[27;2;65~', 'A'],
      ['\u001b[228u', 'ä'],
      ['\u001b[128512u', '😀'],
      ['\u001b[32;2u', ' '],
      ['\u001b[57404u', '5'],
      ['\u001b[57413u', '+'],
    ] as const)
      expect(parseKeys(input).events).toEqual([typed(text)]);
  });

  it('never is a control character, however it is encoded', () => {
    for (let code = 0; code < 0xa0; code += 1) {
      for (const modifiers of [1, 2, 65]) {
        const {events} = parseKeys(`\u001b[${code};${modifiers}u\u001b[27;${modifiers};${code}~`);
        for (const event of events) if (event.type === 'text') expect(event.text).not.toMatch(/\p{Cc}/u);
      }
    }
  });
});

describe('pasting', () => {
  it('gives the pasted text in one event, with newlines as \\n', () => {
    expect(parseKeys(`a${pasted('one\r\ntwo\rthree\n')}b`).events).toEqual([
      typed('a'),
      {type: 'paste', text: 'one\ntwo\nthree\n'},
      typed('b'),
    ]);
  });

  it('takes nothing inside for a key', () => {
    const text = 'ls\u0003\u001b[A\u001b]11;?\u0007\t\u007f';
    expect(parseKeys(pasted(text)).events).toEqual([{type: 'paste', text}]);
  });

  it('is whole when it comes in two pieces, wherever it is cut', () => {
    const input = `x${pasted('one\ntwo \u001b[A 世')}\r`;
    const whole = feed([input]);
    expect(whole.events).toHaveLength(3);
    for (let cut = 0; cut <= input.length; cut += 1)
      expect(feed([input.slice(0, cut), input.slice(cut)])).toEqual(whole);
  });

  it('is whole when it comes character by character', () => {
    const input = pasted('a\u001b[20b\u001b[201');
    expect(feed([...`${input}~`])).toEqual(feed([`${input}~`]));
  });
});

describe('what the terminal says by itself', () => {
  it.each(replies.map(reply => [JSON.stringify(reply), reply]))('is no typing: %s', (_shown, reply) => {
    expect(parseKeys(`a${reply}b`)).toEqual({
      events: [typed('a'), {type: 'reply', sequence: reply}, typed('b')],
      rest: '',
    });
  });

  it('is no typing wherever it is cut', () => {
    for (const reply of replies) {
      for (let cut = 0; cut <= reply.length; cut += 1)
        expect(feed([reply.slice(0, cut), reply.slice(cut)]).events).toEqual([
          {type: 'reply', sequence: reply},
        ]);
    }
  });

  it('a cursor report for the first line is no typing either, though F3 looks the same', () => {
    expect(parseKeys('\u001b[1;1R').events.filter(event => event.type === 'text')).toEqual([]);
  });
});

describe('any stream of keys', () => {
  it('gives the same events however it is cut', () => {
    const random = randoms(21);
    const pieces = [
      ...Object.values(encodings).flat(),
      ...replies,
      ...[
        'a',
        'hello',
        ' ',
        '世',
        'é',
        '[',
        'O',
        ']',
        '~',
        '\u001b[201',
        '\u001bz',
        '\u001b[1;9A',
        '\u001bOj',
      ],
      pasted('p\nq'),
      pasted(''),
    ];
    for (let round = 0; round < 600; round += 1) {
      const input = Array.from({length: 1 + random(6)}, () => pick(random, pieces)).join('');
      const whole = feed([input]);
      const cuts = [random(input.length + 1), random(input.length + 1), random(input.length + 1)].sort(
        (one, other) => one - other,
      );
      const parts = [0, ...cuts, input.length].map((at, index, all) => input.slice(all[index - 1] ?? 0, at));
      expect(feed(parts), JSON.stringify(parts)).toEqual(whole);
    }
  });

  it('never stands still: every piece is either events or kept for later', () => {
    const random = randoms(4);
    for (let round = 0; round < 2000; round += 1) {
      const input = Array.from({length: 1 + random(8)}, () =>
        random(2) === 0
          ? pick(random, ['\u001b', '[', 'O', ']', '1', ';', '~', '\u0007', '\\'])
          : String.fromCharCode(random(0x100)),
      ).join('');
      const {rest} = parseKeys(input);
      expect(input.endsWith(rest)).toBe(true);
      expect(rest === '' || rest.startsWith('\u001b')).toBe(true);
    }
  });
});
