import {describe, expect, it} from 'vitest';
import {addChip, isChipAt, noChips} from '../../../../src/ui/composer/chips.ts';
import {killed} from '../../../../src/ui/composer/killRing.ts';
import {pressVi} from '../../../../src/ui/composer/vi/pressVi.ts';
import {viSelection} from '../../../../src/ui/composer/vi/viVisual.ts';
import {draftOf, marked, play} from './playVi.ts';

/** Start, keys, and what must come of it. */
type Case = readonly [string, string, string];
const check = (name: string, cases: readonly Case[]): void => {
  it.each(cases.map(each => [...each] as const))(`${name}: %j, %s`, (start, keys, end) => {
    const {vi, draft} = play(start, keys);
    expect(marked(draft)).toBe(end);
    expect(vi.keys).toEqual([]);
  });
};

describe('motions', () => {
  check('by characters stay in the line', [
    ['ab|cd\nef', 'h', 'a|bcd\nef'],
    ['|ab', 'h', '|ab'],
    ['abc|d', '9h', '|abcd'],
    ['|abcd\nef', '2l', 'ab|cd\nef'],
    ['|abcd\nef', '9l', 'abc|d\nef'],
    ['|a👩‍👩‍👧b', 'll', 'a👩‍👩‍👧|b'],
    ['|ab', ' ', 'a|b'],
  ]);
  check('by words', [
    ['|one two.three  four', 'w', 'one |two.three  four'],
    ['|one two.three  four', '2w', 'one two|.three  four'],
    ['|one two.three  four', '9w', 'one two.three  fou|r'],
    ['|one two.three  four', '2W', 'one two.three  |four'],
    ['|one\n\n  two', 'w', 'one\n|\n  two'],
    ['|one\n\n  two', '2w', 'one\n\n  |two'],
    ['one two.thr|ee', 'b', 'one two.|three'],
    ['one two.thr|ee', '3b', 'one |two.three'],
    ['one two.thr|ee', 'B', 'one |two.three'],
    ['one\n\n|two', 'b', 'one\n|\ntwo'],
    ['|one two.three', 'e', 'on|e two.three'],
    ['on|e two.three', '2e', 'one two|.three'],
    ['on|e two.three', 'E', 'one two.thre|e'],
    ['one two.thr|ee', 'ge', 'one two|.three'],
    ['one two.thr|ee', 'gE', 'on|e two.three'],
    ['|naïve über_42 ß', 'w', 'naïve |über_42 ß'],
    ['|漢字かなカナ', 'w', '漢字|かなカナ'],
    ['|漢字かなカナ', '2w', '漢字かな|カナ'],
  ]);
  check('in the line and the text', [
    ['  ab c|d', '0', '|  ab cd'],
    ['  ab c|d', '^', '  |ab cd'],
    ['a|bc\nde', '$', 'ab|c\nde'],
    ['a|bc\nde\nf', '2$', 'abc\nd|e\nf'],
    ['a\n  b\n|c', 'gg', '|a\n  b\nc'],
    ['|a\n  b\nc', '2G', 'a\n  |b\nc'],
    ['|a\n  b\nc', 'G', 'a\n  b\n|c'],
    ['|a\n  b\nc', '9gg', 'a\n  b\n|c'],
  ]);
  check('to characters', [
    ['|a,b,c', 'f,', 'a|,b,c'],
    ['|a,b,c', '2f,', 'a,b|,c'],
    ['|a,b,c', '3f,', '|a,b,c'],
    ['|a,b,c', 'tc', 'a,b|,c'],
    ['a,b,|c', 'F,', 'a,b|,c'],
    ['a,b,|c', '2T,', 'a,|b,c'],
    ['|a,b,c,d', 'f,;;', 'a,b,c|,d'],
    ['|a,b,c,d', 'f,2;,', 'a,b|,c,d'],
    ['|a,b,c,d', 't,;', 'a,|b,c,d'],
    ['|ab\nc', 'fc', '|ab\nc'],
    ['|xé', 'fé', 'x|é'],
  ]);
  check('to the other bracket', [
    ['f|oo(a[1], (b))', '%', 'foo(a[1], (b)|)'],
    ['foo(a[1], (b)|)', '%', 'foo|(a[1], (b))'],
    ['|{\n  a\n}', '%', '{\n  a\n|}'],
    ['|(a', '%', '|(a'],
    ['|none', '%', '|none'],
  ]);
});

