import {describe, expect, it} from 'vitest';
import {parsePromptSet} from '../../../src/cli/compare/promptSet.ts';

describe('a set of prompts', () => {
  it('is an object a line, with a prompt each, known by its id or its line', () => {
    expect(parsePromptSet('\ufeff{"prompt":"one","id":"x"}\r\n\n{"prompt":"two"}\n', 'set.jsonl')).toEqual([
      {id: 'x', text: 'one'},
      {id: '3', text: 'two'},
    ]);
  });

  it('fills the variables of a template, or of its own prompts, with its fields', () => {
    expect(
      parsePromptSet('{"city":"Rome","days":3}', 'f', 'Visit {{ city }} for {{days}} days, {city}'),
    ).toEqual([{id: '1', text: 'Visit Rome for 3 days, {city}'}]);
    expect(parsePromptSet('{"prompt":"Hi {{name}}","name":"$& you"}', 'f')).toEqual([
      {id: '1', text: 'Hi $& you'},
    ]);
  });

  it.each([
    ['{"prompt":"a"}\nno', /^set, line 2: no JSON/],
    ['[1]', /^set, line 1: no object/],
    ['{"text":"a"}', /^set, line 1: has no "prompt"/],
    ['{"prompt":"{{x}}"}', /^set, line 1: nothing for \{\{x\}\}/],
    ['{"prompt":" "}', /^set, line 1: the prompt is empty/],
    ['\n \n', /^set has no prompts/],
    ['{"prompt":"a","id":1}\n{"prompt":"b","id":"1"}', /^set has the id "1" twice/],
  ])('refuses %j', (source, message) => {
    expect(() => parsePromptSet(source, 'set')).toThrow(message);
  });
});
