import {PassThrough} from 'node:stream';
import {stripVTControlCharacters} from 'node:util';
import {render} from 'ink';
import {useSyncExternalStore} from 'react';
import stringWidth from 'string-width';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {MenuView, menuWidths} from '../../../src/ui/MenuView.tsx';
import {createPicker, type Picker} from '../../../src/ui/picker/createPicker.ts';
import {drawPicker, pickerCursor, pickerWidths} from '../../../src/ui/picker/drawPicker.ts';
import {PickerView} from '../../../src/ui/picker/PickerView.tsx';
import {pickerHeight} from '../../../src/ui/picker/pickerLayout.ts';
import type {PickerItem, PickerRequest} from '../../../src/ui/picker/pickerRequest.ts';
import {plainStyles} from '../look.ts';
import {findPlainly} from './findPlainly.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** What stands on a terminal of this size. */
function mount(columns: number, rows: number, node: React.ReactNode) {
  const stdout = Object.assign(new PassThrough(), {columns, rows, isTTY: true});
  const stdin = Object.assign(new PassThrough(), {isTTY: true, setRawMode() {}, ref() {}, unref() {}});
  let frame = '';
  stdout.setEncoding('utf8');
  stdout.on('data', (chunk: string) => {
    const drawn = stripVTControlCharacters(chunk);
    if (drawn.trim() !== '') frame = drawn;
  });
  const instance = render(node, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  cleanUps.push(() => instance.unmount());
  return {lines: (): string[] => frame.replace(/\n$/, '').split('\n')};
}

function open(items: readonly PickerItem[], more: Partial<PickerRequest> = {}): Picker {
  const picker = createPicker();
  picker.open({title: 'Models', find: findPlainly(items), choose() {}, ...more});
  return picker;
}

function Screen({picker, columns, rows}: {picker: Picker; columns: number; rows: number}) {
  const state = useSyncExternalStore(picker.subscribe, picker.snapshot);
  return state && <PickerView state={state} picker={picker} size={{rows, columns}} styles={plainStyles} />;
}

function show(picker: Picker, columns: number, rows: number) {
  return mount(columns, rows, <Screen {...{picker, columns, rows}} />);
}

const models: readonly PickerItem[] = [
  {key: 'a', label: 'ollama/llama3.2:3b', detail: '2.0 GB'},
  {key: 'b', label: 'openai/gpt-5', detail: 'cloud', current: true},
  {key: 'c', label: 'local/guide', detail: 'built in'},
];

const draw = (picker: Picker, columns: number, rows: number): string[] => {
  const state = picker.snapshot();
  return state ? drawPicker(state, {columns, rows}, plainStyles).map(line => line.trimEnd()) : [];
};

describe('an open list on the screen', () => {
  it('has its filter line, numbered rows, the selected and the current one marked, and the count', async () => {
    const {lines} = show(open(models), 60, 24);
    await vi.waitFor(() => expect(lines()).toHaveLength(4));
    expect(lines()[0]).toMatch(/^Models ❯ {3,}2 of 3$/);
    expect(lines().slice(1)).toEqual([
      '  1 ollama/llama3.2:3b  2.0 GB',
      '› 2 openai/gpt-5        cloud · current',
      '  3 local/guide         built in',
    ]);
  });

  it('has no numbers while something is typed, and says when nothing fits', async () => {
    const picker = open(models);
    const {lines} = show(picker, 60, 24);
    picker.type('gu');
    await vi.waitFor(() => expect(lines().slice(1)).toEqual(['› local/guide  built in']));
    expect(lines()[0]).toMatch(/^Models ❯ gu .* 1 of 1$/);
    picker.type('zz');
    await vi.waitFor(() => expect(lines()).toEqual(['Models ❯ guzz', '  nothing fits']));
  });

  it('marks the current one where another is selected', () => {
    const picker = open(models);
    picker.press('down');
    expect(draw(picker, 60, 24).slice(2)).toEqual([
      '· 2 openai/gpt-5        cloud · current',
      '› 3 local/guide         built in',
    ]);
  });

  it('says that it still searches, and what was searched in the end', () => {
    let show: Parameters<PickerRequest['find']>[1] = () => {};
    const picker = open([], {
      find(_query, next) {
        show = next;
        return () => {};
      },
    });
    expect(draw(picker, 60, 24)).toEqual([expect.stringMatching(/ searching…$/), '  …']);
    show({items: models, complete: false});
    expect(draw(picker, 60, 24)[0]).toMatch(/ 2 of 3 · searching…$/);
    show({items: models, complete: true, note: 'all searched'});
    expect(draw(picker, 60, 24)[0]).toMatch(/ 2 of 3 · all searched$/);
    expect(draw(picker, 32, 24)[0]).toMatch(/ 2\/3 · all searched$/);
    expect(draw(picker, 26, 24)[0]).toMatch(/ all searched$/);
    expect(draw(picker, 20, 24)[0]).toMatch(/ 2 of 3$/);
  });

  it('goes on with the numbers of the rows that are shown when the list is scrolled', async () => {
    const picker = open(
      Array.from({length: 120}, (_, index) => ({key: String(index), label: `item ${index}`})),
    );
    const {lines} = show(picker, 60, 24);
    await vi.waitFor(() => expect(lines()).toHaveLength(11));
    for (let n = 0; n < 11; n++) picker.press('down');
    await vi.waitFor(() => expect(lines()[0]).toContain('12 of 120'));
    expect(lines()[1]).toBe('  1 item 2');
    expect(lines().at(-1)).toBe('›   item 11');
    const chosen = vi.fn();
    picker.open({title: 'x', find: findPlainly(models), choose: each => chosen(each.key)});
    picker.type('3');
    expect(chosen).toHaveBeenCalledWith('c');
  });

  it('paints what matched and what is selected', () => {
    const styles = {
      ...plainStyles,
      match: (text: string) => `<${text}>`,
      strong: (text: string) => `*${text}*`,
    };
    const picker = open(models);
    picker.type('gpt');
    const state = picker.snapshot();
    expect(state && drawPicker(state, {columns: 60, rows: 24}, styles)[1]).toBe(
      '› *openai/<gpt>-5*  cloud · current',
    );
  });

  it('makes what is harmful harmless, in labels, details, previews and the title', () => {
    const evil = '\u001b[2J\u202eevil\nline';
    const picker = open([{key: 'a', label: evil, detail: evil, preview: 'seen'}], {title: evil});
    for (const line of draw(picker, 80, 24)) expect(line).not.toMatch(/\u001b|\u202e|\n/);
  });
});

describe('the room that an open list takes', () => {
  const long = Array.from({length: 40}, (_, index) => ({
    key: String(index),
    label: `${index} 世界 ${'a label that is rather long '.repeat(4)}`,
    detail: 'and a detail of some length',
    preview: `${'A preview, 世界 of many words. '.repeat(40)}\n\tsecond line`,
  }));

  it.each([
    [40, 5],
    [40, 11],
    [40, 24],
    [80, 12],
    [80, 24],
    [99, 24],
    [100, 24],
    [200, 60],
    [12, 6],
  ])('is told beforehand and kept within a terminal of %d × %d', (columns, rows) => {
    for (const items of [long, long.slice(0, 2), []]) {
      const picker = open(items);
      for (const typed of ['', 'a', 'zzzz']) {
        picker.type(typed);
        const state = picker.snapshot();
        if (!state) throw new Error('closed');
        const size = {columns, rows};
        const lines = drawPicker(state, size, plainStyles);
        expect(lines).toHaveLength(pickerHeight(state, size));
        expect(lines.length).toBeLessThan(rows - 1);
        expect(pickerWidths(state, size)).toEqual(lines.map(line => stringWidth(line.trimEnd())));
        for (const width of pickerWidths(state, size)) expect(width).toBeLessThan(columns);
        const cursor = pickerCursor(state, size);
        expect(cursor.row).toBe(0);
        expect(cursor.column).toBeLessThan(columns);
      }
    }
  });

  it('has the preview beside the list on a wide screen, below on a narrow one, and none on a low one', () => {
    const picker = open(long);
    expect(draw(picker, 120, 24)[1]).toMatch(/^› 1 0 世界 .*…?.* │ A preview/);
    const narrow = draw(picker, 80, 24);
    expect(narrow).toHaveLength(15);
    expect(narrow[11]).toMatch(/^ {2}│ A preview/);
    expect(narrow[14]).toMatch(/^ {2}│ .*…$/);
    expect(draw(picker, 80, 11).join('')).not.toContain('A preview');
  });

  it('shows lines that are drawn already in place of a preview, cut to its room', () => {
    const drawn = (columns: number) => [`\u001b[1m${'x'.repeat(columns + 5)}\u001b[22m`, 'second'];
    const picker = open([{key: 'a', label: 'nord', drawn}]);
    const lines = draw(picker, 60, 24).slice(2);
    expect(lines.map(line => stripVTControlCharacters(line))).toEqual([
      `  │ ${'x'.repeat(55)}`,
      '  │ second',
      '  │',
      '  │',
    ]);
  });

  it('drops the details before it shortens a label on a narrow screen, and shortens names in their middle', () => {
    const picker = open([{key: 'a', label: 'vendor/a-model-with-quite-a-long-name-7b', detail: 'detail'}]);
    expect(draw(picker, 60, 24)[1]).toBe('› 1 vendor/a-model-with-quite-a-long-name-7b  detail');
    expect(draw(picker, 46, 24)[1]).toBe('› 1 vendor/a-model-with-quite-a-long-name-7b');
    expect(draw(picker, 30, 24)[1]).toBe('› 1 vendor/a-mod…long-name-7b');
    expect(draw(picker, 30, 24)[1]?.length).toBeLessThan(30);
  });

  it('gives its title what the filter does not need, and takes it back when it does', () => {
    const title = 'This needs about 2.3k of 2.0k tokens: what should be done?';
    const picker = open(models, {title});
    expect(draw(picker, 80, 24)[0]).toMatch(/^This needs about .* should be done\? ❯ /);
    picker.paste('a filter of some length, so that it needs room');
    expect(draw(picker, 80, 24)[0]).toMatch(/^This needs about .*… ❯ .*so that it needs room/);
  });

  it('keeps the cursor on the screen in a filter that is longer than it', () => {
    const picker = open(models);
    picker.paste(`${'世界 '.repeat(30)}end`);
    const size = {columns: 40, rows: 24};
    const at = () => {
      const state = picker.snapshot();
      return state ? pickerCursor(state, size).column : -1;
    };
    expect(at()).toBeLessThan(40);
    expect(draw(picker, 40, 24)[0]).toMatch(/ end$/);
    picker.press('line-start');
    expect(at()).toBe('Models ❯ '.length);
    expect(draw(picker, 40, 24)[0]).toMatch(/^Models ❯ 世界/);
  });
});

describe('the list of completions', () => {
  const menu = {
    items: Array.from({length: 12}, (_, index) => ({
      label: `/command${index}`,
      detail: `does \u001b[31m${index}`,
      line: `/command${index}`,
      submits: true,
    })),
    selected: 1,
    range: {start: 0, end: 1},
  };

  it('is drawn like every other list', async () => {
    const {lines} = mount(60, 24, <MenuView menu={menu} height={3} styles={plainStyles} />);
    await vi.waitFor(() => expect(lines()).toHaveLength(4));
    expect(lines()).toEqual([
      '  /command0  does ␛[31m0',
      '› /command1  does ␛[31m1',
      '  /command2  does ␛[31m2',
      '  2 of 12',
    ]);
    expect(menuWidths(menu, 3)).toHaveLength(4);
  });
});