describe('operators', () => {
  check('d with motions', [
    ['|one two three', 'dw', '|two three'],
    ['|one two three', '2dw', '|three'],
    ['|one two three', 'd2w', '|three'],
    ['|a b c d e f g', '2d3w', '|g'],
    ['one |two\nthree', 'dw', 'one| \nthree'],
    ['|one\n  two', 'dw', '|\n  two'],
    ['one t|wo', 'db', 'one |wo'],
    ['one\n|two', 'db', '|\ntwo'],
    ['|one two', 'de', '| two'],
    ['one t|wo x', 'd$', 'one |t'],
    ['one t|wo x', 'd0', '|wo x'],
    ['|a,b,c', 'dt,', '|,b,c'],
    ['|a,b,c', 'df,', '|b,c'],
    ['a,b,|c', 'dF,', 'a,b|c'],
    ['x|(a(b)c)y', 'd%', 'x|y'],
    ['|ab', 'dl', '|b'],
    ['a|b', 'dh', '|b'],
    ['|ab', 'dh', '|ab'],
    ['|ab', 'dfx', '|ab'],
  ]);
  check('d with lines', [
    ['one\n|two\nthree', 'dd', 'one\n|three'],
    ['one\n|two', 'dd', '|one'],
    ['|one', 'dd', '|'],
    ['|1\n2\n3\n4', '2dd', '|3\n4'],
    ['|1\n2\n3', '9dd', '|'],
    ['|1\n2\n3', 'dj', '|3'],
    ['1\n2\n|3', 'dk', '|1'],
    ['1\n2\n|3', 'dj', '1\n2\n|3'],
    ['1\n|2\n3', 'dG', '|1'],
    ['1\n|2\n3', 'dgg', '|3'],
    ['a\n|b\n  c', 'dd', 'a\n  |c'],
  ]);
  check('c', [
    ['|one  two', 'cwX⎋', '|X  two'],
    ['on|e  two', 'cwX⎋', 'on|X  two'],
    ['|one two three', 'c2wX⎋', '|X three'],
    ['one|  two', 'cwX⎋', 'one|Xtwo'],
    ['one.|two x', 'cWX⎋', 'one.|X x'],
    ['a\n  o|ne\nb', 'ccX⎋', 'a\n|X\nb'],
    ['1\n|2\n3\n4', 'cjX⎋', '1\n|X\n4'],
    ['one t|wo\nx', 'CX⎋', 'one t|X\nx'],
    ['a|b', 'c$⎋', '|a'],
    ['|', 'ccx⎋', '|x'],
  ]);
  check('y and p', [
    ['|one two', 'ywP', 'one| one two'],
    ['|one two', 'ywwP', 'one one| two'],
    ['|ab', 'ylp', 'a|ab'],
    ['1\n|2', 'yyp', '1\n2\n|2'],
    ['1\n|2', 'yyP', '1\n|2\n2'],
    ['1\n|2', 'Y2p', '1\n2\n|2\n2'],
    ['1\n|2', 'ykP', '|1\n2\n1\n2'],
    ['|1\n2\n3', 'ddp', '2\n|1\n3'],
    ['|ab', 'xp', 'b|a'],
    ['|ab', 'x3p', 'baa|a'],
    ['|', 'p', '|'],
    ['1\n  |2', 'yyggp', '1\n  |2\n  2'],
    ['|one', '"+yy"+p', 'one\n|one'],
  ]);
  check('text objects', [
    ['one t|wo three', 'diw', 'one | three'],
    ['one t|wo three', 'daw', 'one |three'],
    ['one t|wo', 'daw', 'on|e'],
    ['one |  two', 'diw', 'one|two'],
    ['one|  two x', 'daw', 'one| x'],
    ['a b.|c d', 'diW', 'a | d'],
    ['|a b c d', 'd2aw', '|c d'],
    ['say "h|i you" x', 'di"', 'say "|" x'],
    ['say "h|i you" x', 'da"', 'say |x'],
    ['|say "hi"', 'ci"X⎋', 'say "|X"'],
    ['"a" b| "c"', 'di"', '"a" b "|"'],
    ['"a\\"b|c" d', 'di"', '"|" d'],
    ["it |'is' so", "di'", "it '|' so"],
    ['run `l|s`', 'ci`x⎋', 'run `|x`'],
    ['f(a, (b|), c)', 'di(', 'f(a, (|), c)'],
    ['f(a, (b|), c)', 'd2i(', 'f(|)'],
    ['f(a, |b)', 'da)', '|f'],
    ['f|(a)', 'dib', 'f(|)'],
    ['x[1|2]', 'ci[9⎋', 'x[|9]'],
    ['{\n  a|\n}', 'di{', '{\n|}'],
    ['{\n  |a\n  b\n}', 'ciBx⎋', '{\n|x\n}'],
    ['<a|b>', 'di<', '<|>'],
    ['n|one', 'di(', 'n|one'],
  ]);
  check('the short ones', [
    ['a|bcd', 'x', 'a|cd'],
    ['a|bcd', '2x', 'a|d'],
    ['ab|c', '9x', 'a|b'],
    ['ab|cd', 'X', 'a|cd'],
    ['a|bc', 'sX⎋', 'a|Xc'],
    ['a|bcd', '2sX⎋', 'a|Xd'],
    ['a\nb|c', 'SX⎋', 'a\n|X'],
    ['a|bc\nd', 'D', '|a\nd'],
    ['a|bc', 'rx', 'a|xc'],
    ['|abc', '2rx', 'x|xc'],
    ['ab|c', '2rx', 'ab|c'],
    ['|aBç', '~', 'A|Bç'],
    ['|aBç', '9~', 'Ab|Ç'],
    ['|one\n  two\nthree', 'J', 'one| two\nthree'],
    ['|one\n  two\nthree', '3J', 'one two| three'],
    ['f(|a\n)', 'J', 'f(a|)'],
    ['|x👩‍👩‍👧y', 'lx', 'x|y'],
  ]);
});

