import {expect, test} from 'vitest';
import {parseSearch} from '../../src/storage/parseSearch.ts';
import {searchDate} from '../../src/storage/searchDate.ts';

const now = new Date(2025, 10, 15, 12, 30).getTime();
const at = (year: number, month = 1, day = 1, hour = 0, minute = 0) =>
  new Date(year, month - 1, day, hour, minute).getTime();
const word = (text: string) => ({text, isPhrase: false});
const phrase = (text: string) => ({text, isPhrase: true});
const none = {terms: [], excluded: [], titles: []};

test.each([
  ['rust  borrow', {terms: [word('rust'), word('borrow')]}],
  ['"borrow checker" rust', {terms: [phrase('borrow checker'), word('rust')]}],
  ['rust "borrow che', {terms: [word('rust'), phrase('borrow che')]}],
  ['rust -async -"green thread"', {terms: [word('rust')], excluded: ['async', 'green thread']}],
  ['role:user', {role: 'user'}],
  ['ROLE:Answer x', {role: 'assistant', terms: [word('x')]}],
  ['model:"qwen 2" model:qwen', {model: 'qwen'}],
  ['title:"two words" title:one', {titles: ['two words', 'one']}],
  ['after:2025-11 before:2025-11-15', {after: at(2025, 11), before: at(2025, 11, 15)}],
  ['after:2024 after:2025 before:2026 before:2027', {after: at(2025), before: at(2026)}],
])('%j is understood', (typed, understood) => {
  expect(parseSearch(typed, now)).toEqual({...none, ...understood});
});

test.each(['std::move', 'http://x.y/z', 'a-b', '--force', '-5', 'xrole:user', 'C++', 'lang:ts'])(
  '%j is a word like any other',
  typed => {
    expect(parseSearch(typed, now)).toEqual({...none, terms: [word(typed)]});
  },
);

test('what is in quotes is text, whatever it looks like', () => {
  expect(parseSearch('"role:robot" "-x"', now).terms).toEqual([phrase('role:robot'), phrase('-x')]);
});

test.each([
  [
    'role:robot',
    'role: wants user or assistant, got "robot"',
    'To look for it as text, put it into quotes: "role:robot"',
  ],
  [
    'x before:lunch y',
    'before: wants a date such as 2025-11-15, 2025-11, yesterday or 7d, got "lunch"',
    '"before:lunch"',
  ],
  ['after:2025-02-30', 'after: wants a date', '"after:2025-02-30"'],
  ['model:', 'model: wants a part of the name of a model', '"model:"'],
  ['title:""', 'title: wants a part of a title', '"title:"'],
  ['role:constructor', 'role: wants user', '"role:constructor"'],
])('%j is refused, with what is wanted', (typed, message, hint) => {
  expect(() => parseSearch(typed, now)).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  );
});

test.each([
  ['2025-11-15', at(2025, 11, 15)],
  ['2025-3-5', at(2025, 3, 5)],
  ['2025-11', at(2025, 11)],
  ['2025', at(2025)],
  ['2024-02-29', at(2024, 2, 29)],
  ['today', at(2025, 11, 15)],
  ['Yesterday', at(2025, 11, 14)],
  ['12h', at(2025, 11, 15, 0, 30)],
  ['7d', now - 7 * 24 * 3_600_000],
  ['2w', now - 14 * 24 * 3_600_000],
  ['6m', at(2025, 5, 15, 12, 30)],
  ['1y', at(2024, 11, 15, 12, 30)],
])('the date %s is a moment in the time zone of the person', (typed, moment) => {
  expect(searchDate(typed, now)).toBe(moment);
});

test('a month before the 31st is the end of a shorter month', () => {
  expect(searchDate('1m', at(2025, 3, 31, 9))).toBe(at(2025, 2, 28, 9));
});

test.each(['', '2025-13', '2025-02-29', '2025-00-01', '25', '7', '7x', '2025-11-15-1', 'd', 'tomorrow'])(
  '%j is no date',
  typed => {
    expect(searchDate(typed, now)).toBeUndefined();
  },
);
