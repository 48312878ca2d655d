import {expect, it} from 'vitest';
import {commandLineHint} from '../../src/cli/commandLineHint.ts';

it.each([
  [
    'Start it with `ollama serve`, or choose another model with /model.',
    'Start it with `ollama serve`, or choose another model with -m.',
  ],
  ['See what it has with /model.', 'See what it has with `llm models list`.'],
  ['Wait a little, then /retry.', 'Wait a little, then try again.'],
  [
    'Try again with /retry; if it happens again, look at the server.',
    'Try again; if it happens again, look at the server.',
  ],
  [
    'Widen the window with `/set num_ctx 8192`, or start a new conversation with `/new`.',
    'Widen the window with `-o num_ctx 8192`, or start a new conversation (without -c).',
  ],
  [
    'Start a new one with /new, or make room with `/set num_ctx` where the model allows more.',
    'Start a new one (without -c), or make room with `-o num_ctx` where the model allows more.',
  ],
  ['It may be incomplete: try again with /retry.', 'It may be incomplete: try again.'],
  ['Switch thinking off with `/think off`.', 'Switch thinking off with `--think off`.'],
  [
    'Check the address http://host/model/x in the settings.',
    'Check the address http://host/model/x in the settings.',
  ],
])('puts %j into the words of the command line', (hint, expected) => {
  expect(commandLineHint(hint)).toBe(expected);
});