describe('inserting', () => {
  check('begins where the key says', [
    ['a|b', 'iX⎋', 'a|Xb'],
    ['|ab', 'aX⎋', 'a|Xb'],
    ['a|b', 'aX⎋', 'ab|X'],
    ['  a|b', 'IX⎋', '  |Xab'],
    ['|ab\nc', 'AX⎋', 'ab|X\nc'],
    ['|ab\nc', 'oX⎋', 'ab\n|X\nc'],
    ['ab\n|c', 'OX⎋', 'ab\n|X\nc'],
    ['|', 'aX⎋', '|X'],
    ['|', 'ihi⎋', 'h|i'],
  ]);
  check('is done as often as was asked for', [
    ['|', '3iab⎋', 'ababa|b'],
    ['|x', '2oab⎋', 'x\nab\na|b'],
    ['|x', '3A!⎋', 'x!!|!'],
  ]);
});

describe('doing again', () => {
  check('repeats the last change', [
    ['|a b c d', 'dw.', '|c d'],
    ['|a b c d', 'dw2.', '|d'],
    ['|one two', 'cwX⎋w.', 'X |X'],
    ['|ab', 'iX⎋.', '|XXab'],
    ['|1\n2', 'ddp.', '2\n1\n|1'],
    ['|1', 'oX⎋.', '1\nX\n|X'],
    ['|abcdef', 'vlxl.', 'c|f'],
    ['|1\n2\n3\n4', 'Vd.', '|3\n4'],
    ['|abc', 'rxll.', 'xb|x'],
    ['|a,b,c', 'dt,x.', '|,c'],
    ['|ab', '.', '|ab'],
  ]);
});

describe('undoing', () => {
  check('takes a command back as a whole', [
    ['|one two', 'cwthree four⎋u', '|one two'],
    ['|one two', 'dwu', '|one two'],
    ['|x', '3ohello world⎋u', '|x'],
    ['|a b c', 'dwdwuu', '|a b c'],
    ['|a b c', 'dwdw2u', '|a b c'],
    ['|a b c', 'dwdwuuU', '|b c'],
    ['|a b c', 'dwdw2u2U', '|c'],
    ['|one two', 'cwX⎋w.u', 'X |two'],
  ]);
});

