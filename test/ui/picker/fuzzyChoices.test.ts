import {describe, expect, it, vi} from 'vitest';
import type {Choice} from '../../../src/commands/command.ts';
import {choicePicker} from '../../../src/ui/picker/choicePicker.ts';
import {findAmong} from '../../../src/ui/picker/fuzzyChoices.ts';
import type {PickerItem} from '../../../src/ui/picker/pickerRequest.ts';

const models: readonly PickerItem[] = [
  ['ollama/llama3.2:3b', '2.0 GB'],
  ['ollama/qwen2.5-coder:3b', '1.9 GB · code'],
  ['openai/gpt-5', 'cloud'],
  ['anthropic/claude-sonnet', 'cloud'],
  ['ollama/codellama:7b', '3.8 GB'],
  ['local/Änderung', 'built in'],
].map(([label = '', detail = '']) => ({key: label, label, detail}));

function find(items: readonly PickerItem[], query: string): Promise<readonly PickerItem[]> {
  const {promise, resolve} = Promise.withResolvers<readonly PickerItem[]>();
  findAmong(items)(query, found => {
    expect(found.complete).toBe(true);
    resolve(found.items);
  });
  return promise;
}
const labels = async (query: string): Promise<string[]> =>
  (await find(models, query)).map(item => item.label);
/** The marked parts of the first label found. */
const marks = async (query: string): Promise<string[]> => {
  const [first] = await find(models, query);
  return (first?.ranges ?? []).map(([start, end]) => first?.label.slice(start, end) ?? '');
};

describe('the filter of a list', () => {
  it('leaves everything in its order while it is empty', async () => {
    expect(await find(models, '')).toBe(models);
    expect(await find(models, '  ')).toBe(models);
  });

  it('wants every typed word, in the label or in the detail, in any order', async () => {
    expect(await labels('cloud')).toEqual(['openai/gpt-5', 'anthropic/claude-sonnet']);
    expect(await labels('coder ollama')).toContain('ollama/qwen2.5-coder:3b');
    expect(await labels('cloud gpt')).toEqual(['openai/gpt-5']);
    expect(await labels('gpt coder')).toEqual([]);
  });

  it('puts a word that begins so before one that contains it, and both before what is only like it', async () => {
    expect(await labels('llama')).toEqual([
      'ollama/llama3.2:3b',
      'ollama/qwen2.5-coder:3b',
      'ollama/codellama:7b',
    ]);
    expect((await labels('cod')).slice(0, 2)).toEqual(['ollama/qwen2.5-coder:3b', 'ollama/codellama:7b']);
    expect((await labels('local'))[0]).toBe('local/Änderung');
    expect((await labels('qwne'))[0]).toBe('ollama/qwen2.5-coder:3b');
    expect(await labels('sonent')).toEqual(['anthropic/claude-sonnet']);
  });

  it('marks what matched, in the label as it is', async () => {
    expect(await marks('CODER 3b')).toEqual(['coder', '3b']);
    expect(await marks('anderung')).toEqual(['Änderung']);
    expect(await marks('cloud gpt')).toEqual(['gpt']);
    expect(await marks('zzzz')).toEqual([]);
  });

  it('keeps all of many items that contain what is typed, the best of them first', async () => {
    const many = Array.from({length: 5000}, (_, index) => ({
      key: String(index),
      label: `vendor/model-${index}${index === 4321 ? ' special' : ''}`,
    }));
    expect(await find(many, 'model')).toHaveLength(5000);
    expect((await find(many, 'model-4999'))[0]?.key).toBe('4999');
    expect((await find(many, 'specail'))[0]?.key).toBe('4321');
  });

  it('survives what means something to other search languages, and very long labels', async () => {
    for (const query of ["'x", '!x', '^x$', '=x', '"', '(', '|', '\\'])
      await expect(find(models, query)).resolves.toBeDefined();
    const long = [{key: 'a', label: `needle ${'x'.repeat(100_000)}`}];
    expect(await find(long, 'needle')).toHaveLength(1);
  });
});

describe('the list that a command offers', () => {
  const choices: Choice[] = [
    {label: 'same', line: '/a', current: true},
    {label: 'same', line: '/b', detail: 'second', preview: 'text'},
  ];

  it('gives back the choice itself, also where two look the same', () => {
    const pick = vi.fn();
    const request = choicePicker({title: 'T', choices}, pick, () => {});
    let items: readonly PickerItem[] = [];
    request.find('', found => {
      items = found.items;
    });
    expect(items[1]).toMatchObject({label: 'same', detail: 'second', preview: 'text'});
    request.choose(items[1] as PickerItem);
    expect(pick).toHaveBeenCalledExactlyOnceWith(choices[1]);
  });

  it('shows what is highlighted, and undoes that and says so when nothing is chosen', () => {
    const highlight = vi.fn();
    const dismissed = vi.fn();
    const request = choicePicker({title: 'T', choices, highlight}, () => {}, dismissed);
    request.highlight?.({key: '0', label: 'same'});
    expect(highlight).toHaveBeenLastCalledWith(choices[0]);
    request.cancelled?.();
    expect(highlight).toHaveBeenLastCalledWith(null);
    expect(dismissed).toHaveBeenCalledOnce();
  });
});
