import {describe, expect, it, vi} from 'vitest';
import type {PickerFinding} from '../../../src/ui/picker/pickerRequest.ts';
import {type FoundPrompts, promptPicker, shortAge} from '../../../src/ui/picker/promptPicker.ts';

const day = 86_400_000;

function ask(query: string, prompts: FoundPrompts['prompts'], state: FoundPrompts['state'] = 'all') {
  const submit = vi.fn();
  const edit = vi.fn();
  const stop = vi.fn();
  const request = promptPicker({
    search(_query, show) {
      show({prompts, state});
      return stop;
    },
    submit,
    edit,
    now: () => 10 * day,
  });
  let found: PickerFinding = {items: [], complete: false};
  const stopLooking = request.find(query, result => {
    found = result;
  });
  const [first] = found.items;
  if (!first) throw new Error('nothing found');
  const marks = (first.ranges ?? []).map(([start, end]) => first.label.slice(start, end));
  return {request, found, first, marks, submit, edit, stop, stopLooking};
}

describe('the list of earlier prompts', () => {
  it('shows a prompt on one line, how old it is, and the whole of it beside', () => {
    const {first, request} = ask('', [{prompt: ' one\n\n  two \u001b[31m', date: 8 * day}]);
    expect(request.title).toBe('Earlier prompts');
    expect(first).toMatchObject({label: 'one ↵ two ␛[31m', detail: '2 d', preview: ' one\n\n  two ␛[31m'});
  });

  it('shows a match far down in a prompt with the line before it', () => {
    const prompt = Array.from({length: 30}, (_, index) => `line ${index}`).join('\n');
    expect(ask('line 25', [{prompt, date: 0}]).first.preview).toMatch(/^…\nline 24\nline 25\n/);
    expect(ask('line 1', [{prompt, date: 0}]).first.preview).toMatch(/^line 0\nline 1\n/);
  });

  it('submits or edits the prompt as it was typed, not as it is shown', () => {
    const prompt = ' a\nb \u001b[31m';
    const {first, request, submit, edit} = ask('', [{prompt, date: undefined}]);
    expect(first.detail).toBeUndefined();
    request.choose(first);
    request.edit?.(first);
    expect(submit).toHaveBeenCalledExactlyOnceWith(prompt);
    expect(edit).toHaveBeenCalledExactlyOnceWith(prompt);
  });

  it('marks the text where it stands, or its words', () => {
    const prompts = [{prompt: 'Merge the Two, merge two', date: 0}];
    expect(ask('merge two', prompts).marks).toEqual(['merge two']);
    expect(ask('two merge', prompts).marks).toEqual(['Merge', 'Two']);
  });

  it('brings a match near that is far on in a long prompt', () => {
    const {first, marks} = ask('needle', [{prompt: `${'hay '.repeat(500)}needle\nmore`, date: 0}]);
    expect(first.label.indexOf('needle')).toBeLessThan(30);
    expect(first.label.startsWith('…')).toBe(true);
    expect(marks).toEqual(['needle']);
  });

  it.each([
    ['searching', false, ''],
    ['all', true, 'all searched'],
    ['recent', true, 'recent ones only'],
  ] as const)('says how far the search is: %s', (state, complete, note) => {
    expect(ask('', [{prompt: 'x', date: 0}], state).found).toMatchObject({complete, note});
  });

  it('hands on how to stop the search', () => {
    const {stop, stopLooking} = ask('', [{prompt: 'x', date: 0}]);
    stopLooking();
    expect(stop).toHaveBeenCalledOnce();
  });
});

it.each([
  [-5, 'now'],
  [59_999, 'now'],
  [5 * 60_000, '5 min'],
  [3 * 3_600_000, '3 h'],
  [47 * 3_600_000, '1 d'],
  [59 * day, '59 d'],
  [70 * day, '2 mo'],
  [800 * day, '2 y'],
])('writes an age of %d ms as %s', (ms, text) => {
  expect(shortAge(ms)).toBe(text);
});
