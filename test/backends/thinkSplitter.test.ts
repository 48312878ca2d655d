import {describe, expect, it} from 'vitest';
import {createThinkSplitter, type ThinkPiece} from '../../src/backends/thinkSplitter.ts';

function split(pieces: readonly string[], options: {startInside?: boolean; complete?: boolean} = {}) {
  const splitter = createThinkSplitter(options);
  const out: ThinkPiece[] = [
    ...pieces.flatMap(piece => splitter.push(piece)),
    ...splitter.end(options.complete ?? true),
  ];
  const merged: ThinkPiece[] = [];
  for (const piece of out) {
    const last = merged.at(-1);
    if (last?.type === piece.type) last.text += piece.text;
    else merged.push({...piece});
  }
  return merged;
}

const reasoning = (text: string): ThinkPiece => ({type: 'reasoning', text});
const text = (value: string): ThinkPiece => ({type: 'text', text: value});

describe('createThinkSplitter', () => {
  it('parts a thinking at the beginning from the answer', () => {
    expect(split(['<think>\nlet me see\n</think>\n\nFour.'])).toEqual([
      reasoning('let me see\n'),
      text('Four.'),
    ]);
  });

  it('finds tags that are cut across pieces', () => {
    expect(split(['\n<th', 'ink>a<', '/th', 'ink', '>b'])).toEqual([reasoning('a'), text('b')]);
  });

  it('knows the other names of the tag', () => {
    expect(split(['<thinking>a</think></thinking>b'])).toEqual([reasoning('a</think>'), text('b')]);
    expect(split(['[THINK]a[/THINK]b'])).toEqual([reasoning('a'), text('b')]);
  });

  it('leaves an answer without tags as it is, blank space included', () => {
    expect(split(['  code\n', '    <b>x</b>\n<thi'])).toEqual([text('  code\n    <b>x</b>\n<thi')]);
  });

  it('leaves tags alone that the answer shows in code or in a sentence', () => {
    const answer = 'Use it so:\n```xml\n<think>\nx\n</think>\n```\nand close `</think>` last.';
    expect(split([answer])).toEqual([text(answer)]);
  });

  it('takes a thinking that never closes as thinking', () => {
    expect(split(['<think>on and on </thi'])).toEqual([reasoning('on and on </thi')]);
  });

  it('takes a lone closing tag out, and tells that the template opens the thinking', () => {
    const splitter = createThinkSplitter();
    const out = [
      ...splitter.push('so it is\n</thi'),
      ...splitter.push('nk>\n\nFour.'),
      ...splitter.end(true),
    ];
    expect(out.map(piece => piece.text).join('')).toBe('so it is\n\nFour.');
    expect(splitter.openedInPrompt()).toBe(true);
  });

  it('takes the beginning as thinking once that is known', () => {
    expect(split(['so it is\n</think>\n\nFour.'], {startInside: true})).toEqual([
      reasoning('so it is\n'),
      text('Four.'),
    ]);
    expect(split(['<think>twice</think>Four.'], {startInside: true})).toEqual([
      reasoning('twice'),
      text('Four.'),
    ]);
  });

  it('hands an answer out as text when the assumed thinking never closes', () => {
    expect(split(['Four.'], {startInside: true})).toEqual([reasoning('Four.'), text('Four.')]);
    expect(split(['Four.'], {startInside: true, complete: false})).toEqual([reasoning('Four.')]);
  });

  it('gives the same for any way of cutting the text', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const parts = [
      '<think>',
      '</think>',
      '\n',
      ' ',
      '```',
      '~~~',
      '`',
      'a',
      'b c',
      '<',
      '/',
      'th',
      '<thinking>',
      '👩‍👩‍👧',
      '[THINK]',
    ];
    for (let round = 0; round < 2_000; round++) {
      const whole = Array.from({length: 1 + random(12)}, () => parts[random(parts.length)]).join('');
      const startInside = random(4) === 0;
      const pieces: string[] = [];
      for (let at = 0; at < whole.length; ) {
        const size = 1 + random(4);
        pieces.push(whole.slice(at, at + size));
        at += size;
      }
      expect(split(pieces, {startInside}), JSON.stringify(pieces)).toEqual(split([whole], {startInside}));
    }
  });
});
