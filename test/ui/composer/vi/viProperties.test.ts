import {describe, expect, it} from 'vitest';
import {type Buffer, restOnCharacter} from '../../../../src/ui/composer/buffer.ts';
import {noChips} from '../../../../src/ui/composer/chips.ts';
import {filled, pasted, pressed} from '../../../../src/ui/composer/draft.ts';
import {borderAt} from '../../../../src/ui/composer/graphemes.ts';
import {viSelection} from '../../../../src/ui/composer/vi/viVisual.ts';
import {pick, type Random, randoms} from '../../../core/randoms.ts';
import {draftOf, type Played, play} from './playVi.ts';

const texts = [
  '',
  'one two.three  four',
  'f(a, [b], {c}) "quoted \\" text" `x`',
  '  indented\n\n\tline\n',
  'e\u0301a 👩‍👩‍👧 漢字かな \u0301\n \u0301x "\u0308y"\u0308',
  '🇦🇹🇨🇭🇩🇪 ()\u0301 \u0600a',
  'لغة word\n\n\n  end  ',
];
const keys = [
  ...'hjklwbeWBE0^$gfFtT;,%dcyxXsSDCYpPr~JuU.iaIAoOvV"123 "\'()[]{}<>',
  'é',
  '漢',
  '👩‍👩‍👧',
  '\u0301',
  '⎋',
  '⎋',
  '⎋',
];

const onBorder = ({text, cursor}: Buffer): boolean =>
  cursor >= 0 && cursor <= text.length && borderAt(text, cursor, -1) === cursor;

function begin(random: Random): Played {
  const started = play('', '');
  const plain = filled(draftOf(''), pick(random, texts), null);
  const draft = random(2) === 0 ? plain : pasted(plain, 'a\nb\nc', {lines: 1, characters: 1});
  return {...started, draft: {...draft, buffer: restOnCharacter(draft.buffer)}};
}

describe('any sequence of keys', () => {
  it('leaves the cursor on the border of a grapheme, and outside of insert mode on one', () => {
    for (let seed = 1; seed <= 400; seed += 1) {
      const random = randoms(seed);
      let played = begin(random);
      const typed: string[] = [];
      for (let step = 0; step < 60; step += 1) {
        const key = pick(random, keys);
        typed.push(key);
        played = play(played, key);
        const {vi, draft} = played;
        const story = `${seed}: ${typed.join('')} in ${JSON.stringify(draft.buffer)}`;
        expect(onBorder(draft.buffer), story).toBe(true);
        if (vi.mode !== 'insert' && key !== '⎋')
          expect(restOnCharacter(draft.buffer), story).toBe(draft.buffer);
        if (vi.mode === 'visual' || vi.mode === 'visual-lines') {
          const {start, end} = viSelection(vi, draft);
          expect(0 <= start && start <= end && end <= draft.buffer.text.length, story).toBe(true);
        }
      }
    }
  });

  it('can be undone, text by text, to the first one, and done again to the last', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = randoms(seed);
      let played = begin(random);
      const first = played.draft.steps.past.length;
      const seen = [played.draft.buffer.text];
      for (let step = 0; step < 40; step += 1) {
        const key = pick(random, keys);
        // What is undone meanwhile is not kept, as in any editor.
        if (played.vi.mode !== 'insert' && /[uU]/.test(key)) continue;
        played = play(played, key);
        const {vi, draft} = played;
        if (vi.mode !== 'insert' && seen.at(-1) !== draft.buffer.text) seen.push(draft.buffer.text);
      }
      let {draft} = play(played, '⎋');
      if (draft.buffer.text !== seen.at(-1)) seen.push(draft.buffer.text);
      for (const text of seen.toReversed()) {
        expect(draft.buffer.text, `${seed}`).toBe(text);
        expect(
          onBorder({...draft.buffer, cursor: borderAt(draft.buffer.text, draft.buffer.cursor, -1)}),
        ).toBe(true);
        if (draft.steps.past.length > first) draft = pressed(draft, 'undo') ?? draft;
      }
      for (const text of seen.slice(1)) {
        draft = pressed(draft, 'redo') ?? draft;
        expect(draft.buffer.text, `${seed}`).toBe(text);
      }
    }
  });

  it('never puts in more than a prompt can hold', () => {
    const {draft} = play('|some text that is long enough', 'yy9999p9999p9999p');
    expect(draft.buffer.text.length).toBeLessThan(4_000_000);
    expect(draft.chips).toBe(noChips);
  });
});
