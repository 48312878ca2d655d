import {Command} from 'commander';
import {describe, expect, it} from 'vitest';
import {
  addConversationOptions,
  type ConversationOptions,
  readConversationOptions,
} from '../../src/cli/conversationOptions.ts';
import {orderArguments} from '../../src/cli/orderArguments.ts';

function read(...args: string[]): ConversationOptions {
  const command = addConversationOptions(new Command('llm run').argument('[prompt...]').exitOverride());
  command.configureOutput({writeErr() {}});
  command.parse(orderArguments(args), {from: 'user'});
  return readConversationOptions(command);
}

describe('the options of a conversation', () => {
  it('are few when nothing is given', () => {
    expect(read('hello')).toEqual({
      attach: [],
      continue: false,
      options: {},
      hideThinking: false,
      history: true,
    });
  });

  it('are all read', () => {
    expect(
      read(
        ...['-m', 'a/b', '-s', 'S', '-a', 'x', '-a', '-', '--cid', 'abc', '-o', 'seed', '3'],
        ...['--temperature', '0.2', '--max-tokens', '9', '--think', 'high', '--hide-thinking', '-n'],
        ...['--schema', 'name, age int', 'question'],
      ),
    ).toEqual({
      model: 'a/b',
      system: 'S',
      attach: ['x', '-'],
      continue: false,
      cid: 'abc',
      options: {seed: 3, temperature: 0.2, max_tokens: 9},
      think: 'high',
      hideThinking: true,
      history: false,
      schema: 'name, age int',
    });
  });

  it('go on with the latest conversation or with another one, not both', () => {
    expect(read('-c').continue).toBe(true);
    expect(() => read('-c', '--cid', 'abc')).toThrow(/-c .*--cid .*do not go together/);
  });

  it('take --system-prompt for --system, and --think alone for medium', () => {
    expect(read('--system-prompt', 'S').system).toBe('S');
    expect(read('--think').think).toBe('medium');
  });

  it('collect stop texts, and let the last value of another option win', () => {
    expect(read('-o', 'stop', 'a', '-o', 'stop=b', '-o', 'seed', '1', '-o', 'seed', '2').options).toEqual({
      stop: ['a', 'b'],
      seed: 2,
    });
  });

  it('keep an equals sign in the value', () => {
    expect(read('-o', 'stop', 'a=b').options).toEqual({stop: ['a=b']});
  });

  it.each([
    [['-o', 'heat', '1'], 'unknown option -o heat', /temperature/],
    [['-o', 'temperature', 'warm'], '-o temperature wants a number from 0 to 5, got "warm"', undefined],
    [['--temperature', '9'], '--temperature wants a number from 0 to 5, got "9"', undefined],
    [['--max-tokens', '0'], '--max-tokens wants a whole number of at least 1, got "0"', undefined],
    [['-o', 'temperature'], '-o wants a key and a value, got "temperature"', /-o temperature 0\.7/],
    [['-o', '=1'], '-o wants a key and a value, got "=1"', /-o/],
    [['--think=harder'], '--think wants a level, got "harder"', /off, low, medium, high, max/],
  ])('are refused with the name of the option: %j', (args, message, hint) => {
    let thrown: unknown;
    try {
      read(...args);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({kind: 'usage', message});
    if (hint) expect((thrown as {hint: string}).hint).toMatch(hint);
  });
});
