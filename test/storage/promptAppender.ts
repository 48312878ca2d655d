// A program that adds 3,000 prompts to a history file, and says on stdout when it begins. Argument: the file.
import {writeSync} from 'node:fs';
import {appendPrompt} from '../../src/storage/promptHistory.ts';

const [path = ''] = process.argv.slice(2);
writeSync(1, 'begins\n');
for (let number = 0; number < 3000; number++) {
  appendPrompt(path, `prompt ${number}`, Date.now());
  // Longer than one removal takes, in all.
  if (number % 30 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
