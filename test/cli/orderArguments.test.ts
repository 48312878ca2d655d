import {describe, expect, it} from 'vitest';
import {orderArguments} from '../../src/cli/orderArguments.ts';

const order = (line: string): string => orderArguments(line === '' ? [] : line.split(' ')).join(' ');

describe('putting arguments in order', () => {
  it.each([
    ['', ''],
    ['hello there', 'hello there'],
    // -o takes two words.
    ['-o temperature 0.5', '-o temperature=0.5'],
    ['--option temperature 0.5 hello', '--option temperature=0.5 hello'],
    ['-o temperature=0.5 hello', '-o temperature=0.5 hello'],
    ['-o seed -1', '-o seed=-1'],
    ['-o stop a=b', '-o stop=a=b'],
    ['-o seed 1 -o top_k 4', '-o seed=1 -o top_k=4'],
    ['-o', '-o'],
    ['-o temperature', '-o temperature'],
    ['--option=temperature=1', '--option=temperature=1'],
    // --think takes the next word only if it is a level.
    ['--think', '--think=medium'],
    ['--think high', '--think=high'],
    ['--think off question', '--think=off question'],
    ['--think how are you', '--think=medium how are you'],
    ['--think --json', '--think=medium --json'],
    ['--think=low', '--think=low'],
    // The values of other options are left alone, whatever they look like.
    ['-s --think', '-s --think'],
    ['-m -o', '-m -o'],
    ['--schema -o x', '--schema -o x'],
    ['-a - -o seed 1', '-a - -o seed=1'],
    ['-m', '-m'],
    // After two dashes everything is the prompt.
    ['-m x -- -o a b --think', '-m x -- -o a b --think'],
  ])('makes of %j %j', (line, ordered) => {
    expect(order(line)).toBe(ordered);
  });

  it('keeps words with blanks in one piece', () => {
    expect(orderArguments(['-o', 'stop', 'two words', '-s', 'Be brief', 'a question'])).toEqual([
      '-o',
      'stop=two words',
      '-s',
      'Be brief',
      'a question',
    ]);
  });
});
