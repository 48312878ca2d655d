import {describe, expect, it} from 'vitest';
import {createToolCallCollector} from '../../src/backends/toolCallCollector.ts';

function collect(...deltas: unknown[]) {
  const collector = createToolCallCollector();
  for (const delta of deltas) collector.add(delta);
  return collector.calls().map(({id, name, arguments: given}) => [id, name, given]);
}

describe('createToolCallCollector', () => {
  it('joins pieces by index, with gaps and interleaved', () => {
    expect(
      collect(
        {index: 0, id: 'a', function: {name: 'f', arguments: ''}},
        {index: 2, id: 'b', function: {name: 'g', arguments: '{"y"'}},
        {index: 0, function: {arguments: '{"x":'}},
        {index: 2, id: 'b', function: {name: 'g', arguments: ':2}'}},
        {index: 0, id: '', function: {name: '', arguments: '1}'}},
      ),
    ).toEqual([
      ['a', 'f', '{"x":1}'],
      ['b', 'g', '{"y":2}'],
    ]);
  });

  it('joins pieces without an index by id, else to the call before', () => {
    expect(
      collect(
        {id: 'a', function: {name: 'f'}},
        {function: {arguments: '{"x":1}'}},
        {id: 'b', function: {name: 'g', arguments: '{}'}},
        {id: 'a', function: {arguments: ' '}},
      ),
    ).toEqual([
      ['a', 'f', '{"x":1} '],
      ['b', 'g', '{}'],
    ]);
  });

  it('takes a new id at a known index as a new call', () => {
    expect(
      collect(
        {index: 0, id: 'a', function: {name: 'f', arguments: '{}'}},
        {index: 0, id: 'b', function: {name: 'f', arguments: '{}'}},
        {index: 0, function: {arguments: ' '}},
      ),
    ).toEqual([
      ['a', 'f', '{}'],
      ['b', 'f', '{} '],
    ]);
  });

  it('accepts whole calls, objects, empty and null arguments, and drops what has no name', () => {
    expect(
      collect(
        {function: {name: 'f', arguments: {x: 1}}, id: '1'},
        {function: {name: 'g', arguments: 'null'}, id: '2'},
        {function: {name: 'h', arguments: ''}, index: 5},
        {function: {arguments: '{"lost":1}'}, index: 9},
        'nonsense',
      ),
    ).toEqual([
      ['1', 'f', '{"x":1}'],
      ['2', 'g', '{}'],
      ['call_3', 'h', '{}'],
    ]);
  });
});
