import {createInterface} from 'node:readline/promises';
import {LlmError} from '../core/errors.ts';
import {neutraliseLine} from '../core/neutralise.ts';
import type {Io} from './io.ts';

/**
 * Whether the person says yes to a question, asked on stderr. Where nobody is there to ask, only `--yes` is an answer:
 * throws `LlmError` (`usage`).
 */
export async function askYes({stdin, stderr}: Io, question: string, yes = false): Promise<boolean> {
  if (yes) return true;
  if (!stdin.isTTY) {
    throw new LlmError({
      kind: 'usage',
      message: 'this is only done after a yes, and there is no terminal to ask on',
      hint: 'Add --yes',
    });
  }
  const lines = createInterface({input: stdin, output: stderr});
  try {
    const ended = new Promise<string>(resolve => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question(`${neutraliseLine(question)} [y/N] `), ended]);
    return /^\s*y(es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}