describe('visual mode', () => {
  check('selects what the next command takes', [
    ['|one two', 'vlld', '| two'],
    ['|one two', 'vey$p', 'one twoon|e'],
    ['one |two x', 'viwcX⎋', 'one |X x'],
    ['|a b c d', 'vawawd', '|c d'],
    ['f(a|b)', 'vi(d', 'f(|)'],
    ['1\n|2\n3', 'Vd', '1\n|3'],
    ['|1\n2\n3', 'Vjd', '|3'],
    ['1\n|2\n3', 'Vyp', '1\n2\n|2\n3'],
    ['|ab\ncd', 'vjd', '|d'],
    ['abc|d\nx\nefgh', 'vjjd', 'ab|c'],
    ['a|bcd', 'vhold', '|d'],
    ['|one two', 've~', '|ONE two'],
    ['|ONE', 'veu', '|one'],
    ['|one', 'veU', '|ONE'],
    ['|abc', 'vlrx', '|xxc'],
    ['|a\nb\nc', 'VjJ', 'a| b\nc'],
    ['|one two', 'yiwwviwp', 'one on|e'],
    ['|ab\ncd', 'vD', '|cd'],
    ['|ab', 'v⎋x', '|b'],
    ['|ab', 'vvx', '|b'],
    ['|ab\ncd', 'vVx', '|cd'],
    ['a|b\ncd', 'v$jd', '|a'],
  ]);

  it('shows what is selected, whichever end the cursor is at', () => {
    const {vi, draft} = play('one |two x', 've');
    expect(viSelection(vi, draft)).toEqual({start: 4, end: 7, isLines: false});
    const back = play('one |two x', 'vb');
    expect(viSelection(back.vi, back.draft)).toEqual({start: 0, end: 5, isLines: false});
    const lines = play('1\n|22\n3', 'Vj');
    expect(viSelection(lines.vi, lines.draft)).toEqual({start: 2, end: 6, isLines: true});
  });
});

describe('keys that are no command', () => {
  check('do nothing, alone and after an operator', [
    ['a|b', 'q', 'a|b'],
    ['a|b', 'dq', 'a|b'],
    ['a|b', 'diq', 'a|b'],
    ['a|b', 'gq', 'a|b'],
    ['a|b', '/', 'a|b'],
    ['a|b', 'd⎋x', '|a'],
    ['a|b', ';', 'a|b'],
  ]);

  it('are waited for where a command is not complete', () => {
    for (const keys of ['d', '2', 'd2', 'f', 'g', 'r', 'di', '"', '"a', 'ct']) {
      const {vi, draft} = play('a|b', keys);
      expect(vi.keys.join('')).toBe(keys);
      expect(marked(draft)).toBe('a|b');
    }
  });

  it('leave moves by rows to who knows the screen', () => {
    const {vi, draft} = play('a\n|b', '3');
    expect(pressVi(vi, draft, 'k').rows).toEqual({action: 'up', times: 3});
    expect(pressVi({...vi, keys: []}, draft, 'j').rows).toEqual({action: 'down', times: 1});
  });
});

describe('what is deleted', () => {
  it('is in the kill ring, lines with a newline at their end', () => {
    const {draft} = play('one |two\nthree', 'dwjdd');
    expect(killed(draft.ring, 0)).toBe('one \n');
    expect(killed(draft.ring, 1)).toBe('two');
  });

  it('keeps folded pastes whole', () => {
    const added = addChip(noChips, {text: 'long', label: '[pasted]'});
    const mark = added?.mark ?? '';
    const start = {...play('', ''), draft: {...draftOf(`|a ${mark} b`), chips: added?.chips ?? noChips}};
    const {draft} = play(start, 'wdaw$p');
    expect(draft.buffer.text).toBe(`a b${mark} `);
    expect(isChipAt(draft.buffer.text, 3)).toBe(true);
  });
});
