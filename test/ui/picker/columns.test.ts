import {describe, expect, it, vi} from 'vitest';
import type {Choice} from '../../../src/commands/command.ts';
import {choicePicker} from '../../../src/ui/picker/choicePicker.ts';
import {createPicker} from '../../../src/ui/picker/createPicker.ts';
import {drawPicker} from '../../../src/ui/picker/drawPicker.ts';
import {lineWidth} from '../../../src/ui/viewer/styledLine.ts';
import {plainStyles} from '../look.ts';

const choice = (label: string, size: string, can: string, star = ''): Choice => ({
  label,
  subject: label,
  group: label.indexOf('/') + 1,
  detail: `${size} ${can}`,
  cells: [
    {text: star, rank: 1},
    {text: size, rank: 2, right: true},
    {text: can, rank: 3},
  ],
  preview: label,
  line: `/model ${label}`,
});
const choices = [
  choice('ollama/qwen:3b', '2 GB', 'tools', '★'),
  choice('ollama/llama:70b', '40 GB', 'tools vision'),
  choice('local/guide', '', ''),
];

function opened(request: Partial<Parameters<typeof choicePicker>[0]> = {}) {
  const picked: Choice[] = [];
  const picker = createPicker();
  picker.open(
    choicePicker(
      {title: 'Models', choices, ...request},
      each => void picked.push(each),
      () => {},
    ),
  );
  const rows = (columns: number, lines = 24): string[] => {
    const state = picker.snapshot();
    if (!state) throw new Error('the list is closed');
    return drawPicker(state, {columns, rows: lines}, plainStyles).map(row => row.trimEnd());
  };
  return {picker, picked, rows};
}

describe('a list with columns', () => {
  it('has each fact in its column, and the group only once', () => {
    expect(opened().rows(80).slice(1, 4)).toEqual([
      '› 1 ollama/qwen:3b    ★   2 GB  tools',
      '  2        llama:70b     40 GB  tools vision',
      '  3 local/guide',
    ]);
  });

  it('gives a name with signs that a terminal would act on the room that they take', () => {
    const hostile = choice('ollama/evil\u001b[2J:1b', '2 GB', 'tools');
    expect(opened({choices: [hostile]}).rows(80)[1]).toBe('› 1 ollama/evil␛[2J:1b  2 GB  tools');
  });

  it('leaves out what is worth least where there is little room', () => {
    expect(opened().rows(40)[2]).toBe('  2        llama:70b     40 GB');
    expect(opened().rows(24)[1]).toBe('› 1 ollama/qwen:3b    ★');
    for (const columns of [12, 20, 33, 64, 100, 160])
      for (const row of opened().rows(columns)) expect(lineWidth(row)).toBeLessThan(columns);
  });

  it('shows the group where it is what matches', async () => {
    const {picker, rows} = opened();
    picker.type('olla');
    await vi.waitFor(() => expect(rows(80)[2]).toMatch(/ollama\/llama:70b/));
  });

  it('gives the preview a place beside it only on a very wide terminal', () => {
    expect(opened().rows(120)[1]).not.toContain('│');
    expect(opened().rows(160)[1]).toContain('│ ollama/qwen:3b');
  });
});

describe('a list whose choices arrive', () => {
  it('shows what is known at once, and keeps the selection when the rest comes', async () => {
    const {promise, resolve} = Promise.withResolvers<readonly Choice[]>();
    const {picker, picked} = opened({choices: choices.slice(0, 2), arriving: promise});
    expect(picker.snapshot()).toMatchObject({complete: false, items: [{}, {}]});
    picker.press('down');
    resolve(choices.toReversed());
    await vi.waitFor(() => expect(picker.snapshot()?.complete).toBe(true));
    expect(picker.snapshot()).toMatchObject({items: [{}, {}, {}], selected: 1});
    picker.press('send');
    expect(picked).toMatchObject([{label: 'ollama/llama:70b'}]);
  });

  it('looks for what is typed already among what comes', async () => {
    const {promise, resolve} = Promise.withResolvers<readonly Choice[]>();
    const {picker} = opened({choices: [], arriving: promise});
    picker.type('guide');
    resolve(choices);
    await vi.waitFor(() => expect(picker.snapshot()?.items.map(({label}) => label)).toEqual(['local/guide']));
  });

  it('shows what becomes known meanwhile and later, until it is closed', async () => {
    const {promise, resolve} = Promise.withResolvers<readonly Choice[]>();
    const followers = new Set<() => void>();
    let now = {choices: choices.slice(0, 1), note: ''};
    const tell = (next: typeof now): void => {
      now = next;
      for (const follower of followers) follower();
    };
    const {picker} = opened({
      choices: [],
      arriving: promise,
      live: {
        now: () => now,
        follow(changed) {
          followers.add(changed);
          return () => followers.delete(changed);
        },
      },
    });
    const labels = (): string[] | undefined => picker.snapshot()?.items.map(({label}) => label);
    tell({choices: choices.slice(0, 2), note: ''});
    expect(labels()).toHaveLength(2);
    expect(picker.snapshot()?.complete).toBe(false);
    resolve([]);
    await vi.waitFor(() => expect(picker.snapshot()?.complete).toBe(true));
    expect(labels()).toHaveLength(2);
    picker.press('down');
    tell({choices, note: 'one is silent'});
    expect(picker.snapshot()).toMatchObject({note: 'one is silent', selected: 1, items: [{}, {}, {}]});
    picker.type('guide');
    await vi.waitFor(() => expect(labels()).toEqual(['local/guide']));
    expect(followers.size).toBe(1);
    picker.close();
    expect(followers.size).toBe(0);
  });

  it('says why nothing more comes', async () => {
    const {picker, picked} = opened({arriving: Promise.reject(new Error('no network'))});
    await vi.waitFor(() => expect(picker.snapshot()).toMatchObject({complete: true, note: 'no network'}));
    picker.press('send');
    expect(picked).toHaveLength(1);
  });
});
